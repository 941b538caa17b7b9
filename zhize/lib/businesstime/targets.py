"""Targets of time, and the due moments that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, TypeAdapter

from zhize.lib.businesstime.calendar import DayUse, WorkCalendar
from zhize.lib.businesstime.wording import day_text, duration_text, moment_text
from zhize.lib.text import Text

MAX_MINUTES = 10 * 366 * 24 * 60
MAX_DAYS = 3660
# An explanation lists at most this many days one by one.
LISTED_DAYS = 12

Minutes = Annotated[StrictInt, Field(ge=0, le=MAX_MINUTES)]
DayCount = Annotated[StrictInt, Field(ge=0, le=MAX_DAYS)]


class _Target(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Elapsed(_Target):
    """So many minutes on the wall clock, nights and days off included (24小时内)."""

    kind: Literal["elapsed"] = "elapsed"
    minutes: Minutes


class Working(_Target):
    """So many minutes of working time."""

    kind: Literal["working"] = "working"
    minutes: Minutes


class Days(_Target):
    """So many calendar days, due at the end of the working day of the last one (3天内)."""

    kind: Literal["days"] = "days"
    days: DayCount


class DayEnd(_Target):
    """The end of work of the nth working day after the start; 0 is today (下班前)."""

    kind: Literal["day_end"] = "day_end"
    days: DayCount = 0


class By(_Target):
    """A time of day on the nth working day after the start; 0 is today (too late: the next one)."""

    kind: Literal["by"] = "by"
    at: time
    days: DayCount = 0


class NoTarget(_Target):
    """No limit of time."""

    kind: Literal["none"] = "none"


Target = Annotated[Elapsed | Working | Days | DayEnd | By | NoTarget, Field(discriminator="kind")]
_ADAPTER: TypeAdapter[Elapsed | Working | Days | DayEnd | By | NoTarget] = TypeAdapter(Target)


@dataclass(frozen=True, slots=True)
class Due:
    """A due moment (UTC; None without a limit) and the steps that led to it."""

    at: datetime | None
    steps: tuple[Text, ...]


def parse_target(data: Mapping[str, Any] | _Target) -> Target:
    """A target from its JSON form, e.g. `{"kind": "by", "at": "17:30", "days": 1}`; else pydantic's error."""
    return _ADAPTER.validate_python(data)


def target_text(target: Target) -> Text:
    """The target in words."""
    match target:
        case Elapsed():
            return Text("{d}（连续计时，含夜间和休息日）", "{d} (around the clock)").format(
                d=_minutes(target)
            )
        case Working():
            return Text("{d}工作时间", "{d} of working time").format(d=_minutes(target))
        case Days():
            return Text("{n} 天内（当天下班前）", "within {n} days (by the end of work)").format(
                n=target.days
            )
        case DayEnd(days=0):
            return Text("当天下班前", "by the end of work today")
        case DayEnd():
            return Text("第 {n} 个工作日下班前", "by the end of work on working day {n}").format(
                n=target.days
            )
        case By(days=0):
            return Text("当天 {t} 前", "by {t} today").format(t=f"{target.at:%H:%M}")
        case By():
            values = {"n": target.days, "t": f"{target.at:%H:%M}"}
            return Text("第 {n} 个工作日 {t} 前", "by {t} on working day {n}").format(**values)
        case _:
            return Text("不限时", "no time limit")


