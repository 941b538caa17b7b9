"""The stretches of the calendar that people plan in: days, weeks, ten-day and half months, months, quarters, years.

Every kind numbers its stretches without a gap, so that "every second week" has a meaning far from any beginning.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal

Every = Literal["shift", "day", "week", "ten_days", "half_month", "month", "quarter", "half_year", "year"]
Period = Literal["week", "ten_days", "half_month", "month", "quarter", "half_year", "year"]

MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
# 上旬 1–10, 中旬 11–20, 下旬 21–end; half months 1–15, 16–end.
_PARTS: dict[str, tuple[int, ...]] = {"ten_days": (1, 11, 21), "half_month": (1, 16)}


def index(every: str, day: date) -> int:
    """The number of the stretch that the day lies in; weeks begin on Monday, quarters in January."""
    if every in ("day", "shift"):
        return day.toordinal()
    if every == "week":
        return (day.toordinal() - 1) // 7
    month = day.year * 12 + day.month - 1
    if every in _PARTS:
        begins = _PARTS[every]
        return month * len(begins) + sum(day.day >= begin for begin in begins) - 1
    return month // MONTHS[every]


def span(every: str, number: int) -> tuple[date, date]:
    """The first and the last day of the stretch with this number."""
    if every in ("day", "shift"):
        return date.fromordinal(number), date.fromordinal(number)
    if every == "week":
        monday = date.fromordinal(number * 7 + 1)
        return monday, monday + timedelta(days=6)
    if every in _PARTS:
        begins = _PARTS[every]
        month, part = divmod(number, len(begins))
        first = date(month // 12, month % 12 + 1, begins[part])
        if part + 1 < len(begins):
            return first, first.replace(day=begins[part + 1] - 1)
        return first, last_of_month(first)
    size = MONTHS[every]
    begin, end = number * size, number * size + size - 1
    return date(begin // 12, begin % 12 + 1, 1), last_of_month(date(end // 12, end % 12 + 1, 1))


def around(every: str, day: date) -> tuple[date, date]:
    """The first and the last day of the stretch that the day lies in."""
    return span(every, index(every, day))


def last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def add_months(day: date, count: int) -> date:
    """The same day so many months later (or earlier); the last day of the month where that month has no such day."""
    month = day.year * 12 + day.month - 1 + count
    first = date(month // 12, month % 12 + 1, 1)
    return first.replace(day=min(day.day, last_of_month(first).day))
