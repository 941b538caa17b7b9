"""A unit lives by another time zone: its slots keep the day and time they are named by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import F, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties.models import Duty, Kind, Obligation
from zhize.domains.duties.recurring import LONGEST
from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.db import atomic
from zhize.kernel.org.models import Position, Unit
from zhize.lib import clock

# Out of the way of all others of the unit, so that none meets one that has not moved yet.
_FAR = timedelta(days=365_000)
# Apart from another of the same name: no rule names it, so it is neither owed again nor taken for the other.
_APART = timedelta(microseconds=1)

_MOVE = """
    UPDATE duties_obligation SET slot = named.slot
      FROM unnest(%s::bigint[], %s::timestamptz[]) AS named(id, slot) WHERE duties_obligation.id = named.id
"""


@atomic
def keep_the_wall(*, actor: Actor, unit: int, before: str, after: str) -> int:
    """Let the slots of a unit's positions bear the same day and time on its wall as before; returns how many.

    A slot is a name, kept as a moment of the unit's zone: left as it is, the day would be owed again under its new
    name. What planning will not look at again stays as it is. What is due when is not touched; what has not begun is
    planned anew with the calendar. The record of it is the unit's change. Raises Refused.
    """
    access.require(actor, caps.DUTY_EDIT)
    _hold_duties(unit)
    rows = Obligation.objects.filter(position__unit=unit, slot__isnull=False)
    named = dict(_names(rows, before, after))
    with connection.cursor() as cursor:
        # What called for an obligation never changes; this is what it yields to.
        cursor.execute("SET LOCAL zhize.maintenance = 'on'")
        cursor.execute(_MOVE, [list(named), [name + _FAR for name in named.values()]])
        Obligation.objects.filter(pk__in=list(named)).update(slot=F("slot") - _FAR)
        cursor.execute("SET LOCAL zhize.maintenance = 'off'")
    return len(named)


def _hold_duties(unit: int) -> None:
    """Wait for whoever is planning for the unit, and let him who comes next wait until the zone has changed."""
    line = Unit.objects.get(pk=unit).path or f"/{unit}/"
    codes = Position.objects.filter(unit=unit).values("code")
    duties = Duty.objects.filter(
        kind=Kind.RECURRING, unit__in=map(int, line.strip("/").split("/")), position_code__in=codes
    )
    list(duties.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def _compared_since(rows: QuerySet[Obligation]) -> dict[tuple[int | None, int | None], datetime]:
    """From which slot on planning compares what it wants, by duty and position: the last one of each version and holder
    there ever was, and the longest period before it."""
    last = Coalesce(Max("slot", filter=Q(withdrawn=False)), Min("slot"))
    ends = rows.order_by().values_list("duty_id", "position_id", "duty_version_id", "slot_holder_id")
    found: dict[tuple[int | None, int | None], datetime] = {}
    for duty, position, _version, _holder, end in ends.annotate(last=last):
        since = min(end, clock.now()) - LONGEST
        found[duty, position] = min(since, found.get((duty, position), since))
    return found


def _names(rows: QuerySet[Obligation], before: str, after: str) -> Iterator[tuple[int, datetime]]:
    """The new name of each, as planning will call it: of an hour that comes twice the first is meant, and one that the
    clocks skip is the hour after it. Whoever meets another there stands apart."""
    since, old, new = _compared_since(rows), clock.zone(before), clock.zone(after)
    taken: set[tuple[object, ...]] = set()
    moving = []
    columns = ("pk", "duty_id", "position_id", "duty_version_id", "slot_holder_id", "slot", "withdrawn")
    for pk, duty, position, version, holder, slot, withdrawn in rows.order_by("slot", "pk").values_list(
        *columns
    ):
        if slot is None or slot < since[duty, position]:
            taken.add((version, position, holder, slot))
            continue
        wall = slot.astimezone(old).replace(tzinfo=new, fold=0)
        moving.append((pk, (version, position, holder), wall.astimezone(UTC), withdrawn))
    for pk, whose, name, withdrawn in moving:
        while not withdrawn and (*whose, name) in taken:
            name += _APART
        if not withdrawn:
            taken.add((*whose, name))
        yield pk, name
