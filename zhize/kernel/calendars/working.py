"""From calendar rows to the calendar that computes. Versions never change, so what was built once is kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from zhize.kernel.calendars import official
from zhize.kernel.calendars.hours import ALL_DAY, DAYS, STANDARD_WEEK, usual
from zhize.kernel.calendars.models import CalendarVersion, DayKind, DayRule
from zhize.lib import clock
from zhize.lib.businesstime import WorkCalendar

_KEPT = 256
_built: dict[str, WorkCalendar] = {}


def hours_of(kind: str, hours: str, day: date, weekly: dict[str, str], makeup: str) -> str:
    """The hours a day rule gives: a make-up workday keeps the weekday's own hours or takes the usual ones."""
    if kind == DayKind.HOLIDAY:
        return ""
    return hours or weekly.get(DAYS[day.weekday()], "") or makeup or usual(weekly) or ALL_DAY


def of_version(version: CalendarVersion) -> WorkCalendar:
    """The computing calendar of a version: one query the first time, none afterwards."""
    found = _built.get(version.digest)
    if found is None:
        if len(_built) >= _KEPT:
            _built.clear()
        found = _built[version.digest] = build(version, version.days.all())
    return found


def build(version: CalendarVersion, days: Iterable[DayRule]) -> WorkCalendar:
    weekly, makeup = version.weekly, version.makeup_hours
    return WorkCalendar.of(
        version.timezone,
        {index: weekly.get(day, "") for index, day in enumerate(DAYS)},
        {row.date: hours_of(row.kind, row.hours, row.date, weekly, makeup) for row in days},
        version.always_open,
    )


@lru_cache(maxsize=8)
def builtin(zone: str, year: int) -> WorkCalendar:
    """What holds before anybody set up a calendar: Mon–Fri 09:00–18:00 and the holidays the library knows."""
    days = [day for published in window(year) for day in official.library_days(published)]
    return WorkCalendar.of(
        zone,
        {index: STANDARD_WEEK[day] for index, day in enumerate(DAYS)},
        {day.date: hours_of(day.kind, "", day.date, STANDARD_WEEK, "") for day in days},
    )


def window(year: int) -> range:
    """The years whose official days a version made in `year` contains, as far as they are published."""
    return range(year - 3, year + 2)


def this_year(zone: str) -> int:
    return clock.today(zone).year
