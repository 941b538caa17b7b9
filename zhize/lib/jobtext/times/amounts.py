"""Amounts of time, times of day, days of the month: the small pieces that the larger readings are made of."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from zhize.lib.jobtext.times.combine import (
    Parser,
    ahead_is_not,
    alt,
    apart,
    left,
    many,
    once,
    opt,
    read,
    right,
    tok,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """So much time: 24小时, 两个半月. `other` is the second of two that are both allowed (3天或5个工作日)."""

    number: Fraction
    unit: str
    other: Amount | None = None
    ranged: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """From a time of day to another, in minutes."""

    start: int
    end: int


HALF = Fraction(1, 2)
fillers: Parser = many(tok("filler"))
comma: Parser = alt(tok("comma"), tok("or"), tok("slash"))
number: Parser = tok("num")


any_unit: Parser = alt(tok("unit"), tok("date_sign"))
any_day: Parser = alt(tok("unit", "day"), tok("date_sign"))


def _unit(*names: str) -> Parser:
    return right(opt(tok("whole")), alt(tok("unit", *names), tok("date_sign", *names)))


# 30秒, 24小时, 3个月, 5个工作日; a month without 个 is the name of a month (3月), see `_month_amount`.
_plain: Parser = read(Amount, number, alt(right(tok("whole"), any_unit), tok("date_sign"), tok("unit", *(
    "second", "minute", "hour", "day", "working_day", "week", "year", "quarter", "ten_days", "shift", "term",
))))  # fmt: skip
_halved: Parser = read(
    lambda _half, unit: Amount(HALF, unit), tok("half"), _unit("hour", "day", "month", "year")
)
_half_period: Parser = read(lambda unit: Amount(Fraction(1), unit), tok("half_period"))
_and_half: Parser = read(
    lambda count, _whole, _half, unit: Amount(count + HALF, unit),
    number, opt(tok("whole")), tok("half"), _unit("hour", "day", "month", "year"),
)  # fmt: skip
_half_after: Parser = read(
    lambda amount, _half: Amount(amount.number + HALF, amount.unit), _plain, tok("half")
)
# 1月内 and 三月内 mean months, because a month's name is not followed by 内.
month_amount: Parser = read(lambda count: Amount(count, "month"), left(number, tok("unit", "month")))
_span: Parser = read(
    lambda _low, _range, high: Amount(high.number, high.unit, ranged=True),
    alt(_plain, number), tok("range"), alt(_plain, _halved),
)  # fmt: skip
single: Parser = once(alt(_plain, _halved, _half_period, _and_half, _half_after, _span))


def _either(first: Amount, rest: list[Any]) -> Amount:
    return Amount(first.number, first.unit, rest[0], first.ranged) if rest else first


amount: Parser = once(read(_either, single, many(right(tok("or"), single))))
"""An amount, or two with 或 between."""

_SHIFTED = {"afternoon": 12, "night": 12, "morning": 0, "noon": 0}


def _clock(part: str | None, hour: Fraction, rest: Any) -> int | None:
    minutes = {None: 0, "half": 30, "quarter": 15}.get(rest, rest)
    if hour.denominator != 1 or hour > 24 or minutes > 59:
        return None
    hours = int(hour)
    if part in ("afternoon", "night") and hours < 12:
        hours += _SHIFTED[part]
    if part == "noon" and hours < 3:
        hours += 12
    return (hours * 60 + int(minutes)) if hours <= 24 else None


def _written(part: str | None, at: int) -> int:
    return at + 720 if part in ("afternoon", "night") and at < 720 else at


_minutes: Parser = alt(
    read(lambda _half: "half", tok("half")),
    read(lambda _quarter: "quarter", tok("quarter_hour")),
    left(number, opt(tok("unit", "minute"))),
)
clock: Parser = once(alt(
    read(_written, opt(tok("daypart")), tok("clock")),
    read(
        lambda part, hour, _oclock, rest: _clock(part, hour, rest),
        opt(tok("daypart")), number, tok("o_clock"), opt(_minutes),
    ),
))  # fmt: skip
"""A time of day in minutes after midnight: 9:00, 上午9点半, 晚8点, 17时30分."""
clocks: Parser = once(apart(clock, comma))
window: Parser = read(Window, left(clock, tok("range")), right(opt(tok("relative", 1)), clock))

_last_day: Parser = read(lambda *_: -1, tok("last"), opt(number), opt(tok("whole")), any_day)


def _days(parts: list[Any]) -> list[int] | None:
    days = [int(part) for part in parts]
    return days if all(part == int(part) and (part == -1 or 1 <= part <= 31) for part in parts) else None


def _until(_low: Any, _range: Any, high: Any) -> Any:
    days = _days([high])
    return ("until", days[0]) if days else None


_day_sign: Parser = tok("date_sign")
month_days: Parser = once(
    alt(
        read(_days, apart(alt(left(number, _day_sign), _last_day), comma)),
        # 10、20日: the sign stands once, at the end.
        read(lambda parts, _sign: _days(parts), apart(number, comma), _day_sign),
        read(_until, alt(left(number, _day_sign), number), tok("range"), left(number, _day_sign)),
    )
)
"""Days of a month as a list; of a range (1日至5日) ("until", its last day)."""


def _months(parts: list[Any]) -> list[int] | None:
    months = [int(part) for part in parts]
    return months if all(part == int(part) and 1 <= part <= 12 for part in parts) else None


class Span(list[int]):
    """Months from one to another: a thing of the year is done once in them, by the last."""


def _month_range(low: Any, _range: Any, following: Any, high: Any) -> list[int] | None:
    if not (1 <= low <= 12 and 1 <= high <= 12) or low == high or (following and low < high):
        return None
    if low > high:  # 11月至次年2月
        return Span([*range(int(low), 13), *range(1, int(high) + 1)])
    return Span(range(int(low), int(high) + 1))


_month_sign: Parser = tok("unit", "month")
_following: Parser = tok("span", ("year", 1))
months: Parser = once(
    alt(
        read(_months, apart(right(opt(_following), left(number, _month_sign)), comma)),
        read(lambda parts, _sign: _months(parts), apart(number, comma), _month_sign),
        read(
            _month_range,
            alt(left(number, _month_sign), number),
            tok("range"),
            opt(_following),
            left(number, _month_sign),
        ),
    )
)
"""Names of months: 1、4、7、10月, 3月份, 1至3月."""


def _weekdays(first: list[int], rest: list[Any]) -> list[int] | None:
    found = [*first]
    for part in rest:
        if part > 7 or part < 1 or part.denominator != 1:
            return None
        found.append(int(part) - 1)
    return sorted(set(found))


def _weekday_range(low: int, _range: Any, high: Any) -> list[int] | None:
    end = int(high) - 1 if isinstance(high, Fraction) else high
    if not 0 <= end < 7:
        return None
    return list(range(low, end + 1)) if low <= end else [*range(low, 7), *range(end + 1)]


_listed: Parser = read(
    _weekdays,
    apart(tok("weekday"), comma),
    many(right(tok("comma"), left(number, ahead_is_not("unit", "times")))),
)
weekdays: Parser = once(
    alt(
        read(_weekday_range, tok("weekday"), tok("range"), alt(tok("weekday"), number)),
        _listed,
        read(lambda _weekend: [6], tok("weekend")),
    )
)
"""Days of the week from 0: 周一、三、五, 周一至周五."""
