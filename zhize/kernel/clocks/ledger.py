"""The arithmetic of a clock: due and threshold moments as pure functions of ledger, limit and calendar.

What was passed before a pause stays passed: a pause only moves moments that lie after its beginning.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from zhize.kernel.clocks import limits
from zhize.kernel.clocks.limits import Limit, Moment
from zhize.lib import businesstime
from zhize.lib.businesstime import Elapsed, WorkCalendar, Working

Pause = tuple[datetime, datetime | None]
ZERO = timedelta(0)


@dataclass(frozen=True)
class Ledger:
    """When a clock started, its pauses in order (the last may be open), and the last move of its due time.

    `moved` is (when it was moved, the new due moment).
    """

    limit: Limit
    started_at: datetime
    pauses: tuple[Pause, ...] = ()
    moved: tuple[datetime, datetime] | None = None


@dataclass(frozen=True)
class Point:
    """A threshold: at so many percent of the limit, or minutes before or after the due moment (wall clock)."""

    at_percent: int | None = None
    before_minutes: int | None = None
    after_minutes: int | None = None


def due_at(ledger: Ledger, calendar: WorkCalendar) -> datetime | None:
    """The due moment (UTC); None without a limit, and while paused before the due moment was reached."""
    if ledger.moved is None and limits.is_endless(ledger.limit):
        return None
    return _walk(ledger.pauses, lambda closed: _due(ledger, calendar, closed))


def fires_at(ledger: Ledger, calendar: WorkCalendar, point: Point) -> datetime | None:
    """When the threshold is reached; None as for `due_at`."""
    if ledger.moved is None and limits.is_endless(ledger.limit):
        return None
    return _walk(ledger.pauses, lambda closed: _point(ledger, calendar, point, closed))


def used(ledger: Ledger, calendar: WorkCalendar, at: datetime) -> timedelta:
    """The time that counted between the start and `at`: working time for a limit in working time, else wall time."""
    measure = calendar.working_time if isinstance(ledger.limit, Working) else _wall
    total = measure(ledger.started_at, at)
    for begin, end in ledger.pauses:
        total -= measure(min(begin, at), min(end or at, at))
    return total


def _walk(pauses: tuple[Pause, ...], candidate: Callable[[list[Pause]], datetime]) -> datetime | None:
    """The moment a candidate settles on when pauses are looked at one after the other."""
    closed: list[Pause] = []
    for begin, end in pauses:
        found = candidate(closed)
        if found <= begin:
            return found
        if end is None:
            return None
        closed.append((begin, end))
    return candidate(closed)


def _due(ledger: Ledger, calendar: WorkCalendar, closed: list[Pause]) -> datetime:
    """The due moment when only the pauses in `closed` (all ended) are counted."""
    limit, start = ledger.limit, ledger.started_at
    if ledger.moved is not None:
        return _shifted(ledger, calendar, closed)
    match limit:
        case Moment():
            return limit.at
        case Elapsed():
            return start + limit.length + _wall_sum(closed)
        case Working():
            paused = sum((calendar.working_time(*pause) for pause in _ended(closed)), ZERO)
            return calendar.add_working_time(start, limit.length + paused)
        case _:
            found = businesstime.due(limit, start + _wall_sum(closed), calendar).at
            return _known(found)


def _shifted(ledger: Ledger, calendar: WorkCalendar, closed: list[Pause]) -> datetime:
    """A moved due moment, later by what was paused since it was moved."""
    moved_at, due = ledger.moved or (ledger.started_at, ledger.started_at)
    since = [pause for pause in _ended(closed) if pause[0] >= moved_at]
    if isinstance(ledger.limit, Moment):
        return due
    if isinstance(ledger.limit, Working):
        return calendar.add_working_time(due, sum((calendar.working_time(*pause) for pause in since), ZERO))
    return due + sum((end - begin for begin, end in since), ZERO)


def _point(ledger: Ledger, calendar: WorkCalendar, point: Point, closed: list[Pause]) -> datetime:
    due = _known(_walk(tuple(closed), lambda some: _due(ledger, calendar, some)))
    if point.before_minutes is not None:
        return due - timedelta(minutes=point.before_minutes)
    if point.after_minutes is not None:
        later = sum((end - begin for begin, end in _ended(closed) if begin >= due), ZERO)
        return due + timedelta(minutes=point.after_minutes) + later
    return _share(ledger, calendar, (point.at_percent or 0) / 100, closed, due)


def _share(
    ledger: Ledger, calendar: WorkCalendar, share: float, closed: list[Pause], due: datetime
) -> datetime:
    """The moment at which `share` of the limit is used up."""
    limit, start = ledger.limit, ledger.started_at
    if ledger.moved is None and isinstance(limit, Working):
        paused = sum((calendar.working_time(*pause) for pause in _ended(closed)), ZERO)
        return calendar.add_working_time(start, limit.length * share + paused)
    if ledger.moved is None and isinstance(limit, Elapsed):
        return start + limit.length * share + _wall_sum(closed)
    fixed = ledger.moved is not None or isinstance(limit, Moment)
    begin = start + (ZERO if fixed else _wall_sum([pause for pause in closed if pause[0] < due]))
    found = begin + (due - begin) * share
    return found if found <= due else found + _wall_sum([pause for pause in closed if pause[0] >= due])


def _known(moment: datetime | None) -> datetime:
    """A moment that exists because there is a limit and no open pause among those looked at."""
    if moment is None:
        raise ValueError("a clock without a limit has no due moment")
    return moment


def _ended(pauses: list[Pause]) -> list[tuple[datetime, datetime]]:
    return [(begin, end) for begin, end in pauses if end is not None]


def _wall_sum(pauses: list[Pause]) -> timedelta:
    return sum((end - begin for begin, end in _ended(pauses)), ZERO)


def _wall(begin: datetime, end: datetime) -> timedelta:
    return max(end - begin, ZERO)
