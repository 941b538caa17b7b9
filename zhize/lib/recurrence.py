"""When a recurring duty is owed: the days a rule names, and when each is due (requirements §0).

A rule names days of the calendar; the working calendar moves what is due. The named day (with the time of day, where
the rule gives several) is the slot's own and never changes; the due time follows the calendar and the roster that
hold when the slot is made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from zhize.lib import periods
from zhize.lib.businesstime.calendar import WorkCalendar
from zhize.lib.periods import MONTHS, Every

Due = Literal["by", "on", "period_start", "period_end", "shift_start", "shift_end"]
FreeDay = Literal["earlier", "later", "keep"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHIFTS = ("shift_start", "shift_end")
# How far the due time may lie from the named day by itself: the longest row of days off.
DRIFT_DAYS = 15
# What must be met before a period begins can be seen so many days ahead, whatever the period.
START_AHEAD = timedelta(days=31)

Stretch = tuple[datetime, datetime]
Roster = Callable[[date], "tuple[Stretch, ...] | None"]
"""The shifts that begin on a day (UTC), in order; none on a day on which nobody of the position is rostered. None
means that no roster is kept there, and the office day counts (D26)."""


@dataclass(frozen=True)
class Rule:
    """A recurring duty's rule.

    `by`: on or before the named day, until work ends; a day off moves it to the working day before. `on`: that day, a
    day off moves it to the next working day. `period_start`: on or before the first day of the period. `period_end`:
    by its last day plus `offset_days`, or on the working day `offset_working_days` after it. `shift_start` and
    `shift_end`: when the holder's own shift begins or ends, else work of the unit. `on_free_day` overrules where a
    day off moves it; `keep` leaves it there, and makes a daily rule one of every day. A daily rule of `workdays_only`
    (每个工作日) is owed on the calendar's working days alone, also by who has a shift on a day off.

    The named days: `weekdays`, `month_days` (a month without day N uses its last day; -1 is the last), the
    `nth_working_day` of the period (-1 is the last), the `nth_weekday` (second Monday: weekdays (0,), 2) of the month;
    `months` keeps to these months. `interval` takes every nth period, counted so that the one of `starting` is among
    them. `every` shift names each rostered shift.

    `at` is the time of day instead of the end of work; several `times` are several slots; `before_minutes` and
    `after_minutes` move whichever holds. `not_before` is the earliest time (每日15:30后); with `at_random` it is a
    time inside the working day that differs from day to day and cannot be guessed, yet is always the same for the
    same slot (DUT-09).
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
    interval: int = 1
    starting: date | None = None
    nth_working_day: int | None = None
    nth_weekday: int | None = None
    offset_working_days: int = 0
    after_minutes: int = 0
    times: tuple[time, ...] = ()
    on_free_day: FreeDay | None = None
    workdays_only: bool = False

    @property
    def by_shift(self) -> bool:
        """Whether the roster of who owes it decides."""
        return self.every == "shift" or self.due in SHIFTS


@dataclass(frozen=True)
class Slot:
    """One occurrence. `day`, `time` and the period are what the rule says; the moments (UTC) what the calendar makes.

    `time` is local and set only where a day may have several: one of the rule's `times`, or the start of the shift.
    `provisional`: the year's official holidays are not published yet, the due time may still move.
    """

    day: date
    first: date
    last: date
    opens_at: datetime
    not_before_at: datetime | None
    due_at: datetime
    provisional: bool = False
    time: time | None = None

    @property
    def named(self) -> datetime:
        """The named day and time as a naive local moment: what tells the slots of one rule apart."""
        return datetime.combine(self.day, self.time or time())


def slots(
    rule: Rule,
    first: date,
    last: date,
    calendar: WorkCalendar,
    *,
    unpublished: Container[int] = (),
    seed: str = "",
    roster: Roster | None = None,
) -> Iterator[Slot]:
    """The slots whose named day lies from `first` to `last` (both included), in order.

    `unpublished` are years whose official holidays are not known; `seed` tells apart who owes a duty at a random
    time; `roster` gives the shifts of who owes it.
    """
    for day in _named(rule, first, last, calendar, roster):
        provisional = day.year in unpublished
        if rule.every == "shift":
            yield from _of_shifts(rule, day, calendar, roster, provisional)
            continue
        begin, end = period(rule, day)
        # Whoever has a shift that day works, whatever day it is for others.
        rostered = roster is not None and rule.by_shift and roster(day)
        due_day = day if rostered else _due_day(rule, day, calendar)
        for clock in sorted(rule.times) or (rule.at,):
            due = _due(rule, due_day, clock, calendar, roster)
            opens = calendar.at(_opening_day(rule, day, begin, due_day), time())
            not_before = calendar.at(due_day, rule.not_before) if rule.not_before is not None else None
            if rule.at_random:
                key = f"{seed}:{day.isoformat()}" + (f"T{clock:%H:%M}" if rule.times else "")
                not_before = _random_time(calendar, due_day, due, key)
            yield Slot(
                day,
                begin,
                end,
                # What a holiday moves before its period opens on the day it is due, so that there is a day to do it.
                min(opens, calendar.at(due_day, time()), due),
                not_before,
                due,
                provisional or due_day.year in unpublished,
                clock if rule.times else None,
            )


