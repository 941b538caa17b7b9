"""Quiet hours: when a message that is not urgent may leave."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


def leave_at(now: datetime, quiet_from: time | None, quiet_to: time | None, zone: str) -> datetime:
    """The first moment from `now` (aware) outside the quiet hours, which are local times and may span midnight."""
    if quiet_from is None or quiet_to is None:
        return now
    local = now.astimezone(ZoneInfo(zone))
    spans_midnight = quiet_from > quiet_to
    clock = local.time()
    quiet = clock >= quiet_from or clock < quiet_to if spans_midnight else quiet_from <= clock < quiet_to
    if not quiet:
        return now
    end = local.replace(hour=quiet_to.hour, minute=quiet_to.minute, second=0, microsecond=0)
    if end <= local:
        end += timedelta(days=1)
    return end.astimezone(now.tzinfo)
