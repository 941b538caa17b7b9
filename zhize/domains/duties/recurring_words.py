"""A recurring rule in words, in both languages: 每月 5 日前, every month by the 5th."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from zhize.lib.businesstime import duration_text
from zhize.lib.text import Text

WEEKDAYS = {
    "mon": Text("周一", "Monday"),
    "tue": Text("周二", "Tuesday"),
    "wed": Text("周三", "Wednesday"),
    "thu": Text("周四", "Thursday"),
    "fri": Text("周五", "Friday"),
    "sat": Text("周六", "Saturday"),
    "sun": Text("周日", "Sunday"),
}
PERIODS = {
    "shift": Text("每班", "every shift"),
    "day": Text("每日", "every day"),
    "week": Text("每周", "every week"),
    "ten_days": Text("每旬", "every ten-day period"),
    "half_month": Text("每半月", "every half month"),
    "month": Text("每月", "every month"),
    "quarter": Text("每季度", "every quarter"),
    "half_year": Text("每半年", "every half-year"),
    "year": Text("每年", "every year"),
}
# What is counted when only every nth period is meant.
_COUNTED = {
    "shift": Text("每 {n} 个班次", "every {n} shifts"),
    "day": Text("每 {n} 天", "every {n} days"),
    "week": Text("每 {n} 周", "every {n} weeks"),
    "ten_days": Text("每 {n} 旬", "every {n} ten-day periods"),
    "half_month": Text("每 {n} 个半月", "every {n} half months"),
    "month": Text("每 {n} 个月", "every {n} months"),
    "quarter": Text("每 {n} 个季度", "every {n} quarters"),
    "half_year": Text("每 {n} 个半年", "every {n} half-years"),
    "year": Text("每 {n} 年", "every {n} years"),
}
_EVERY_SECOND = {"day": Text("隔日", "every other day"), "week": Text("每两周", "every two weeks")}
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FREE_DAYS = {
    "earlier": Text("遇休息日提前", "earlier when that is a day off"),
    "later": Text("遇休息日顺延", "later when that is a day off"),
    "keep": Text("休息日照常", "days off included"),
}
# Where a day off moves the due time by itself.
_USUAL_MOVE = {"by": "earlier", "on": "later", "period_start": "earlier", "period_end": "earlier"}


def text(rule: Mapping[str, Any]) -> Text:
    """The rule, e.g. 每季度结束前，5 次，不重复. `rule` is the stored recurring part of a duty."""
    extras = [part for part in (_time(rule), _amount(rule), _free_day(rule)) if part]
    period, when = _period(rule), _when(rule)
    if period.zh == "每周" and when.zh.startswith("周"):
        when = Text(when.zh.removeprefix("周"), when.en)  # 每周五, not 每周周五
    gap = " " if when.zh[:1].isdigit() else ""
    return Text(
        "，".join([f"{period.zh}{gap}{when.zh}", *(part.zh for part in extras)]),
        ", ".join([f"{period.en} {when.en}".strip(), *(part.en for part in extras)]),
    )


def _period(rule: Mapping[str, Any]) -> Text:
    every, number = str(rule.get("every", "")), int(rule.get("interval") or 1)
    if number == 1 and rule.get("workdays_only"):
        return Text("每个工作日", "every working day")
    if number == 2 and every in _EVERY_SECOND:
        return _EVERY_SECOND[every]
    if number > 1 and every in _COUNTED:
        return _COUNTED[every].format(n=number)
    return PERIODS.get(every, Text(every, every))


def _when(rule: Mapping[str, Any]) -> Text:
    match rule.get("due"):
        case "by":
            return _named(rule)
        case "on":
            return _named(rule, on=True)
        case "period_start":
            return _edge(rule, Text("初", "beginning"), Text("开始之前", "before it begins"))
        case "period_end":
            return _period_end(rule)
        case "shift_start":
            return _around(rule, Text("上班", "the start of the shift"))
        case "shift_end":
            return _around(rule, Text("下班", "the end of the shift"))
    return Text("", "")


def _named(rule: Mapping[str, Any], *, on: bool = False) -> Text:
    """By or on the named days, with the time of day."""
    day, at = _day(rule), _clock(rule["at"]) if rule.get("at") and not rule.get("times") else ""
    if at:
        gap = " " if day else ""
        return Text(
            f"{day.zh}{gap}{at} 前", f"{'on' if on else 'by'} {day.en}, by {at}" if day else f"by {at}"
        )
    if not day:
        return Text("", "") if on else Text("下班前", "by the end of work")
    return Text(day.zh, f"on {day.en}") if on else Text(f"{day.zh}前", f"by {day.en}")


def _day(rule: Mapping[str, Any]) -> Text:
    """The days that the rule names: 周五, 5 日, 1 月 31 日, 第 3 个工作日. Empty when it names none."""
    found = _day_of_period(rule)
    months = _months(rule)
    if not months:
        first = rule.get("every") in ("quarter", "half_year", "year") and rule.get("month_days")
        return Text(f"首月{_gap(found.zh)}{found.zh}", f"{found.en} of its first month") if first else found
    if not found:
        return months
    return Text(f"{months.zh}{_gap(found.zh)}{found.zh}", f"{found.en} of {months.en}")


def _gap(text: str) -> str:
    return " " if text[:1].isdigit() else ""


def _day_of_period(rule: Mapping[str, Any]) -> Text:
    number = rule.get("nth_working_day")
    if number:
        last = Text("最后一个工作日", "the last working day")
        return last if number < 0 else Text(f"第 {number} 个工作日", f"working day {number}")
    days = [WEEKDAYS[name] for name in rule.get("weekdays") or () if name in WEEKDAYS]
    if days:
        nth = rule.get("nth_weekday")
        listed = _joined(days)
        if not nth:
            return listed
        return Text(
            f"{'最后一个' if nth < 0 else f'第 {nth} 个'}{listed.zh}",
            f"the last {listed.en}" if nth < 0 else f"{listed.en} number {nth}",
        )
    return _joined([_month_day(day) for day in rule.get("month_days") or ()])


def _month_day(day: int) -> Text:
    return Text("最后一天", "the last day") if day < 0 else Text(f"{day} 日", f"the {_ordinal(day)}")


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _months(rule: Mapping[str, Any]) -> Text:
    months = list(rule.get("months") or ())
    return _joined([Text(f"{month} 月", _MONTHS_EN[month - 1]) for month in months if 1 <= month <= 12])


def _edge(rule: Mapping[str, Any], edge: Text, plain: Text) -> Text:
    """Before the beginning or the end of the period, or of the months that the rule keeps to."""
    months = _months(rule)
    return Text(f"{months.zh}{edge.zh}前", f"by the {edge.en} of {months.en}") if months else plain


def _period_end(rule: Mapping[str, Any]) -> Text:
    days, working = int(rule.get("offset_days") or 0), int(rule.get("offset_working_days") or 0)
    if not working and not days:
        return _edge(rule, Text("底", "end"), Text("结束前", "by its end"))
    within = (
        Text(f"{working} 个工作日", f"{working} working days")
        if working
        else Text(f"{days} 天", f"{days} days")
    )
    months = _months(rule)
    return Text(
        f"{months.zh}结束后 {within.zh}内",
        f"within {within.en} after " + (f"the end of {months.en}" if months else "its end"),
    )


def _around(rule: Mapping[str, Any], edge: Text) -> Text:
    """Before or after the start or the end of the shift."""
    before, after = int(rule.get("before_minutes") or 0), int(rule.get("after_minutes") or 0)
    day = _day(rule)
    named = Text(f"（{day.zh.strip()}）", f" ({day.en})") if day else Text("", "")
    if after:
        length = _minutes(after)
        return Text(f"{edge.zh}后 {length.zh}内{named.zh}", f"within {length.en} after {edge.en}{named.en}")
    if before:
        length = _minutes(before)
        return Text(f"{edge.zh}前 {length.zh}{named.zh}", f"{length.en} before {edge.en}{named.en}")
    return Text(f"{edge.zh}前{named.zh}", f"before {edge.en}{named.en}")


def _time(rule: Mapping[str, Any]) -> Text:
    """The time of day."""
    found = []
    times = [_clock(value) for value in rule.get("times") or ()]
    if times:
        found.append(Text(f"{'、'.join(times)} 各一次", f"each at {' and '.join(times)}"))
    elif rule.get("at"):
        at = _clock(rule["at"])
        if rule.get("due") not in ("by", "on"):
            found.append(Text(f"{at} 前", f"by {at}"))
        if rule.get("due") not in ("shift_start", "shift_end") and rule.get("before_minutes"):
            length = _minutes(int(rule["before_minutes"]))
            found.append(Text(f"提前 {length.zh}", f"{length.en} ahead of that"))
    if rule.get("not_before"):
        after = _clock(rule["not_before"])
        found.append(Text(f"{after} 以后", f"not before {after}"))
    if rule.get("at_random"):
        found.append(Text("时间不定", "at a time that differs from day to day"))
    return _joined(found, Text("，", ", "))


def _amount(rule: Mapping[str, Any]) -> Text:
    found = []
    if (rule.get("count") or 1) > 1:
        found.append(Text(f"{rule['count']} 次", f"{rule['count']} times"))
    if rule.get("share_percent"):
        found.append(Text(f"覆盖 {rule['share_percent']}%", f"{rule['share_percent']} % of them"))
    if rule.get("no_repeat"):
        found.append(Text("不重复", "without repeats"))
    if rule.get("each_holder"):
        found.append(Text("每人各办", "each holder his own"))
    return _joined(found, Text("，", ", "))


def _free_day(rule: Mapping[str, Any]) -> Text:
    """Said where the day may be one off and where that is not what is usual."""
    chosen = rule.get("on_free_day")
    if chosen in FREE_DAYS and chosen != _USUAL_MOVE.get(str(rule.get("due"))):
        return FREE_DAYS[chosen]
    return Text("", "")


def _minutes(count: int) -> Text:
    return duration_text(timedelta(minutes=count))


def _clock(value: Any) -> str:
    return f"{value:%H:%M}" if hasattr(value, "hour") else str(value)[:5]


def _joined(parts: Iterable[Text], by: Text | None = None) -> Text:
    listed = list(parts)
    comma = by or Text("、", ", ")
    return Text(comma.zh.join(part.zh for part in listed), comma.en.join(part.en for part in listed))
