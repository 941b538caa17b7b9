"""The due moments that follow from targets of time, and how they were found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from zhize.lib import periods
from zhize.lib.businesstime.calendar import DayUse, WorkCalendar
from zhize.lib.businesstime.describing import target_text
from zhize.lib.businesstime.kinds import (
    Before,
    By,
    DayEnd,
    Days,
    Elapsed,
    Months,
    PeriodEnd,
    ShiftEnd,
    Target,
    Working,
    WorkingDays,
    is_endless,
)
from zhize.lib.businesstime.wording import day_text, duration_text, moment_text
from zhize.lib.text import Text

# An explanation lists at most this many days one by one.
LISTED_DAYS = 12


@dataclass(frozen=True, slots=True)
class Due:
    """A due moment (UTC; None without a limit) and the steps that led to it."""

    at: datetime | None
    steps: tuple[Text, ...]


def due(target: Target, start: datetime, calendar: WorkCalendar) -> Due:
    """When a target that starts at `start` falls due, with the steps of the computation in both languages.

    Raises NoWorkingHours when the target needs working hours and the calendar has none.
    """
    steps = [
        Text("起算：{m}", "Starts {m}").format(m=moment_text(calendar.local(start))),
        Text("时限：{t}", "Limit: {t}").format(t=target_text(target)),
    ]
    if is_endless(target):
        return Due(None, tuple(steps))
    at, told = _moment(target, start, calendar)
    at = at.astimezone(UTC)
    steps += [*told, Text("到期：{m}", "Due {m}").format(m=moment_text(calendar.local(at)))]
    return Due(at, tuple(steps))


def _moment(target: Target, start: datetime, calendar: WorkCalendar) -> tuple[datetime, list[Text]]:
    """The due moment, and the steps between the limit and it."""
    match target:
        case Elapsed():
            return start + target.length, []
        case Working():
            at = calendar.add_working(start, target.minutes)
            return at, working_steps(calendar, start, at)
        case Days():
            return _days(target, start, calendar)
        case Months():
            wanted = periods.add_months(calendar.local_date(start), target.months)
            days = (wanted - calendar.local_date(start)).days
            at = calendar.end_of_working_day_after(start, days)
            return at, _moved(calendar, wanted, at)
        case DayEnd() | WorkingDays():
            at = _on_working_day(target.days, None, start, calendar)
            return at, _counted(calendar, start, at)
        case By():
            at = _on_working_day(target.days, target.at, start, calendar)
            return at, _counted(calendar, start, at)
        case ShiftEnd():
            return _shift_end(target, start, calendar)
        case PeriodEnd():
            return _period_end(target, start, calendar)
        case Before():
            return _before(target, calendar)
    raise ValueError(f"{target.kind} has no due moment")


def _days(target: Days, start: datetime, calendar: WorkCalendar) -> tuple[datetime, list[Text]]:
    wanted = calendar.local_date(start) + timedelta(days=target.days)
    if target.at is not None:
        at = calendar.at(wanted, target.at)
        return (at if at >= start else calendar.at(wanted + timedelta(days=1), target.at)), []
    at = calendar.end_of_working_day_after(start, target.days)
    return at, _moved(calendar, wanted, at)


def _shift_end(target: ShiftEnd, start: datetime, calendar: WorkCalendar) -> tuple[datetime, list[Text]]:
    """Too late for the minutes before the end, the end itself counts; on a shift that is over, the next day's."""
    if target.ends_at is not None:
        end = target.ends_at
        told = Text("当班结束：{m}", "The shift ends {m}").format(m=moment_text(calendar.local(end)))
    else:
        end = _on_working_day(0, None, start, calendar)
        told = Text("没有排班，按上班时间：{m} 下班", "No roster, so by office hours: work ends {m}").format(
            m=moment_text(calendar.local(end))
        )
    at = end - timedelta(minutes=target.before_minutes)
    return (at if at >= start else end), [told]


def _period_end(target: PeriodEnd, start: datetime, calendar: WorkCalendar) -> tuple[datetime, list[Text]]:
    last = periods.around(target.of, calendar.local_date(start))[1]
    at = calendar.day_end(calendar.working_day_on_or_before(last))
    steps = [Text("最后一天：{day}", "Last day: {day}").format(day=day_text(last))]
    if at < start:
        # What begins after the last working day of its period can only be done on the next one.
        at = _on_working_day(0, None, start, calendar)
        steps.append(
            Text("此前已没有工作日，顺延到下一个工作日", "No working day left before, so the next one")
        )
    elif calendar.local_date(at) != last:
        steps.append(_EARLIER)
    return at, steps


def _before(target: Before, calendar: WorkCalendar) -> tuple[datetime, list[Text]]:
    """Nobody can hand in work on a day off: what must be met before a date is met on the working day before."""
    told = []
    if target.moment is not None:
        told = [Text("约定时间：{m}", "Agreed: {m}").format(m=moment_text(calendar.local(target.moment)))]
    measured = (target.days, target.working_days, target.months)
    if target.moment is not None and all(value is None for value in measured):
        return target.moment - timedelta(minutes=target.minutes or 0), told
    named = calendar.local_date(target.moment) if target.moment is not None else target.date
    if named is None:
        raise ValueError("no date was named")
    if target.minutes is not None:
        return calendar.at(named, time()) - timedelta(minutes=target.minutes), told
    wanted = periods.add_months(named, -(target.months or 0)) - timedelta(days=target.days or 0)
    for _ in range(target.working_days or 0):
        wanted = calendar.previous_working_day(wanted)
    day = calendar.working_day_on_or_before(wanted)
    steps = [*told, Text("最后一天：{day}", "Last day: {day}").format(day=day_text(wanted))]
    return calendar.day_end(day), [*steps, _EARLIER] if day != wanted else steps


_EARLIER = Text("当天不上班，提前到上一个工作日", "No work on that day, so the working day before")


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