def due(target: Target, start: datetime, calendar: WorkCalendar) -> Due:
    """When a target that starts at `start` falls due, with the steps of the computation in both languages.

    Raises NoWorkingHours when the target needs working hours and the calendar has none.
    """
    steps = [
        Text("起算：{m}", "Starts {m}").format(m=moment_text(calendar.local(start))),
        Text("时限：{t}", "Limit: {t}").format(t=target_text(target)),
    ]
    match target:
        case NoTarget():
            return Due(None, tuple(steps))
        case Elapsed():
            at = start + timedelta(minutes=target.minutes)
        case Working():
            at = calendar.add_working(start, target.minutes)
            steps += working_steps(calendar, start, at)
        case Days():
            at = calendar.end_of_working_day_after(start, target.days)
            wanted = calendar.local_date(start) + timedelta(days=target.days)
            steps += _moved(calendar, wanted, at)
        case DayEnd():
            at = _on_working_day(target.days, None, start, calendar)
            steps += _counted(calendar, start, at)
        case By():
            at = _on_working_day(target.days, target.at, start, calendar)
            steps += _counted(calendar, start, at)
    at = at.astimezone(UTC)
    steps.append(Text("到期：{m}", "Due {m}").format(m=moment_text(calendar.local(at))))
    return Due(at, tuple(steps))


def working_steps(calendar: WorkCalendar, start: datetime, end: datetime) -> list[Text]:
    """One line for each day between two moments with the working time it gave; long stretches shortened."""
    uses = list(calendar.used_by_day(start, end))
    if len(uses) <= LISTED_DAYS:
        return [_use_text(calendar, use) for use in uses]
    kept = LISTED_DAYS // 2
    middle = uses[kept:-kept]
    length = sum((use.length for use in middle), timedelta(0))
    between = Text("……其间 {n} 天，计 {d}", "… {n} days between, {d}").format(
        n=len(middle), d=duration_text(length)
    )
    return [
        *(_use_text(calendar, use) for use in uses[:kept]),
        between,
        *(_use_text(calendar, use) for use in uses[-kept:]),
    ]


def _on_working_day(count: int, clock: time | None, start: datetime, calendar: WorkCalendar) -> datetime:
    day = calendar.nth_working_day_after(calendar.local_date(start), count)
    at = calendar.day_end(day) if clock is None else calendar.at(day, clock)
    if at < start:
        day = calendar.next_working_day(day)
        at = calendar.day_end(day) if clock is None else calendar.at(day, clock)
    return at


def _minutes(target: Elapsed | Working) -> Text:
    hours, rest = divmod(target.minutes, 60)
    if hours and not rest:
        return Text(f"{hours} 小时", f"{hours} h")
    return duration_text(timedelta(minutes=target.minutes)) if target.minutes else Text("0 分", "0 min")


def _use_text(calendar: WorkCalendar, use: DayUse) -> Text:
    if not use.parts:
        return Text("{day}：不上班", "{day}: no work").format(day=day_text(use.day))
    spans = []
    for start, end in use.parts:
        first, last = calendar.local(start), calendar.local(end)
        spans.append(f"{first:%H:%M}–{last:%H:%M}")
    return Text("{day}：{zh}，计 {d}", "{day}: {en}, {d}").format(
        day=day_text(use.day), zh="、".join(spans), en=", ".join(spans), d=duration_text(use.length)
    )


def _moved(calendar: WorkCalendar, wanted: date, at: datetime) -> list[Text]:
    steps = [Text("最后一天：{day}", "Last day: {day}").format(day=day_text(wanted))]
    if not calendar.is_working_day(wanted):
        steps.append(Text("当天不上班，顺延到下一个工作日", "No work on that day, so the next working day"))
    elif calendar.day_end(wanted) < at:
        steps.append(
            Text("当天已下班，顺延到下一个工作日", "Work is over for that day, so the next working day")
        )
    return steps


def _counted(calendar: WorkCalendar, start: datetime, at: datetime) -> list[Text]:
    first, last = calendar.local_date(start), calendar.local_date(at)
    skipped = [use.day for use in calendar.used_by_day(start, at) if not calendar.is_working_day(use.day)]
    steps = [
        Text("{day}：不上班，不计", "{day}: no work, not counted").format(day=day_text(day))
        for day in skipped[:LISTED_DAYS]
        if first <= day <= last
    ]
    if len(skipped) > LISTED_DAYS:
        steps.append(
            Text("……另有 {n} 个休息日", "… and {n} more days off").format(n=len(skipped) - LISTED_DAYS)
        )
    return steps
