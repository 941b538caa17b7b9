"""A target in words, in both languages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from zhize.lib.businesstime.wording import day_text, duration_text
from zhize.lib.text import Text

if TYPE_CHECKING:
    from zhize.lib.businesstime.kinds import Before, By, Days, Elapsed, ShiftEnd, Target, Working

PERIODS = {
    "week": Text("本周", "the week"),
    "ten_days": Text("本旬", "the ten-day period"),
    "half_month": Text("本半月", "the half month"),
    "month": Text("本月", "the month"),
    "quarter": Text("本季度", "the quarter"),
    "half_year": Text("本半年", "the half-year"),
    "year": Text("本年", "the year"),
}


def target_text(target: Target) -> Text:
    """The target in words."""
    match target.kind:
        case "elapsed":
            return Text("{d}（连续计时，含夜间和休息日）", "{d} (around the clock)").format(d=_length(target))
        case "working":
            return Text("{d}工作时间", "{d} of working time").format(d=_length(target))
        case "days":
            return _days(target)
        case "working_days":
            return Text(
                "{n} 个工作日内（当天下班前）", "within {n} working days (by the end of work)"
            ).format(n=target.days)
        case "months":
            return Text("{n} 个月内（当天下班前）", "within {n} months (by the end of work)").format(
                n=target.months
            )
        case "day_end":
            return _day_end(target.days)
        case "by":
            return _by(target)
        case "shift_end":
            return _shift_end(target)
        case "period_end":
            return Text("{p}内（最后一个工作日下班前）", "by the end of {p} (its last working day)").format(
                p=PERIODS[target.of]
            )
        case "before":
            return _before(target)
    return Text("不限时", "no time limit")


def _days(target: Days) -> Text:
    if target.at is None:
        return Text("{n} 天内（当天下班前）", "within {n} days (by the end of work)").format(n=target.days)
    zh, en = {0: ("当天", "today"), 1: ("次日", "the next day")}.get(
        target.days, (f"第 {target.days} 天", f"{target.days} days later")
    )
    # On the calendar, so that nobody waits for a working day.
    return Text("{day} {t} 前（不论是否上班）", "by {t} {en} (day off or not)").format(
        day=zh, en=en, t=f"{target.at:%H:%M}"
    )


def _day_end(days: int) -> Text:
    if not days:
        return Text("当天下班前", "by the end of work today")
    return Text("第 {n} 个工作日下班前", "by the end of work on working day {n}").format(n=days)


def _by(target: By) -> Text:
    if not target.days:
        return Text("当天 {t} 前", "by {t} today").format(t=f"{target.at:%H:%M}")
    values = {"n": target.days, "t": f"{target.at:%H:%M}"}
    return Text("第 {n} 个工作日 {t} 前", "by {t} on working day {n}").format(**values)


def _shift_end(target: ShiftEnd) -> Text:
    if not target.before_minutes:
        return Text("当班结束前", "by the end of the shift")
    return Text("当班结束前 {d}", "{d} before the shift ends").format(
        d=duration_text(timedelta(minutes=target.before_minutes))
    )


def _before(target: Before) -> Text:
    named = Text("事件所定日期", "the date that the event names")
    if target.moment is not None:
        named = Text("约定时间", "the agreed time")
    elif target.date is not None:
        named = day_text(target.date)
    if target.minutes is not None:
        length = duration_text(timedelta(minutes=target.minutes))
        return Text("{d}前 {n}", "{n} before {d}").format(d=named, n=length)
    if target.months:
        return Text("{d}前 {n} 个月", "{n} months before {d}").format(d=named, n=target.months)
    if target.working_days:
        return Text("{d}前 {n} 个工作日", "{n} working days before {d}").format(
            d=named, n=target.working_days
        )
    if target.days:
        return Text("{d}前 {n} 天", "{n} days before {d}").format(d=named, n=target.days)
    return Text("不晚于{d}", "not later than {d}").format(d=named)


def _length(target: Elapsed | Working) -> Text:
    seconds = getattr(target, "seconds", None)
    if seconds:
        whole, rest = divmod(target.minutes * 60 + seconds, 60)
        return (
            Text(f"{whole} 分 {rest} 秒", f"{whole} min {rest} s")
            if whole
            else Text(f"{rest} 秒", f"{rest} s")
        )
    hours, rest = divmod(target.minutes, 60)
    if hours and not rest:
        return Text(f"{hours} 小时", f"{hours} h")
    return duration_text(timedelta(minutes=target.minutes)) if target.minutes else Text("0 分钟", "0 min")
