"""When a recurring duty is owed: the days a rule names, and when each is due (requirements §0).

A rule names days of the calendar; the working calendar moves what is due. The named day is the slot's own and never
changes; the due time follows the calendar that holds when the slot is made.
"""

from __future__ import annotations

import hashlib
from calendar import monthrange
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from zhize.lib.businesstime.calendar import WorkCalendar

Every = Literal["day", "week", "month", "quarter", "half_year", "year"]
Due = Literal["by", "on", "period_end", "shift_end"]

MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Rule:
    """A recurring duty's rule.

    `by`: on or before the named day, until work ends; a day off moves it to the working day before. `on`: that day, a
    day off moves it to the next working day. `period_end`: by the last day of the period, plus `offset_days`.
    `shift_end`: `before_minutes` before work ends that day. A month without day N uses its last day; -1 is the last.
    `at` is the time of day instead of the end of work; `not_before` the earliest time (每日15:30后); with `at_random`
    it is a time inside the working day that differs from day to day and cannot be guessed, yet is always the same for
    the same slot (DUT-09).
    """

    every: Every
    due: Due
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    offset_days: int = 0
    before_minutes: int = 0
    at: time | None = None
    not_before: time | None = None
    at_random: bool = False


@dataclass(frozen=True)
class Slot:
    """One occurrence. `day` and the period are what the rule says; the moments (UTC) are what the calendar makes of it.

    `provisional`: the year's official holidays are not published yet, the due time may still move.
    """

    day: date
    first: date
    last: date
    opens_at: datetime
    not_before_at: datetime | None
    due_at: datetime
    provisional: bool = False


def slots(
    rule: Rule,
    first: date,
    last: date,
    calendar: WorkCalendar,
    *,
    unpublished: Container[int] = (),
    seed: str = "",
) -> Iterator[Slot]:
    """The slots whose named day lies from `first` to `last` (both included), in order.

    `unpublished` are years whose official holidays are not known; `seed` tells apart who owes a duty at a random time.
    """
    for day in _named(rule, first, last, calendar):
        begin, end = period(rule, day)
        due_day = _due_day(rule, day, calendar)
        due = calendar.at(due_day, rule.at) if rule.at is not None else calendar.day_end(due_day)
        if rule.due == "shift_end":
            due -= timedelta(minutes=rule.before_minutes)
        opens = calendar.at(day if rule.due in ("on", "shift_end") else begin, time())
        not_before = calendar.at(due_day, rule.not_before) if rule.not_before is not None else None
        if rule.at_random:
            not_before = _random_time(calendar, due_day, due, f"{seed}:{day.isoformat()}")
        yield Slot(
            day,
            begin,
            end,
            # What a holiday moves before its period opens on the day it is due, so that there is a day to do it.
            min(opens, calendar.at(due_day, time())),
            not_before,
            due,
            day.year in unpublished or due_day.year in unpublished,
        )


def _named(rule: Rule, first: date, last: date, calendar: WorkCalendar) -> Iterator[date]:
    if rule.every == "day":
        day = first
        while day <= last:
            # What is due every day is due on days on which somebody works.
            if calendar.is_working_day(day) and _wanted(rule, day):
                yield day
            day += timedelta(days=1)
        return
    if rule.every == "week":
        yield from _weekly(rule, first, last)
        return
    # A period's end may lie in a later period than its slot: begin early enough.
    year, month = (first - timedelta(days=rule.offset_days)).year, 1
    found: set[date] = set()
    while date(year, month, 1) <= last:
        found.update(_in_month(rule, year, month))
        year, month = year + month // 12, month % 12 + 1
    yield from sorted(day for day in found if first <= day <= last)


def _wanted(rule: Rule, day: date) -> bool:
    return (not rule.weekdays or day.weekday() in rule.weekdays) and (
        not rule.months or day.month in rule.months
    )


def _weekly(rule: Rule, first: date, last: date) -> Iterator[date]:
    named = sorted(rule.weekdays) if rule.due in ("by", "on") else [6]
    monday = first - timedelta(days=first.weekday() + 7)
    while monday <= last:
        for weekday in named:
            day = monday + timedelta(days=weekday + (rule.offset_days if rule.due == "period_end" else 0))
            if first <= day <= last:
                yield day
        monday += timedelta(days=7)


def _in_month(rule: Rule, year: int, month: int) -> Iterator[date]:
    """The days named in this month; for `period_end`, the days that the period ending in this month names."""
    length, size = monthrange(year, month)[1], MONTHS[rule.every]
    if rule.due == "period_end":
        if month in rule.months if rule.months else month % size == 0:
            yield date(year, month, length) + timedelta(days=rule.offset_days)
        return
    if month not in rule.months if rule.months else (month - 1) % size:
        return
    for number in rule.month_days:
        yield date(year, month, length if number < 0 else min(number, length))


def period(rule: Rule, day: date) -> tuple[date, date]:
    """The first and the last day of the period that the slot with this named day belongs to."""
    day = day - timedelta(days=rule.offset_days) if rule.due == "period_end" else day
    if rule.every == "day":
        return day, day
    if rule.every == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    size = 1 if rule.months and rule.every != "half_year" else MONTHS[rule.every]
    number = day.year * 12 + (day.month - 1) // size * size
    first = date(number // 12, number % 12 + 1, 1)
    number += size - 1
    return first, date(number // 12, number % 12 + 1, monthrange(number // 12, number % 12 + 1)[1])


def _due_day(rule: Rule, day: date, calendar: WorkCalendar) -> date:
    """Nobody can hand in work on a day off: "by" must be met before it, "on" is meant for the day after."""
    return (
        calendar.working_day_on_or_after(day) if rule.due == "on" else calendar.working_day_on_or_before(day)
    )


def _random_time(calendar: WorkCalendar, day: date, due: datetime, key: str) -> datetime:
    """A whole minute of the working day, drawn from the key."""
    begin = calendar.day_start(day)
    minutes = max(1, int((due - begin).total_seconds() // 60))
    drawn = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % minutes
    return begin + timedelta(minutes=drawn)