def period(rule: Rule, day: date) -> tuple[date, date]:
    """The first and the last day of the period that the slot with this named day belongs to."""
    if rule.due == "period_end":
        day -= timedelta(days=rule.offset_days)
    every = "month" if rule.months and rule.every in ("quarter", "year") else rule.every
    first, last = periods.around(every, day)
    if rule.interval > 1 and rule.due == "period_end" and every == rule.every:
        first = periods.span(every, periods.index(every, day) - rule.interval + 1)[0]
    if rule.interval > 1 and rule.due == "period_start" and every == rule.every:
        last = periods.span(every, periods.index(every, day) + rule.interval - 1)[1]
    return first, last


def reach(rule: Rule) -> timedelta:
    """How far the due time of a slot may lie before or behind its named day."""
    counted = 2 * (abs(rule.nth_working_day or 0) + rule.offset_working_days)
    return timedelta(days=DRIFT_DAYS + counted)


# The named days


def _named(
    rule: Rule, first: date, last: date, calendar: WorkCalendar, roster: Roster | None
) -> Iterator[date]:
    if rule.every in ("day", "shift"):
        yield from _daily(rule, first, last, calendar, roster)
        return
    # A period's end may lie in a later period than its slot: begin early enough.
    number = periods.index(_stepped(rule), first - timedelta(days=rule.offset_days)) - 1
    step, found = _stepped(rule), set[date]()
    while periods.span(step, number)[0] <= last:
        found.update(_in_period(rule, number))
        number += 1
    yield from sorted(day for day in found if first <= day <= last)


def _stepped(rule: Rule) -> str:
    """What is looked at one by one: for whatever is made of months, the months."""
    return "month" if rule.every in MONTHS else rule.every


def _daily(
    rule: Rule, first: date, last: date, calendar: WorkCalendar, roster: Roster | None
) -> Iterator[date]:
    for number in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(number)
        if not _wanted(rule, day) or not _hit(rule, number, at_end=rule.due == "period_end"):
            continue
        if rule.workdays_only and not calendar.is_working_day(day):
            continue
        shifts = roster(day) if roster is not None and rule.by_shift else None
        if shifts is not None:
            if shifts:
                yield day
        # What is due every day is due on days on which somebody works.
        elif rule.on_free_day == "keep" or calendar.is_working_day(day) or _moves(rule, day, calendar):
            yield day


def _moves(rule: Rule, day: date, calendar: WorkCalendar) -> bool:
    """Every nth day may be a day off: then it moves, unless it would meet another one of this rule."""
    if rule.interval == 1 or rule.every == "shift":
        return False
    other = _due_day(rule, day, calendar)
    return not _hit(rule, other.toordinal(), at_end=rule.due == "period_end")


def _wanted(rule: Rule, day: date) -> bool:
    return (not rule.weekdays or day.weekday() in rule.weekdays) and (
        not rule.months or day.month in rule.months
    )


def _hit(rule: Rule, number: int, *, at_end: bool) -> bool:
    """Whether the period with this number is one of every nth; `at_end`: the last of n, else the first."""
    if rule.interval == 1:
        return True
    begun = periods.index(rule.every, rule.starting) if rule.starting is not None else 0
    return (number - begun) % rule.interval == (rule.interval - 1 if at_end else 0)


def _in_period(rule: Rule, number: int) -> Iterator[date]:
    """The days named in this week, part of a month or month; an end names a day that may lie behind it."""
    first, last = periods.span(_stepped(rule), number)
    ends = rule.due == "period_end"
    if rule.every not in MONTHS:
        if _hit(rule, number, at_end=ends):
            yield from (
                day for day in _in_part(rule, first, last) if not rule.months or day.month in rule.months
            )
        return
    size, month = MONTHS[rule.every], first.month
    if rule.months:
        wanted = month in rule.months
    else:
        wanted = month % size == 0 if _counts_from_end(rule) else (month - 1) % size == 0
    if not wanted or not _hit(rule, periods.index(rule.every, first), at_end=ends):
        return
    yield from _in_month(rule, first, last)


def _counts_from_end(rule: Rule) -> bool:
    return rule.due == "period_end" or (rule.nth_working_day or 0) < 0


def _in_part(rule: Rule, first: date, last: date) -> Iterator[date]:
    """The days named in a week, ten-day or half month."""
    if rule.due == "period_end":
        yield last + timedelta(days=rule.offset_days)
    elif rule.due == "period_start":
        yield first
    elif rule.nth_working_day is not None:
        yield first if rule.nth_working_day > 0 else last
    elif rule.weekdays:
        yield from (first + timedelta(days=weekday) for weekday in sorted(rule.weekdays))
    else:
        yield last if rule.due in ("by", "shift_end") else first


