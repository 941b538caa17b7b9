"""Readings of how often: 每月5日前, 每周一、三、五上午9点, 隔日, 每季度首月10日前, 次月第3个工作日.

A reading begins with a head that names the period and goes on with pieces that name the day, the time and the amount,
in any order; each piece reads to a small dict, and together they make one. `rules` turns it into a rule.
"""

from __future__ import annotations

from typing import Any

from zhize.lib.jobtext.times.amounts import (
    Amount,
    amount,
    any_day,
    any_unit,
    clocks,
    comma,
    fillers,
    month_amount,
    month_days,
    months,
    number,
    weekdays,
    window,
)
from zhize.lib.jobtext.times.combine import (
    Parser,
    ahead_is_not,
    alt,
    apart,
    left,
    many,
    opt,
    read,
    right,
    seq,
    tok,
)

Piece = dict[str, Any]

bound: Parser = alt(
    read(lambda _word: "before", alt(tok("before"), tok("over"))),
    read(lambda _word: "within", tok("within")),
    read(lambda _word: "after", tok("after")),
)
_each: Parser = left(tok("each"), opt(tok("whole")))
_on: Parser = alt(_each, tok("if_falls"))


_HOURS = {"hour": 24, "minute": 24 * 60}
"""More of these between two times name no period of the day."""


def _every(_each: Any, count: Any, _whole: Any, unit: str) -> Piece | None:
    if count is not None and (
        count.denominator != 1 or (unit in ("hour", "minute") and count > _HOURS[unit])
    ):
        return None  # 每500小时: hours that a machine ran, no period.
    return {"every": unit, "interval": int(count or 1)}


def _gap(_each: Any, _apart: Any, count: Any, _whole: Any, unit: str) -> Piece:
    """隔日 is every second day; 每隔两天 every third one, 每隔两小时 every two hours."""
    if unit in ("hour", "minute"):
        return {"every": unit, "interval": int(count or 1)}
    found: Piece = {"every": unit, "interval": int(count or 1) + 1}
    return found | ({"notes": ["gap"]} if count and count > 1 else {})


def _once(period: Amount, _fillers: Any, count: Any, _times: Any) -> Piece | None:
    """两月一次, 一年四次, 半年一次, 3天一次."""
    if period.number.denominator != 1 or period.unit in ("second", "minute"):
        return None
    return {"every": period.unit, "interval": int(period.number), "count": int(count)}


def _after_end(_each: Any, unit: str, _after: Any, span: Amount, _within: Any) -> Piece | None:
    """季度结束后10日内, 月度终了后5个工作日内."""
    return {"every": unit, "offset": span} if unit in ("week", "month", "quarter", "year") else None


def _over(_each: Any, unit: str, _after: Any, span: Amount, _within: Any) -> Piece:
    return {"every": unit, "offset": span}


def _odd_months(which: str) -> Piece:
    """每双月: a rule that only counts every second month would not know which."""
    return {"every": "month", "months": list(range(1 if which == "odd" else 2, 13, 2))}


def _last_month(mark: tuple[str, str]) -> Piece | None:
    """季度末月, 半年末月: the last month of the period."""
    return {"every": mark[0], "month_of": -1} if mark in _PERIOD_ENDS else None


_PERIOD_ENDS = {("quarter", "end"), ("half_year", "end"), ("year", "end")}


def _half_hours(_each: Any, span: Amount) -> Piece | None:
    """每半小时, 每一个半小时: shorter than a day and no whole number of hours."""
    if span.number.denominator == 1 or span.unit != "hour":
        return None
    return {"every": "minute", "interval": int(span.number * 60)}


head: Parser = alt(
    read(_every, _each, opt(number), opt(tok("whole")), any_unit),
    read(lambda _each, unit: {"every": unit}, _each, tok("half_period")),
    # 每月上下半月各一次: twice in the longer period, once in each half.
    read(lambda _whole, unit, _each: {"every": unit}, opt(seq(opt(tok("each")), any_unit)), tok("both_halves"), opt(tok("each"))),
    read(_gap, opt(tok("each")), tok("apart"), opt(number), opt(tok("whole")), any_unit),
    read(lambda unit: {"every": unit}, tok("by_unit")),
    read(lambda _each, _week: {"every": "week", "interval": 2}, opt(_each), tok("odd_week")),
    read(lambda _each, which: _odd_months(which), _on, tok("odd_month")),
    read(lambda _each, days: {"every": "week", "weekdays": days}, _on, weekdays),
    read(lambda _each, part: {"every": "day", "daypart": part}, _each, tok("daypart")),
    read(lambda _each, mark: {"every": mark[0], "marks": [mark]}, _on, tok("mark")),
    # 每季度末月 is the quarter's last month (季度末 月 would be the longest words).
    read(lambda _each, mark, _month: _last_month(mark), _on, tok("mark"), tok("unit", "month")),
    read(_once, alt(amount, month_amount), fillers, number, tok("times")),
    read(lambda _least, count, _thing, _slash, unit: {"every": unit, "count": int(count)},
         opt(tok("at_least")), number, alt(tok("thing"), tok("times"), tok("whole")), tok("slash"), any_unit),
    read(_after_end, opt(tok("each")), any_unit, seq(opt(tok("over")), tok("after")), amount, opt(tok("within"))),
    read(_over, opt(tok("each")), tok("unit_over"), tok("after"), amount, opt(tok("within"))),
    read(_half_hours, _each, amount),
    read(lambda span, length, _within: {"every": span[0], "next": span[1], "offset": length},
         tok("span"), amount, tok("within")),
    read(lambda span: {"every": span[0], "next": span[1]}, tok("span")),
)  # fmt: skip


