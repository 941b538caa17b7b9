"""The archives as a whole: what is confidential, who keeps it, what was proposed to do better (CUS-10)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from zhize.domains.customers import capabilities as caps
from zhize.kernel import access, packs
from zhize.kernel.access import Actor
from zhize.kernel.history import Entry
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position, Unit


def confidential_classes() -> list[Any]:
    """The classes of documents that are confidential, as the packs in force have them."""
    return [one for one in packs.listing("document_classes") if one.confidential]


def keepers(unit: Unit) -> dict[str, Position]:
    """The positions that keep the confidential classes, by code, as seen from a unit."""
    codes = {one.keeper for one in confidential_classes() if one.keeper}
    found = {code: org.position_in(unit, code) for code in sorted(codes)}
    return {code: position for code, position in found.items() if position is not None}


def managers(unit: Unit) -> list[Person]:
    """Who manages the archives: holders of the keeping positions; without any, of the nearest that see who opened what."""
    positions = list(keepers(unit).values())
    return _people(positions or _nearest(unit, caps.ACCESS_LOG))


def deciders(unit: Unit) -> list[Person]:
    """Who decides on taking a customer of the unit out: holders of the nearest positions that may."""
    return _people(_nearest(unit, caps.ERASE))


def _nearest(unit: Unit, capability: str) -> list[Position]:
    """The positions with a capability in the unit, or else in the nearest one above it."""
    above = [int(part) for part in (unit.path or "").split("/") if part]
    rows = Position.objects.filter(grants__capability=capability, unit_id__in=above, active=True)
    found = list(rows.select_related("unit"))
    nearest = max((above.index(row.unit_id) for row in found), default=0)
    return [row for row in found if above.index(row.unit_id) == nearest]


def _people(positions: Iterable[Position]) -> list[Person]:
    return list({one.pk: one for position in positions for one in org.holders(position)}.values())


def proposals(actor: Actor) -> QuerySet[Entry]:
    """What was proposed on keeping the archives (CUS-10), newest first: one's own; all of the units whose log one sees."""
    seen = Q(person_id=actor.person_id) if actor.person_id else Q(pk__in=[])
    if actor.may(caps.ACCESS_LOG):
        seen |= Q(subject_id__in=access.visible(actor, Unit, caps.ACCESS_LOG).values("pk"))
    rows = Entry.objects.filter(seen, verb="customer.rules_proposed", subject_type=Unit._meta.label_lower)
    return rows.select_related("person", "position").order_by("-pk")
