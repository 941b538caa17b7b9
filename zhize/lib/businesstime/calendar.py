"""The arithmetic of working hours."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
# So many days in a row without any hours, and the calendar is taken to have none left.
HORIZON_DAYS = 400

_ONE_DAY = timedelta(days=1)
_ZERO = timedelta(0)
_RANGE = re.compile(r"^(\d{1,2}):(\d{2})\s*[-–—~]\s*(\d{1,2}):(\d{2})$")


class HoursError(ValueError):
    """Hours that cannot be read, are empty, or overlap."""


class NoWorkingHours(ValueError):
    """The calendar has no working hours where some were needed."""


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """One interval of a working day, in minutes from its local midnight.

    A night shift ends after 24:00: 22:00–06:00 is Hours(1320, 1800) and belongs to the day it starts on.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < DAY_MINUTES or not self.start < self.end <= self.start + DAY_MINUTES:
            raise HoursError(f"{self.start}–{self.end} is not an interval of one day")

    def __str__(self) -> str:
        return (
            f"{_clock(self.start)}-{_clock(self.end if self.end == DAY_MINUTES else self.end % DAY_MINUTES)}"
        )


def parse_hours(text: str) -> tuple[Hours, ...]:
    """Intervals from text such as `09:00-12:00, 13:30-18:00`.

    An end that is not after its start means the next morning. Full-width punctuation is accepted. Empty
    text is a day off. Raises HoursError when it cannot be read or when intervals overlap.
    """
    parts = [
        part.strip() for part in re.split(r"[,;\u3001]", unicodedata.normalize("NFKC", text)) if part.strip()
    ]
    found = []
    for part in parts:
        match = _RANGE.match(part)
        if match is None:
            raise HoursError(f"cannot read the hours {part!r}")
        h1, m1, h2, m2 = map(int, match.groups())
        if m1 > 59 or m2 > 59 or h1 > 23 or h2 * 60 + m2 > DAY_MINUTES:
            raise HoursError(f"no such time in {part!r}")
        start, end = h1 * 60 + m1, h2 * 60 + m2
        found.append(Hours(start, end if end > start else end + DAY_MINUTES))
    return _ordered(found)