def _dated(key: str) -> Any:
    return lambda value, edge: {key: value, **({"bound": edge} if edge else {})}


def _days(value: Any, edge: str | None) -> Piece:
    if isinstance(value, tuple):
        return {"month_days": [value[1]], "bound": "before", "notes": ["range"]}
    return {"month_days": value, **({"bound": edge} if edge else {})}


def _month_mark(numbers: list[Any], mark: tuple[str, str], edge: str | None) -> Piece | None:
    if mark[0] != "month" or any(number > 12 or number < 1 for number in numbers):
        return None
    return {
        "months": [int(number) for number in numbers],
        "marks": [mark],
        **({"bound": edge} if edge else {}),
    }


def _parts_of_day(parts: list[str]) -> Piece:
    """上午、下午各一次 is twice a day."""
    return {"daypart": parts[0], **({"count": len(parts)} if len(parts) > 1 else {})}


def _nth(_word: Any, count: Any, _whole: Any, _unit: Any, edge: str | None) -> Piece:
    return {"nth": int(count), "bound": edge or "on"}


def _shift_piece(edge: str, where: str | None, span: Amount | None, _within: Any) -> Piece | None:
    """下班前半小时, 上班后30分钟内, 闭馆后; 下班 alone is no time word."""
    if where is None:
        return None
    found: Piece = {"shift": edge} | ({"afterwards": True} if where == "after" and span is None else {})
    if span is not None:
        minutes = {"minute": span.number, "hour": span.number * 60}.get(span.unit)
        if minutes is None:
            return None
        found["before_minutes" if where in ("before", "within") else "after_minutes"] = int(minutes)
    return found


def _dates(pairs: list[Any], edge: str | None) -> Piece | None:
    """6月30日和12月31日前: several dates of a year; one alone is a month and a day of it."""
    found = [(int(month), int(day)) for month, day in pairs]
    if len(found) < 2 or any(month not in _LAST or not 1 <= day <= _LAST[month] for month, day in found):
        return None
    bounded = {"bound": edge} if edge else {}
    days = {-1 if day == _LAST[month] else day for month, day in found}
    if len(days) > 1:
        days = {day for _month, day in found}
    if len(days) == 1:
        return {"months": [month for month, _day in found], "month_days": list(days), **bounded}
    return {"months": [found[0][0]], "month_days": [found[0][1]], "dates": found, **bounded}


