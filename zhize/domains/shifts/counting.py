"""Leave in days: working days of a calendar by halves, and the moments between which somebody is away."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from zhize.domains.shifts.models import Half
from zhize.lib.businesstime import WorkCalendar

NOON = time(12)
HALF, FULL = Decimal("0.5"), Decimal(1)
LONGEST = timedelta(days=366)


def working_days(calendar: WorkCalendar, from_on: date, from_half: str, to_on: date, to_half: str) -> Decimal:
    """Working days between two halves of days, both included: 2 March noon to 4 March evening is 2.5."""
    total, day = Decimal(0), from_on
    while day <= to_on:
        if calendar.is_working_day(day):
            total += FULL
            total -= HALF if day == from_on and from_half == Half.PM else 0
            total -= HALF if day == to_on and to_half == Half.AM else 0
        day += timedelta(days=1)
    return total


def span(
    calendar: WorkCalendar, from_on: date, from_half: str, to_on: date, to_half: str
) -> tuple[datetime, datetime]:
    """The absence in UTC: from midnight or noon to noon or the next midnight of the calendar's zone."""
    begins = calendar.at(from_on, NOON if from_half == Half.PM else time())
    ends = calendar.at(to_on, NOON) if to_half == Half.AM else calendar.at(to_on + timedelta(days=1), time())
    return begins, ends
