"""Reads of the kit: the frame's positions and counts, saved views, drafts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import get_language

from zhize.kernel import history
from zhize.kernel.access.models import Grant
from zhize.kernel.db import marks, statements
from zhize.kernel.history.models import Entry
from zhize.kernel.notices import selectors as notices
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Appointment, Position, Unit
from zhize.lib import clock
from zhize.ui.models import Draft, ListSetup, SavedView


@dataclass(frozen=True)
class Hat:
    """A position the signed-in person holds now; `behalf` names whom an acting holder stands in for."""

    position_id: int
    name: str
    unit: str
    kind: str
    behalf: str
    active: bool


def hats(actor: Any) -> list[Hat]:
    """The positions of the actor with their names, the active one marked."""
    positions = getattr(actor, "positions", ())
    if not positions:
        return []
    key = ("hats", actor.person_id, actor.position_id, positions, get_language(), clock.today())
    return marks.kept(key, lambda: _hats(actor))


def _hats(actor: Any) -> list[Hat]:
    holdings = {holding.position_id: holding for holding in actor.positions}
    positions = Position.objects.filter(pk__in=holdings).select_related("unit")
    acting = [key for key, holding in holdings.items() if str(holding.kind) != "primary"]
    behalf = {}
    if acting:
        rows = Appointment.objects.filter(
            org.in_force(clock.today()), person_id=actor.person_id, position_id__in=acting
        )
        behalf = {
            row.position_id: str(row.on_behalf_of)
            for row in rows.select_related("on_behalf_of")
            if row.on_behalf_of_id
        }
    chosen = getattr(actor, "position_id", None)
    return [
        Hat(
            row.pk,
            str(row),
            str(row.unit),
            str(holdings[row.pk].kind),
            behalf.get(row.pk, ""),
            row.pk == chosen,
        )
        for row in sorted(positions, key=lambda row: list(holdings).index(row.pk))
    ]


def unread_notices(actor: Any) -> int:
    """How many notices wait for this person."""
    return notices.unread_count(actor) if getattr(actor, "person_id", None) else 0


def views_for(actor: Any, page: str) -> QuerySet[SavedView]:
    """The saved views of a list that this person may use: the own ones and those shared with the unit or with all."""
    units = {holding.unit_id for holding in getattr(actor, "positions", ())}
    shared = Q(shared=SavedView.Shared.ALL) | Q(shared=SavedView.Shared.UNIT, unit_id__in=units)
    return SavedView.objects.filter(Q(user_id=actor.user_id) | shared, page=page).order_by("name")


def view(actor: Any, page: str, key: str) -> SavedView | None:
    """One saved view, if this person may use it."""
    return views_for(actor, page).filter(pk=key).first() if key.isdigit() and len(key) < 19 else None


def setup(actor: Any, page: str) -> ListSetup | None:
    """The person's own columns and page size for a list."""
    if getattr(actor, "user_id", None) is None:
        return None
    return statements.first(
        "ui.setup",
        statements.ANYBODY,
        lambda user, page: ListSetup.objects.filter(user_id=user, page=page)[:1],
        user=actor.user_id,
        page=page,
    )


def draft(user_id: int, key: str) -> tuple[dict[str, Any], datetime] | None:
    """What was typed and not yet sent, with its time."""
    found = statements.first(
        "ui.draft",
        statements.ANYBODY,
        lambda user, key: Draft.objects.filter(user_id=user, key=key)[:1],
        user=user_id,
        key=key,
    )
    return (found.data, found.updated_at) if found else None


def zone_name(actor: Any) -> str:
    """The zone of the unit the actor works in, or an empty string."""
    unit_id = getattr(actor, "home_unit_id", None)
    if unit_id is None:
        return ""
    zones = Unit.objects.filter(pk=unit_id).values_list("timezone", flat=True)
    return marks.kept(("zone", unit_id), lambda: zones.first() or "", also_writing=True)


def any_rows() -> QuerySet[Grant]:
    """Rows that every installation has, for the gallery's list."""
    return Grant.objects.select_related("position")


def last_change(row: Model, columns: list[str]) -> Entry | None:
    """The newest entry of the row's own that changed one of these columns."""
    found = history.timeline(row).filter(subject_type=row._meta.label_lower, subject_id=row.pk)
    return found.filter(changes__has_any_keys=columns).first()
