"""The kinds of targets of time, as packs and clocks keep them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictInt, TypeAdapter, model_validator

from zhize.lib import periods

MAX_MINUTES = 10 * 366 * 24 * 60
MAX_DAYS = 3660

Minutes = Annotated[StrictInt, Field(ge=0, le=MAX_MINUTES)]
# A field of this name would hide the type.
Day = date
Seconds = Annotated[StrictInt, Field(ge=0, le=86400)]
DayCount = Annotated[StrictInt, Field(ge=0, le=MAX_DAYS)]
MonthCount = Annotated[StrictInt, Field(ge=0, le=120)]


class _Target(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Elapsed(_Target):
    """So many minutes (or seconds) on the wall clock, nights and days off included (24小时内, 30秒内)."""

    kind: Literal["elapsed"] = "elapsed"
    minutes: Minutes = 0
    seconds: Seconds | None = None

    @model_validator(mode="after")
    def _said(self) -> Self:
        if not self.model_fields_set & {"minutes", "seconds"}:
            raise ValueError("say minutes or seconds")
        return self

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes, seconds=self.seconds or 0)


class Working(_Target):
    """So many minutes of working time."""

    kind: Literal["working"] = "working"
    minutes: Minutes

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)


class Days(_Target):
    """So many calendar days, due at the end of the working day of the last one (3天内).

    With `at` it is that time of the calendar day itself, a day off or not (次日10点前); one that is past is tomorrow's.
    """

    kind: Literal["days"] = "days"
    days: DayCount
    at: time | None = None


class WorkingDays(_Target):
    """The end of work of the nth working day after the start (5个工作日内)."""

    kind: Literal["working_days"] = "working_days"
    days: DayCount


class Months(_Target):
    """So many calendar months, due at the end of the working day of the last day (两个月内); 31 becomes the last day."""

    kind: Literal["months"] = "months"
    months: MonthCount


class DayEnd(_Target):
    """The end of work of the nth working day after the start; 0 is today (下班前)."""

    kind: Literal["day_end"] = "day_end"
    days: DayCount = 0


class By(_Target):
    """A time of day on the nth working day after the start; 0 is today (too late: the next one)."""

    kind: Literal["by"] = "by"
    at: time
    days: DayCount = 0


class ShiftEnd(_Target):
    """The end of the holder's own shift, or so many minutes before (交班前). Without a roster: the end of work.

    `ends_at` is that end as whoever started the clock read it from the roster.
    """

    kind: Literal["shift_end"] = "shift_end"
    before_minutes: Minutes = 0
    ends_at: datetime | None = None


class PeriodEnd(_Target):
    """The end of work of the last working day of the week, ten days, month, quarter … of the start (当月内)."""

    kind: Literal["period_end"] = "period_end"
    of: periods.Period


class Before(_Target):
    """So long before a date that the event names (到期前一个月, 提前15天, 开场前30分钟); nothing given: not later than it.

    Days and months before mean the end of work of that day, a day off the working day before. `date` or, where the
    hour matters, `moment` is what the event named; until then there is no limit.
    """

    kind: Literal["before"] = "before"
    days: DayCount | None = None
    working_days: DayCount | None = None
    months: MonthCount | None = None
    minutes: Minutes | None = None
    date: Day | None = None
    moment: datetime | None = None


class NoTarget(_Target):
    """No limit of time."""

    kind: Literal["none"] = "none"


_Any = (
    Elapsed | Working | Days | WorkingDays | Months | DayEnd | By | ShiftEnd | PeriodEnd | Before | NoTarget
)
Target = Annotated[_Any, Field(discriminator="kind")]
_ADAPTER: TypeAdapter[_Any] = TypeAdapter(Target)


def parse_target(data: Mapping[str, Any] | _Target) -> Target:
    """A target from its JSON form, e.g. `{"kind": "by", "at": "17:30", "days": 1}`; else pydantic's error."""
    return _ADAPTER.validate_python(data)


def is_endless(target: Target) -> bool:
    """Whether nothing falls due: no limit, or one before a date that nobody has named yet."""
    return isinstance(target, NoTarget) or (
        isinstance(target, Before) and target.date is None and target.moment is None
    )