_LAST = {1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
_count: Parser = read(
    lambda _least, low, high, _thing: {"count": int(high or low)},
    opt(tok("at_least")), number, opt(right(tok("range"), number)),
    alt(tok("thing"), tok("times"), left(tok("whole"), ahead_is_not("unit"))),
)  # fmt: skip
_share: Parser = read(
    lambda _least, share: {"share": share},
    opt(alt(tok("at_least"), tok("at_most"))),
    alt(left(number, tok("percent")), right(tok("percent_of"), number)),
)
_working: Parser = right(opt(tok("whole")), tok("unit", "working_day"))
_first: Parser = alt(right(tok("ordinal"), number), read(lambda _w: 1, tok("first_of")))

dated: Parser = alt(
    read(_days, month_days, opt(bound)),
    read(_dated("months"), months, opt(bound)),
    read(_dates, apart(seq(left(number, tok("unit", "month")), left(number, tok("date_sign"))), comma), opt(bound)),
    read(_dated("weekdays"), weekdays, opt(bound)),
    read(_dated("marks"), apart(tok("mark"), comma), opt(bound)),
    read(lambda mark, _month: _last_month(mark), tok("mark"), tok("unit", "month")),
    read(lambda mark, edge, span: {"marks": [mark], "bound": edge, "early": span}, tok("mark"), tok("before"), amount),
    # 3月底, 6、12月末: the month's number stands before its mark.
    read(_month_mark, apart(left(number, opt(tok("unit", "month"))), comma), tok("mark"), opt(bound)),
    # 第3个工作日, 前5个工作日, 最后一个工作日, 倒数第2个工作日.
    read(_nth, tok("ordinal"), number, opt(tok("whole")), tok("unit", "working_day"), opt(bound)),
    read(lambda _word, edge: {"nth": 1, "bound": edge or "on"}, right(tok("first_of"), _working), opt(bound)),
    # 每月5个工作日内: counted from the beginning of the period.
    read(lambda count, _unit, _edge: {"nth": int(count), "bound": "before"}, number, _working, tok("within")),
    read(lambda _before, count, _unit, _edge: {"nth": int(count), "bound": "before"},
         tok("before"), number, _working, opt(bound)),
    read(lambda _l, _n, _w, edge: {"nth": -1, "bound": edge or "on"}, tok("last"), opt(number), _working, opt(bound)),
    read(lambda _l, _o, count, _w, edge: {"nth": -int(count), "bound": edge or "on"},
         tok("last"), tok("ordinal"), number, _working, opt(bound)),
    # 第一个周一, 第二周周三, 最后一周.
    read(lambda nth, _w, days, edge: {"nth_weekday": int(nth), "weekdays": days, "bound": edge or "on"},
         _first, opt(tok("whole")), weekdays, opt(bound)),
    read(lambda nth, _w, _unit, _f, days, edge: {
            "nth_weekday": int(nth), "weekdays": days or [4], "bound": edge or ("on" if days else "before")},
         _first, opt(tok("whole")), tok("unit", "week"), fillers, opt(weekdays), opt(bound)),
    read(lambda _l, _n, _w, days, edge: {"nth_weekday": -1, "weekdays": days, "bound": edge or "on"},
         tok("last"), opt(number), opt(tok("whole")), weekdays, opt(bound)),
    # 首月, 第一个月, 最后一个月, 第一季度.
    read(lambda nth, _w, _unit, edge: {"month_of": int(nth), **({"bound": edge} if edge else {})},
         _first, opt(tok("whole")), tok("unit", "month"), opt(bound)),
    read(lambda _l, _n, _w, _unit, edge: {"month_of": -1, **({"bound": edge} if edge else {})},
         tok("last"), opt(number), opt(tok("whole")), tok("unit", "month"), opt(bound)),
    read(lambda nth, _unit, edge: {"quarter_of": int(nth), **({"bound": edge} if edge else {})} if nth <= 4 else None,
         right(opt(tok("ordinal")), number), tok("unit", "quarter"), opt(bound)),
    read(lambda _before, last, _unit: {"month_days": [int(last)], "bound": "before"},
         tok("before"), number, any_day),
)  # fmt: skip
timed: Parser = alt(
    read(lambda value, edge: {"clocks": value, "clock_bound": edge}, clocks, opt(bound)),
    read(lambda value, edge: {"window": value, "clock_bound": edge}, window, opt(bound)),
    read(_shift_piece, tok("shift"), opt(bound), opt(right(fillers, amount)), opt(tok("within"))),
    read(lambda edge: {"shift": edge}, tok("shift_edge")),
    read(lambda edge: {"shift": edge, "meeting": True}, tok("shift_meeting")),
    read(lambda edge, span: {"shift": edge, "before_minutes": int(span.number * (60 if span.unit == "hour" else 1))}
         if span.unit in ("minute", "hour") else None, tok("shift_edge"), amount),
    read(lambda count: {"count": count}, tok("dayparts")),
    read(_parts_of_day, apart(tok("daypart"), comma)),
)  # fmt: skip
counted: Parser = alt(_count, _share)


def _or_period(_or: Any, other: Piece) -> Piece:
    return {"notes": ["either"], "other": other}


_refinement: Parser = alt(
    dated,
    timed,
    counted,
    read(lambda _word, piece: {**piece, "latest": True}, tok("at_most"), dated),
    read(lambda kind: {"adverb": kind}, tok("adverb", "regular", "irregular", "random", "any_time")),
    read(lambda days, edge: {"relative": days, **({"bound": edge} if edge else {})}, tok("relative"), opt(bound)),
    read(lambda span, edge: {"next": span[1], "of": span[0], **({"bound": edge} if edge else {})},
         tok("span"), opt(bound)),
    read(_or_period, tok("or"), head),
    read(lambda _over, _before, span: {"bound": "before", "early": span}, opt(tok("over")), tok("before"), amount),
    read(lambda edge: {"bound": edge}, bound),
)  # fmt: skip


def _merge(pieces: list[Piece]) -> Piece:
    """All pieces in one; of two that name the same, the first holds, but notes add up and times are kept together."""
    found: Piece = {}
    for piece in pieces:
        for key, value in piece.items():
            if key == "notes":
                found["notes"] = [*found.get("notes", []), *value]
            elif key == "clocks" and "clocks" in found:
                found["clocks"] = [*found["clocks"], *value]
            else:
                found.setdefault(key, value)
    return found


def _whole(start: Parser) -> Parser:
    return read(lambda first, more: _merge([first, *more]), start, many(right(fillers, _refinement)))


period: Parser = read(
    lambda latest, found: {**found, "latest": True} if latest else found,
    opt(seq(tok("at_most"), opt(tok("filler")))), _whole(head),
)  # fmt: skip
"""A reading that says how often by itself."""

# 5000公里或每三个月: the period stands by itself.
# 工作日上午8:45前: every working day, said without 每.
_on_working_days: Parser = read(
    lambda _unit, piece: {"every": "working_day", **piece} if piece.get("clock_bound") else None,
    tok("unit", "working_day"), timed,
)  # fmt: skip
detail: Parser = read(
    lambda found: None if "other" in found else found, _whole(alt(dated, timed, counted, _on_working_days))
)
"""Pieces without a head (5日前, 周五前, 9:00前, 下班前半小时): what surrounds them must say how often."""