def _ordered(hours: Iterable[Hours]) -> tuple[Hours, ...]:
    ordered = tuple(sorted(hours))
    for earlier, later in pairwise(ordered):
        if later.start < earlier.end:
            raise HoursError(f"{earlier} and {later} overlap")
    return ordered


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@dataclass(frozen=True, slots=True)
class DayUse:
    """What one calendar day gave to a stretch of working time; `parts` is empty on a day off."""

    day: date
    parts: tuple[tuple[datetime, datetime], ...]

    @property
    def length(self) -> timedelta:
        return sum((end - start for start, end in self.parts), _ZERO)


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """When a unit works. Immutable; a changed calendar is another object.

    `weekly` maps 0 (Monday) … 6 (Sunday) to hours; `exceptions` replaces the hours of single dates (empty for
    a holiday, hours for a make-up workday 调休). `always_open` means 24×7 and overrides both. A night shift
    belongs to the day on which it starts, so it runs on into a following holiday. Where two days' hours
    overlap, the time counts once. Daylight saving is real time: a shift is as long as the clock on the wall
    and the zone make it.
    """

    zone: str
    weekly: Mapping[int, tuple[Hours, ...]] = field(default_factory=dict)
    exceptions: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict)
    always_open: bool = False
    _zone: ZoneInfo = field(init=False, repr=False)
    _days: dict[date, tuple[tuple[datetime, datetime], ...]] = field(
        init=False, repr=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "_zone", ZoneInfo(self.zone))
        object.__setattr__(self, "weekly", {day: _ordered(hours) for day, hours in self.weekly.items()})
        object.__setattr__(
            self, "exceptions", {day: _ordered(hours) for day, hours in self.exceptions.items()}
        )
        if not set(self.weekly) <= set(range(7)):
            raise HoursError("weekdays are numbered 0 (Monday) to 6 (Sunday)")

    @classmethod
    def of(
        cls,
        zone: str,
        weekly: Mapping[int, str] | None = None,
        exceptions: Mapping[date, str] | None = None,
        always_open: bool = False,
    ) -> WorkCalendar:
        """The same, with the hours written as text (see `parse_hours`)."""
        return cls(
            zone,
            {day: parse_hours(text) for day, text in (weekly or {}).items()},
            {day: parse_hours(text) for day, text in (exceptions or {}).items()},
            always_open,
        )

    # Days

    def local(self, moment: datetime) -> datetime:
        """The moment on the wall clock of this calendar's zone."""
        return _aware(moment).astimezone(self._zone)

    def local_date(self, moment: datetime) -> date:
        return self.local(moment).date()

    def at(self, day: date, clock: time) -> datetime:
        """The UTC moment at which the wall shows `clock` on `day`; in a skipped hour, the jump itself."""
        return self._utc(day, clock.hour * 60 + clock.minute) + timedelta(seconds=clock.second)

    def hours_on(self, day: date) -> tuple[Hours, ...]:
        """The hours that begin on this day."""
        if self.always_open:
            return (Hours(0, DAY_MINUTES),)
        if day in self.exceptions:
            return self.exceptions[day]
        return self.weekly.get(day.weekday(), ())

    def is_working_day(self, day: date) -> bool:
        return bool(self.hours_on(day))

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        return self._seek(day, _ONE_DAY)

    def previous_working_day(self, day: date) -> date:
        """The last working day before `day`."""
        return self._seek(day, -_ONE_DAY)

    def working_day_on_or_after(self, day: date) -> date:
        return day if self.is_working_day(day) else self.next_working_day(day)

    def working_day_on_or_before(self, day: date) -> date:
        return day if self.is_working_day(day) else self.previous_working_day(day)

    def nth_working_day_after(self, day: date, count: int) -> date:
        """The `count`th working day after `day`, which is itself not counted.

        For 0, `day` itself or, when nobody works then, the next working day.
        """
        if count < 0:
            raise ValueError("count the working days from 0")
        if count == 0:
            return self.working_day_on_or_after(day)
        for _ in range(count):
            day = self.next_working_day(day)
        return day

    def day_start(self, day: date) -> datetime:
        """When work begins on `day`. Raises NoWorkingHours on a day off."""
        return self._utc(day, self._working(day)[0].start)

    def day_end(self, day: date) -> datetime:
        """When the last hours of `day` end (24:00 when always open; the next morning for a night shift)."""
        return self._utc(day, self._working(day)[-1].end)

    def end_of_working_day_after(self, start: datetime, calendar_days: int) -> datetime:
        """`3天内`: so many calendar days after the day of `start`, due when work ends on the last day.

        When the last day is not a working day, the next working day's end: nobody can hand in work while the
        unit does not work, and "within" must not shorten what was promised. For 0 days, when today's work has
        ended already, the end of the next working day. (requirements §0, D3)
        """
        if calendar_days < 0:
            raise ValueError("count the days from 0")
        day = self.working_day_on_or_after(self.local_date(start) + timedelta(days=calendar_days))
        end = self.day_end(day)
        return end if end >= start else self.day_end(self.next_working_day(day))

    # Working time

    def is_open(self, moment: datetime) -> bool:
        """Whether this moment lies in working time (the start of hours does, their end does not)."""
        return self.next_opening(moment) == moment

    def next_opening(self, moment: datetime) -> datetime:
        """The first moment from `moment` on that lies in working time."""
        moment = _aware(moment)
        if self.always_open:
            return moment
        return next(max(start, moment) for start, end in self._from(moment) if end > moment)

    def add_working(self, start: datetime, minutes: int) -> datetime:
        """The earliest moment at which `minutes` of working time have passed since `start`."""
        return self.add_working_time(start, timedelta(minutes=minutes))

    def add_working_time(self, start: datetime, amount: timedelta) -> datetime:
        """`add_working` to the microsecond. No time at all leaves `start` as it is, in or out of hours."""
        start = _aware(start)
        if amount < _ZERO:
            raise ValueError("only forwards; see subtract_working_time")
        if self.always_open or not amount:
            return start + amount
        for opens, closes in self._from(start):
            begin = max(opens, start)
            if closes <= begin:
                continue
            if amount <= closes - begin:
                return begin + amount
            amount -= closes - begin
        raise AssertionError("unreachable")  # pragma: no cover

    def subtract_working_time(self, end: datetime, amount: timedelta) -> datetime:
        """The latest moment from which exactly `amount` of working time leads up to `end`."""
        end = _aware(end)
        if amount < _ZERO:
            raise ValueError("only backwards; see add_working_time")
        if self.always_open or not amount:
            return end - amount
        for opens, closes in self._before(end):
            finish = min(closes, end)
            if finish <= opens:
                continue
            if amount <= finish - opens:
                return finish - amount
            amount -= finish - opens
        raise AssertionError("unreachable")  # pragma: no cover

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two moments; none when `end` is not after `start`."""
        start, end = _aware(start), _aware(end)
        if end <= start:
            return _ZERO
        if self.always_open:
            return end - start
        return sum((use.length for use in self.used_by_day(start, end)), _ZERO)

    def working_minutes(self, start: datetime, end: datetime) -> int:
        """`working_time` in whole minutes, begun minutes left out."""
        return self.working_time(start, end) // timedelta(minutes=1)

    def used_by_day(self, start: datetime, end: datetime) -> Iterator[DayUse]:
        """Day by day what lies between two moments, days off included; parts are in UTC."""
        start, end = _aware(start), _aware(end)
        first, last = self.local_date(start), self.local_date(end)
        day = first - _ONE_DAY
        while day <= last:
            parts = tuple(
                (max(opens, start), min(closes, end))
                for opens, closes in self._day(day)
                if closes > start and opens < end
            )
            if parts or day >= first:
                yield DayUse(day, parts)
            day += _ONE_DAY

    # Inside

    def _working(self, day: date) -> tuple[Hours, ...]:
        hours = self.hours_on(day)
        if not hours:
            raise NoWorkingHours(f"{day} is not a working day")
        return hours

    def _seek(self, day: date, step: timedelta) -> date:
        sought = day
        try:
            for _ in range(HORIZON_DAYS):
                sought += step
                if self.hours_on(sought):
                    return sought
        except OverflowError:
            pass
        raise NoWorkingHours(f"no working day within {HORIZON_DAYS} days of {day}")

    def _from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open intervals in order, starting with the day before (its night shift may still run)."""
        day = self.local_date(moment) - _ONE_DAY
        while True:
            yield from self._day(day)
            day = self._seek(day, _ONE_DAY)

    def _before(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = self.local_date(moment)
        while True:
            yield from reversed(self._day(day))
            day = self._seek(day, -_ONE_DAY)

    def _day(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The day's open intervals in UTC, without what the night shift of the day before covers already."""
        known = self._days.get(day)
        if known is None:
            overhang = max(
                (self._utc(day - _ONE_DAY, hours.end) for hours in self.hours_on(day - _ONE_DAY)),
                default=None,
            )
            intervals = []
            for hours in self.hours_on(day):
                start, end = self._utc(day, hours.start), self._utc(day, hours.end)
                if overhang is not None:
                    start = max(start, overhang)
                if start < end:
                    intervals.append((start, end))
            known = self._days[day] = tuple(intervals)
        return known

    def _utc(self, day: date, minutes: int) -> datetime:
        """UTC for a wall time given in minutes from midnight of `day` (may lie on the next day).

        A wall time that exists twice means its first occurrence; one that does not exist means the moment of
        the jump, so that intervals never turn around.
        """
        days, rest = divmod(minutes, DAY_MINUTES)
        wall = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), self._zone)
        moment = wall.astimezone(UTC)
        if moment.astimezone(self._zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
            return moment
        early, late = wall.replace(fold=1).astimezone(UTC), moment
        before = early.astimezone(self._zone).utcoffset()
        while late - early > timedelta(seconds=1):
            middle = early + (late - early) // 2
            if middle.astimezone(self._zone).utcoffset() == before:
                early = middle
            else:
                late = middle
        return late.replace(microsecond=0)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("moments are aware")
    return moment.astimezone(UTC)
