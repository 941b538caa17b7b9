"""Escalation ladders as data: the usual one, and the thresholds a clock needs for a ladder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from zhize.kernel.clocks import limits
from zhize.kernel.clocks.limits import Limit
from zhize.kernel.clocks.thresholds import Threshold
from zhize.lib.businesstime import Elapsed, Working
from zhize.lib.text import Text

# Below eight hours a reminder four hours ahead would come before or with the start: then at three quarters.
LONG = timedelta(hours=8)
REMIND_BEFORE = 240
NEXT_LEVEL_AFTER = 240

_REMIND = {"code": "remind", "label": {"zh": "即将到期", "en": "due soon"}, "tell": ["holder"]}
_DUE = {
    "code": "due",
    "label": {"zh": "已到期", "en": "now due"},
    "after_minutes": 0,
    "tell": ["holder", "superior"],
    "urgent": True,
}
_NEXT = {
    "code": "next",
    "label": {"zh": "超时仍未办结", "en": "still not done"},
    "after_minutes": NEXT_LEVEL_AFTER,
    "tell": ["second_superior"],
    "urgent": True,
}


def usual(limit: Limit) -> list[dict[str, Any]]:
    """Reminder to the holder, the line manager at due, the next level four hours after (DUT-07)."""
    if limits.is_endless(limit):
        return []
    short = isinstance(limit, Elapsed | Working) and limit.length < LONG
    moment = {"percent": 75} if short else {"before_minutes": REMIND_BEFORE}
    return [{**_REMIND, **moment}, dict(_DUE), dict(_NEXT)]


def with_minutes(remind_before: int | None, next_after: int | None) -> list[dict[str, Any]]:
    """The usual ladder with a unit's own minutes."""
    return [
        {**_REMIND, "before_minutes": remind_before or REMIND_BEFORE},
        dict(_DUE),
        {**_NEXT, "after_minutes": next_after or NEXT_LEVEL_AFTER},
    ]


def thresholds(rungs: Iterable[Mapping[str, Any]]) -> list[Threshold]:
    """What the clock shall tell for these rungs."""
    return [
        Threshold(
            str(rung["code"]),
            at_percent=rung.get("percent"),
            before_minutes=rung.get("before_minutes"),
            after_minutes=rung.get("after_minutes"),
            label=Text.of(rung["label"]) if rung.get("label") else None,
        )
        for rung in rungs
    ]


def rung(rungs: Iterable[Mapping[str, Any]], code: str) -> Mapping[str, Any] | None:
    """The rung with this code."""
    return next((each for each in rungs if each["code"] == code), None)


def is_reminder(rung: Mapping[str, Any]) -> bool:
    """Whether the rung lies before due, so that it has no sense once the thing is done."""
    return rung.get("after_minutes") is None and (rung.get("percent") or 0) < 100
