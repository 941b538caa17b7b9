"""What jobs there are: tasks by name, and the schedules of the periodic ones.

Registration happens at import (`<app>/jobs.py`, imported by the app's configuration), so web and worker
processes know the same names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from croniter import croniter

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_QUEUE = "default"
DEFAULT_RETRIES = 5


@dataclass(frozen=True)
class Task:
    """A named body. `retries` is how often it is tried again after its first failure."""

    name: str
    function: Callable[..., Any]
    queue: str
    retries: int
    priority: int


@dataclass(frozen=True)
class Schedule:
    """When a periodic task is due: every so many minutes (counted in UTC), or by a cron line in `zone`.

    `late_after` is how long after its slot a run may end before the monitor calls it late.
    """

    name: str
    every_minutes: int | None
    cron: str | None
    late_after: timedelta

    def slot(self, at: datetime, zone: str) -> datetime:
        """The newest slot that is not after `at`, in UTC."""
        if self.every_minutes:
            step = self.every_minutes * 60
            return datetime.fromtimestamp(int(at.timestamp()) // step * step, UTC)
        # croniter leaves the starting moment itself out, hence the extra microsecond.
        start = at.astimezone(ZoneInfo(zone)) + timedelta(microseconds=1)
        previous: datetime = croniter(self.cron or "", start).get_prev(datetime)
        return previous.astimezone(UTC)

    def next_slot(self, at: datetime, zone: str) -> datetime:
        """The first slot after `at`, in UTC."""
        if self.every_minutes:
            return self.slot(at, zone) + timedelta(minutes=self.every_minutes)
        following: datetime = croniter(self.cron or "", at.astimezone(ZoneInfo(zone))).get_next(datetime)
        return following.astimezone(UTC)

    def __str__(self) -> str:
        return self.cron or f"{self.every_minutes} min"


TASKS: dict[str, Task] = {}
SCHEDULES: dict[str, Schedule] = {}


def task(
    name: str, *, queue: str = DEFAULT_QUEUE, retries: int = DEFAULT_RETRIES, priority: int = 0
) -> Callable[[F], F]:
    """Declare the body of a job. It takes plain JSON values by keyword and must be safe to run twice."""

    def declare(function: F) -> F:
        known = TASKS.get(name)
        if known is not None and known.function.__qualname__ != function.__qualname__:
            raise ValueError(f"two jobs are called {name!r}")
        TASKS[name] = Task(name=name, function=function, queue=queue, retries=retries, priority=priority)
        return function

    return declare


def periodic(
    name: str,
    *,
    every_minutes: int | None = None,
    cron: str | None = None,
    queue: str = DEFAULT_QUEUE,
    retries: int = DEFAULT_RETRIES,
    priority: int = 10,
    late_after_minutes: int | None = None,
) -> Callable[[F], F]:
    """Declare a job that runs by itself; its body takes no arguments and catches up what it missed.

    Give either `every_minutes` or a `cron` line (read in the installation's zone). However long no worker
    was running, one run follows, not one for each missed slot.
    """
    if (every_minutes is None) == (cron is None):
        raise ValueError(f"{name}: give either every_minutes or cron")
    if cron is not None and not croniter.is_valid(cron):
        raise ValueError(f"{name}: {cron!r} is no cron line")
    if every_minutes is not None and every_minutes < 1:
        raise ValueError(f"{name}: every_minutes must be at least 1")
    grace = late_after_minutes or (5 if every_minutes else 30)

    def declare(function: F) -> F:
        task(name, queue=queue, retries=retries, priority=priority)(function)
        SCHEDULES[name] = Schedule(name, every_minutes, cron, timedelta(minutes=grace))
        return function

    return declare
