"""A reading of how often as the rule of a recurring duty (the keys of RecurringSpec).

Where the words leave the day open, the reading of requirements §0 and the defaults of §4 hold; `notes` say so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from zhize.lib.jobtext.times.amounts import Amount, Span, Window
from zhize.lib.jobtext.times.tokens import WEEKDAYS

Rule = dict[str, Any]

_SHIFT_MINUTES = 480
"""A shift of eight hours, for what is owed every so many hours in it."""

AROUND = frozenset(("before_minutes", "after_minutes", "afterwards"))
"""What says how far from an end of the shift."""
_AFTERWARDS = {"start": 30, "end": 60}
"""Minutes: 闭馆后 and 接班后 say that it is done then, not how long it may take."""

# A mark of the period → last day of it within the month, or the months of the year. §4 reads 月初 as "by the 5th".
_DAY_OF_MARK = {"start": 5, "middle": 15, "first_ten": 10, "second_ten": 20, "first_half": 15}
_MONTHS_OF_MARK = {"start": [1], "middle": [6], "first_half": [6], "second_half": [12], "middle_end": [6, 12]}
_ASSUMED_MARKS = {("month", "start"), ("year", "start"), ("quarter", "start"), ("week", "start")}
_FIRST_MONTHS = {"quarter": [1, 4, 7, 10], "half_year": [1, 7], "year": [1]}


@dataclass
class Made:
    """A rule, and what to say about it."""

    rule: Rule
    assumed: bool = False
    notes: list[str] = field(default_factory=list)
    count: int | None = None
    share: int | None = None


def make(data: dict[str, Any]) -> Made | None:
    """The rule of a reading (`periods`), or None where it names no period at all."""
    every = data.get("every") or _implied(data)
    if every is None:
        return None
    made = Made({"every": every}, notes=list(data.get("notes", ())))
    _unusual(made, data)
    interval = data.get("interval", 1)
    if interval > 1 and made.rule["every"] == data.get("every"):
        made.rule["interval"] = interval
    _days(made, data)
    if "only_months" in data and made.rule["every"] in ("quarter", "half_year", "year"):
        made.notes.append("months_left")
    elif "only_months" in data:
        made.rule["months"] = data["only_months"]
    _times(made, data)
    if data.get("adverb") in ("irregular", "random"):
        made.rule["at_random"] = True
    _amounts(made, data)
    return made


def _implied(data: dict[str, Any]) -> str | None:
    """The period that a day alone belongs to: 5日前 of the month, 周五 of the week, 3月底 of the year, 9:00 of the day."""
    if "months" in data or "quarter_of" in data:
        return "year"
    if "marks" in data:
        return str(data["marks"][0][0])
    if "weekdays" in data and "nth_weekday" not in data:
        return "week"
    if "month_days" in data or "nth" in data or "nth_weekday" in data:
        return "month"
    if "clocks" in data or "window" in data:
        return "day"
    return "shift" if "shift" in data else None


def _unusual(made: Made, data: dict[str, Any]) -> None:
    """Periods that rules do not have: working days, terms of a school, hours."""
    every = made.rule["every"]
    if every == "working_day":
        made.rule |= {"every": "day", "workdays_only": True}
    elif every == "term":
        made.rule["every"], made.assumed = "half_year", True
        made.notes.append("term")
    elif every in ("hour", "minute", "second"):
        minutes = max(1, data.get("interval", 1) * {"hour": 60, "minute": 1, "second": 0}[every])
        made.rule["every"], made.assumed = "shift", True
        made.count = max(1, _SHIFT_MINUTES // minutes)
        made.notes.append("hourly")


def _days(made: Made, data: dict[str, Any]) -> None:
    rule, every = made.rule, made.rule["every"]
    edge = "before" if data.get("latest") else data.get("bound")
    rule["due"] = "by" if edge in ("before", "within") else "on"
    if any(unit == "term" for unit, _which in data.get("marks", ())):
        _marked(made, data)  # 学期初第一周
    elif "offset" in data:
        _after_end(made, data["offset"], data.get("next", 0))
    elif "weekdays" in data and "nth_weekday" not in data and every == "week":
        rule["weekdays"] = [WEEKDAYS[day] for day in data["weekdays"]]
    elif "weekdays" in data and "nth_weekday" in data:
        rule |= {"nth_weekday": data["nth_weekday"], "weekdays": [WEEKDAYS[day] for day in data["weekdays"]]}
        _months(made, data)
    elif (
        "nth" in data
        and data.get("bound") == "before"
        and any(which == "end" for _unit, which in data.get("marks", ()))
    ):
        _early(made, Amount(Fraction(data["nth"]), "working_day"))  # 月底前3个工作日
    elif "nth" in data:
        rule["nth_working_day"] = data["nth"]
        _months(made, data)
    elif "month_days" in data:
        _month_days(made, data)
    elif "marks" in data or "months" in data or "month_of" in data or "quarter_of" in data:
        _marked(made, data)
    elif every in ("day", "shift"):
        rule["due"] = "shift_end"
    elif "early" in data:
        _early(made, data["early"])
    else:
        rule["due"] = "period_start" if data.get("bound") == "before" and data.get("next") else "period_end"


def _after_end(made: Made, span: Amount, following: int) -> None:
    """季度结束后10日内, 次月5个工作日内: so long after the period's end."""
    rule = made.rule
    days = {"working_day": 1, "day": 1, "week": 7, "month": 30, "half_month": 15}.get(span.unit)
    rule["due"] = "period_end"
    if days is None:
        return
    rule["offset_working_days" if span.unit == "working_day" else "offset_days"] = int(span.number * days)