def _in_month(rule: Rule, first: date, last: date) -> Iterator[date]:
    if rule.due == "period_end":
        yield last + timedelta(days=rule.offset_days)
    elif rule.due == "period_start":
        yield first
    elif rule.nth_working_day is not None:
        yield first if rule.nth_working_day > 0 else last
    elif rule.nth_weekday is not None:
        yield from _nth_weekdays(rule, first, last)
    else:
        for number in rule.month_days:
            yield last if number < 0 else first.replace(day=min(number, last.day))


def _nth_weekdays(rule: Rule, first: date, last: date) -> Iterator[date]:
    for weekday in rule.weekdays:
        days = [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
        days = [day for day in days if day.weekday() == weekday]
        nth = rule.nth_weekday or 1
        # A fifth Monday that the month has not is its last one, as with day 31.
        yield days[min(nth, len(days)) - 1] if nth > 0 else days[max(nth, -len(days))]


# When a named day is due


def _due_day(rule: Rule, day: date, calendar: WorkCalendar) -> date:
    """Nobody can hand in work on a day off: "by" must be met before it, "on" is meant for the day after."""
    if rule.nth_working_day is not None and rule.every not in ("day", "shift"):
        return _nth_working_day(rule, day, calendar)
    if rule.offset_working_days:
        return calendar.nth_working_day_after(day, rule.offset_working_days)
    moved = rule.on_free_day or ("later" if rule.due == "on" else "earlier")
    if moved == "keep":
        return day
    return (
        calendar.working_day_on_or_after(day) if moved == "later" else calendar.working_day_on_or_before(day)
    )


def _nth_working_day(rule: Rule, day: date, calendar: WorkCalendar) -> date:
    """The nth working day of the period; a period with fewer has its last one, one with none the nearest outside."""
    first, last = _counted_period(rule, day)
    days = [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
    working = [each for each in days if calendar.is_working_day(each)]
    nth = rule.nth_working_day or 1
    if not working:
        return (
            calendar.working_day_on_or_after(day)
            if rule.due == "on"
            else calendar.working_day_on_or_before(day)
        )
    return working[min(nth, len(working)) - 1] if nth > 0 else working[max(nth, -len(working))]


def _counted_period(rule: Rule, day: date) -> tuple[date, date]:
    every = "month" if rule.months and rule.every in MONTHS else rule.every
    return periods.around(every, day)


def _opening_day(rule: Rule, day: date, begin: date, due_day: date) -> date:
    """The day from which it can be seen and done."""
    if rule.due in ("on", *SHIFTS):
        return due_day if rule.nth_working_day is not None else day
    if rule.due == "period_start":
        before = periods.around(rule.every, begin - timedelta(days=1))[0]
        return max(before, begin - START_AHEAD)
    return begin


def _due(
    rule: Rule, day: date, clock: time | None, calendar: WorkCalendar, roster: Roster | None
) -> datetime:
    shifts = roster(day) if roster is not None and rule.due in SHIFTS else None
    if clock is not None:
        due = calendar.at(day, clock)
    elif rule.due == "shift_start":
        due = shifts[0][0] if shifts else _day_start(calendar, day)
    elif shifts:
        due = shifts[-1][1]
    else:
        due = _day_end(calendar, day)
    return due + timedelta(minutes=rule.after_minutes - rule.before_minutes)


def _of_shifts(
    rule: Rule, day: date, calendar: WorkCalendar, roster: Roster | None, provisional: bool
) -> Iterator[Slot]:
    """A slot for each shift that begins on the day; without a roster the office day is the shift."""
    shifts = roster(day) if roster is not None else None
    if shifts is None:
        shifts = ((_day_start(calendar, day), _day_end(calendar, day)),)
    else:
        provisional = False
    seen: set[datetime] = set()
    for start, end in shifts:
        if start in seen:
            continue
        seen.add(start)
        base = start if rule.due in ("shift_start", "period_start") else end
        due = base + timedelta(minutes=rule.after_minutes - rule.before_minutes)
        opens = calendar.at(day, time()) if rule.due == "shift_start" else start
        begun = calendar.local(start).time().replace(tzinfo=None)
        yield Slot(day, day, day, min(opens, due), None, due, provisional, begun)


def _day_start(calendar: WorkCalendar, day: date) -> datetime:
    """When work begins; on a day off at the hour at which it began on the working day before."""
    if calendar.is_working_day(day):
        return calendar.day_start(day)
    like = calendar.working_day_on_or_before(day)
    return calendar.at(day, calendar.local(calendar.day_start(like)).time())


def _day_end(calendar: WorkCalendar, day: date) -> datetime:
    """When work ends; on a day off at the hour at which it ended on the working day before."""
    if calendar.is_working_day(day):
        return calendar.day_end(day)
    like = calendar.working_day_on_or_before(day)
    end = calendar.local(calendar.day_end(like))
    return calendar.at(day + (end.date() - like), end.time())


def _random_time(calendar: WorkCalendar, day: date, due: datetime, key: str) -> datetime:
    """A whole minute of the working day, drawn from the key."""
    begin = _day_start(calendar, day)
    minutes = max(1, int((due - begin).total_seconds() // 60))
    drawn = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % minutes
    return begin + timedelta(minutes=drawn)
