"""Answers for fields that search while one types."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from zhize import ui
from zhize.domains.organisation import capabilities as caps
from zhize.domains.organisation.selectors import people, positions, units
from zhize.ui import widgets

SHOWN = 20


@ui.page(capability=caps.VIEW, methods=("GET",))
def unit_options(request: HttpRequest) -> HttpResponse:
    """Units by code or name."""
    rows = units.matching(units.visible(request.actor).filter(active=True), request.GET.get("q", ""))
    return widgets.row_options(rows[:SHOWN])


@ui.page(capability=caps.PERSON_VIEW, methods=("GET",))
def person_options(request: HttpRequest) -> HttpResponse:
    """People by name or number."""
    rows = people.find(request.actor, request.GET.get("q", ""))
    return widgets.row_options(rows[:SHOWN])


@ui.page(capability=caps.VIEW, methods=("GET",))
def position_options(request: HttpRequest) -> HttpResponse:
    """Positions by name, code or unit."""
    rows = positions.find(request.actor, request.GET.get("q", ""))
    return widgets.row_options(rows[:SHOWN])
