"""The one source of the present moment, so that tests and simulations can set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_home = "Asia/Shanghai"
_simulated: ContextVar[datetime | None] = ContextVar("simulated", default=None)
_noticed: ContextVar[list[bool] | None] = ContextVar("noticed", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC; inside `simulating`, the moment set there."""
    noticed = _noticed.get()
    if noticed is not None:
        noticed.append(True)
    return _simulated.get() or datetime.now(UTC)


@contextmanager
def noticing() -> Iterator[list[bool]]:
    """Whether the block asks for the moment (the list is not empty then); the home zone's day alone does not count."""
    noticed: list[bool] = []
    token = _noticed.set(noticed)
    try:
        yield noticed
    finally:
        _noticed.reset(token)


@contextmanager
def simulating(at: datetime) -> Iterator[None]:
    """Let the present be `at` (aware) inside the block, in this thread: for demonstration data and walks."""
    token = _simulated.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _simulated.reset(token)


def set_home(name: str) -> None:
    """The zone of whatever belongs to no unit (ZHIZE_TIMEZONE); said once, when the product starts."""
    global _home
    _home = name


def home() -> str:
    """The name of the zone of whatever belongs to no unit."""
    return _home


def today(zone: str = "") -> date:
    """The calendar day it is now in `zone` (an IANA name such as Asia/Shanghai), by default in the home zone."""
    moment = now() if zone else _simulated.get() or datetime.now(UTC)
    return moment.astimezone(ZoneInfo(zone or _home)).date()


def zone(name: str = "") -> ZoneInfo:
    """The zone of that IANA name, by default the home zone. Raises ZoneInfoNotFoundError for one that does not exist."""
    return ZoneInfo(name or _home)
