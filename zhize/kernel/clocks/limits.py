"""What a clock counts towards: the targets of `lib.businesstime`, or one fixed moment (a promise)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from zhize.kernel.db import Invalid
from zhize.lib import businesstime
from zhize.lib.businesstime import Target, WorkCalendar, moment_text
from zhize.lib.text import Text


@dataclass(frozen=True)
class Moment:
    """A fixed moment, agreed with somebody. Pauses do not move it."""

    at: datetime


Limit = Target | Moment


def parse(data: Mapping[str, Any] | Limit) -> Limit:
    """The limit in its JSON form. Raises Invalid.

    Besides the kinds of `lib.businesstime` (elapsed, days, by, shift_end, before …): `{"kind": "moment",
    "at": "2026-03-02T09:00:00Z"}`, `by` with such a full moment, and `by` without a time of day, which is
    `days` (the end of the working day of the last calendar day).
    """
    if not isinstance(data, Mapping):
        return data
    kind, at = data.get("kind"), data.get("at")
    if kind == "moment" or (
        kind == "by" and (isinstance(at, datetime) or (isinstance(at, str) and "T" in at))
    ):
        return Moment(_moment(at))
    if kind == "by" and at is None:
        data = {"kind": "days", "days": data.get("days", 0)}
    try:
        return businesstime.parse_target(data)
    except ValidationError:
        raise Invalid({"target": _("读不懂这个时限。")}) from None


def _moment(value: Any) -> datetime:
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid({"target": _("约定时刻要写明日期、时间和时区。")})
    return found.astimezone(UTC)


def as_json(limit: Limit) -> dict[str, Any]:
    """The stored form, which `parse` reads back."""
    if isinstance(limit, Moment):
        return {"kind": "moment", "at": limit.at.isoformat()}
    return limit.model_dump(mode="json", exclude_none=True)


def is_endless(limit: Limit) -> bool:
    """Whether nothing falls due: no limit, or one before a date that nobody has named yet."""
    return not isinstance(limit, Moment) and businesstime.is_endless(limit)


def text(limit: Limit, calendar: WorkCalendar) -> Text:
    """The limit in words."""
    if isinstance(limit, Moment):
        return Text("约定时刻 {m}", "agreed for {m}").format(m=moment_text(calendar.local(limit.at)))
    return businesstime.target_text(limit)
