"""The one source of the present moment, so that tests and simulations can set it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: str) -> date:
    """The calendar day it is now in `zone` (an IANA name such as Asia/Shanghai)."""
    return now().astimezone(ZoneInfo(zone)).date()


def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name. Raises ZoneInfoNotFoundError for one that does not exist."""
    return ZoneInfo(name)