def _months(made: Made, data: dict[str, Any]) -> None:
    every = made.rule["every"]
    months = data.get("months")
    if months is None and every in _FIRST_MONTHS:
        ends = any(which == "end" for _unit, which in data.get("marks", ()))
        months = _months_of(every, data.get("month_of", -1 if ends else 1))
        if "month_of" not in data and not data.get("next") and not ends:
            made.notes.append("which_month")
    if months:
        made.rule["months"] = months


def _months_of(every: str, nth: int) -> list[int]:
    size = 12 // len(_FIRST_MONTHS[every])
    return [first + (nth - 1 if nth > 0 else size + nth) for first in _FIRST_MONTHS[every]]


def _month_days(made: Made, data: dict[str, Any]) -> None:
    rule = made.rule
    if rule["every"] in ("week", "day", "shift"):
        rule["due"] = "period_end" if rule["every"] == "week" else "shift_end"
        return
    rule["month_days"] = data["month_days"]
    if rule["every"] == "ten_days":  # 每旬逢5、10日: the same days of each ten.
        rule |= {"every": "month", "month_days": _of_each_ten(data["month_days"])}
    _months(made, data)
    if rule["every"] in ("quarter", "half_year") and rule.get("months") and "months" in data:
        rule["every"] = "year"


def _of_each_ten(days: list[int]) -> list[int]:
    small = all(1 <= day <= 10 for day in days)
    return sorted(day + more for more in (0, 10, 20) for day in days) if small else days


def _marked(made: Made, data: dict[str, Any]) -> None:
    """月底, 季初, 上半年, 3月, 3月底, 第一季度, 首月: by the last day of what is named."""
    rule, every = made.rule, made.rule["every"]
    rule["due"] = "by"
    marks = data.get("marks", [])
    for mark in marks:
        if mark in _ASSUMED_MARKS and data.get("bound") != "before":
            made.assumed = True
            made.notes.append("early")
    unit, which = marks[0] if marks else ("", "")
    if unit == "term":
        _term(made, which)
    elif unit == "year" and which != "end":
        rule["months"] = sorted({month for _unit, name in marks for month in _MONTHS_OF_MARK.get(name, [12])})
        rule["month_days"] = [-1]
    elif unit == "month" and which == "end" and every == "month" and "early" not in data:
        rule["due"] = "period_end"
    elif unit == "month" and every in ("month", "year", "quarter", "half_year"):
        rule["month_days"] = sorted(
            {_DAY_OF_MARK.get(name, -1) for _unit, name in marks}, key=lambda day: day % 32
        )
        _months(made, data)
    elif unit == "quarter" and which == "start":
        rule |= {"every": "quarter", "months": [1, 4, 7, 10], "month_days": [10]}
    elif unit == "week":
        rule |= {"weekdays": ["mon"]} if which == "start" else {"due": "period_end"}
    elif not marks:
        rule["month_days"] = [-1]
        rule["months"] = _named_months(data, every)
    else:
        rule["due"] = "period_end"
    if "early" in data:
        _early(made, data["early"])
    if data.get("bound") == "before" and which == "start" and "nth_weekday" not in data:
        rule["due"] = "period_start"
        for key in ("months", "month_days", "weekdays"):
            rule.pop(key, None)


