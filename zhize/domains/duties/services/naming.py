"""What a target needs to know beside its own words: the holder's shift, the date that the event names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.kernel.clocks import limits
from zhize.kernel.clocks.limits import Limit
from zhize.kernel.db import Invalid
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position, Unit
from zhize.lib import clock
from zhize.lib.businesstime import Before, ShiftEnd

Named = date | datetime | None


def wants_date(target: Mapping[str, Any] | None) -> bool:
    """Whether the target lies before a date that whoever reports the event must name."""
    return (target or {}).get("kind") == "before"


def settled(
    target: Mapping[str, Any] | Limit,
    *,
    unit: Unit,
    holder: Person | None,
    position: Position | None,
    at: datetime,
    named: Named = None,
) -> Limit:
    """The target with the shift's end and the event's date in it, as they are at `at`. Raises Invalid.

    A shift without a rostered end, and no shift at all, leave the end of work of the unit.
    """
    limit = limits.parse(target)
    if isinstance(limit, ShiftEnd) and limit.ends_at is None:
        people = [holder] if holder is not None else org.holders(position, at) if position is not None else []
        return limit.model_copy(update={"ends_at": _shift_ends(people, unit, at)})
    if isinstance(limit, Before) and named is not None:
        name = "moment" if isinstance(named, datetime) else "date"
        return limit.model_copy(update={"date": None, "moment": None, name: named})
    return limit


def required(target: Mapping[str, Any] | None, named: Named) -> None:
    """Raises Invalid when the target needs a date and none was named, or a time of day and only a day was."""
    if not wants_date(target):
        return
    if named is None:
        raise Invalid({"named": _("这项职责按约定的日期计时，请写明日期。")})
    if (target or {}).get("minutes") and not isinstance(named, datetime):
        raise Invalid({"named_time": _("这项职责按约定的时刻计时，请写明几点。")})


def _shift_ends(people: Iterable[Person], unit: Unit, at: datetime) -> datetime | None:
    """When the shift ends that one of them works at `at`, else the next one of that day; the first to end counts."""
    zone = clock.zone(unit.timezone)
    tomorrow = datetime.combine(at.astimezone(zone).date() + timedelta(days=1), datetime.min.time(), zone)
    rows = org.shifts([person.pk for person in people], at, tomorrow)
    ends = [(row.from_at > at, row.to_at) for row in rows if row.to_at is not None]
    return min(ends)[1] if ends else None
