"""Search hits as the palette shows them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from zhize.kernel import access, search
from zhize.kernel.db import statements
from zhize.kernel.org.models import Person, Unit
from zhize.ui import links

LIMIT = 12
FEW = 4


def hits(actor: Any, text: str) -> list[dict[str, str]]:
    """Records the actor may see, with the page that shows them. Nothing for less than two characters of Latin text."""
    wanted = text.strip()
    if not wanted or (wanted.isascii() and len(wanted) < 2):
        return []
    shown = []
    for hit in search.find(actor, wanted[:100], limit=LIMIT):
        url = links.url_for(hit.subject_type, hit.object_id)
        if url:
            icon = links.icon_for(hit.subject_type)
            shown.append({"label": hit.title, "hint": hit.summary[:80], "url": url, "icon": icon})
    return (_colleagues(actor, wanted) + shown)[:LIMIT]


def _colleagues(actor: Any, wanted: str) -> list[dict[str, str]]:
    """People and units the actor may see, by name or number; they are few and need no index."""
    people = statements.rows(
        "ui.people",
        actor.key,
        lambda wanted: (
            access.visible(actor, Person)
            .filter(Q(name__icontains=wanted) | Q(employee_no__iexact=wanted), active=True)
            .order_by("employee_no")[:FEW]
        ),
        wanted=wanted,
    )
    units = statements.rows(
        "ui.units",
        actor.key,
        lambda wanted: (
            access.visible(actor, Unit)
            .filter(Q(name__icontains=wanted) | Q(code__iexact=wanted), active=True)
            .order_by("path")[:FEW]
        ),
        wanted=wanted,
    )
    shown = []
    for row in [*people, *units]:
        kind = row._meta.label_lower
        url = links.url_for(kind, row.pk)
        if url:
            shown.append({"label": str(row), "hint": "", "url": url, "icon": links.icon_for(kind)})
    return shown
