"""Answers for fields that search while one types, and the warning of customers who may be in the archive already."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from zhize import ui
from zhize.domains.customers import capabilities as caps
from zhize.domains.customers.selectors import identity, listing, people
from zhize.domains.customers.selectors import premises as premises_reads
from zhize.ui import widgets

SHOWN = 20


def _items(found: list[dict[str, Any]]) -> JsonResponse:
    return JsonResponse({"items": found})


@ui.page(capability=caps.VIEW, methods=("GET",))
def customers(request: HttpRequest) -> HttpResponse:
    """Customers by name, number or place."""
    typed = request.GET.get("q", "").strip()
    rows = listing.customers(request.actor).filter(state="active")
    rows = listing.found_by(rows, typed) if typed else rows.none()
    return _items(
        [
            {
                "value": row.pk,
                "text": row.name,
                "hint": " · ".join([row.kind_label, *(place.premises.address for place in row.places[:1])]),
            }
            for row in rows[:SHOWN]
        ]
    )


@ui.page(capability=caps.PREMISES_VIEW, methods=("GET",))
def premises(request: HttpRequest) -> HttpResponse:
    """Rooms and shops by address."""
    rows = premises_reads.find(request.actor, request.GET.get("q", ""), SHOWN)
    return _items(
        [{"value": row.pk, "text": row.address, "hint": str(row.area) if row.area else ""} for row in rows]
    )


@ui.page(capability=caps.VIEW, methods=("GET",))
def people_of_unit(request: HttpRequest) -> HttpResponse:
    """Colleagues by name, for the person in charge."""
    rows = people.colleagues(request.actor, request.GET.get("q", ""))[:SHOWN]
    return widgets.row_options(rows)


@ui.page(capability=caps.CREATE, methods=("POST",))
def similar(request: HttpRequest) -> HttpResponse:
    """Who in the archive has one of the numbers being typed. A POST, so that numbers stand in no address."""
    found = identity.holders_of(request.actor, request.POST.get("phones", ""))
    return ui.fragment(request, "customers/parts/similar.html", {"callers": identity.describe(found)})