def _term(made: Made, which: str) -> None:
    """Terms of schools begin in spring and in September."""
    made.assumed = True
    made.notes.append("term")
    months = [3, 9] if which == "start" else [1, 7]
    made.rule |= {
        "every": "year",
        "due": "by",
        "months": months,
        "month_days": [10 if which == "start" else -1],
    }


def _named_months(data: dict[str, Any], every: str) -> list[int]:
    if "months" in data:
        spanned = isinstance(data["months"], Span) and every == "year"
        return list(data["months"][-1:] if spanned else data["months"])
    if "quarter_of" in data:
        return [min(12, data["quarter_of"] * 3)]
    return _months_of(every if every in _FIRST_MONTHS else "quarter", data["month_of"])


def _early(made: Made, span: Amount) -> None:
    """月底前3天: counted in working days, because a month's last days are not always the same."""
    days = span.number * {"week": 5, "ten_days": 7, "half_month": 10}.get(span.unit, 1)
    made.rule |= {"due": "by", "nth_working_day": -(int(days) + 1)}
    made.rule.pop("month_days", None)
    made.notes.append("before_end")


def _times(made: Made, data: dict[str, Any]) -> None:
    rule = made.rule
    # 每日17:30下班前: the clock says when work ends.
    clocked = len(data.get("clocks", ())) == 1 and not {"before_minutes", "after_minutes"} & set(data)
    if "shift" in data and clocked and rule["every"] == "day":
        data = {
            **data,
            "clock_bound": data.get("clock_bound")
            or data.get("bound")
            or (None if "meeting" in data else "before"),
        }
    elif "shift" in data and (
        rule["every"] in ("day", "shift") or (AROUND & set(data) and {"weekdays", "month_days"} & set(rule))
    ):
        rule["due"] = f"shift_{data['shift']}"
        for key in ("before_minutes", "after_minutes"):
            if data.get(key):
                rule[key] = data[key]
        if "afterwards" in data:
            rule["after_minutes"] = _AFTERWARDS[data["shift"]]
            made.assumed = True
            made.notes.append("afterwards")
        return
    if "afterwards" in data and not clocked:
        made.notes.append("after_shift")
    edge = data.get("clock_bound")
    window = data.get("window")
    if isinstance(window, Window):
        late = window.end <= window.start
        # 22:00至次日6:00: a rule's times are of one day, so that it ends with the day.
        rule |= {"not_before": shown(window.start), "at": shown(24 * 60 if late else window.end)}
        made.notes += ["overnight"] * (late and window.end > 0)
        if rule["due"] == "shift_end":
            rule["due"] = "by"
        return
    clocks = data.get("clocks")
    if not clocks:
        return
    if data.get("daypart") in ("afternoon", "night"):
        clocks = [at + 720 if at < 720 else at for at in clocks]  # 每晚8点
    if edge == "after":
        rule["not_before"] = shown(clocks[0])
    elif len(clocks) > 1:
        rule |= {
            "due": "on" if rule["due"] == "shift_end" else rule["due"],
            "times": [shown(at) for at in clocks],
        }
    else:
        rule["at"] = shown(clocks[0])
        if rule["due"] == "shift_end":
            rule["due"] = "by" if edge in ("before", "within") else "on"


def _amounts(made: Made, data: dict[str, Any]) -> None:
    # 每月1日、16日分两次: the days say it already.
    listed = max((len(made.rule.get(key, ())) for key in ("month_days", "weekdays", "times")), default=0)
    count = data.get("count")
    made.count = made.count or (None if listed > 1 and count == listed else count)
    if made.count is not None and made.count > 1:
        made.rule["count"] = made.count
    else:
        made.count = None
    share = data.get("share")
    if share is not None and share.denominator == 1 and 1 <= share <= 100:
        made.share = int(share)


def on_free_day(rule: Rule, move: str) -> list[str]:
    """Write what a day off does to the rule; gives the doubts. 节假日除外 can be held by what is daily alone."""
    if move != "skip":
        rule["on_free_day"] = move
        return []
    if rule["every"] != "day":
        return ["free_days"]
    rule["workdays_only"] = True
    return ["workdays"]


def shown(minutes: int) -> str:
    """A time of day as rules write it; midnight at the end of a day is its last minute."""
    minutes = min(minutes, 24 * 60 - 1)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
