"""Readings of how soon: 24小时内, 提前一个月, 到期前30天, 次日10点前, 当班内, 及时."""

from __future__ import annotations

from typing import Any

from zhize.lib.jobtext.times.amounts import Amount, amount, clock, fillers, month_amount
from zhize.lib.jobtext.times.combine import Parser, ahead_is_not, alt, apart, left, opt, read, right, seq, tok
from zhize.lib.jobtext.times.periods import bound

Reading = dict[str, Any]

_any: Parser = alt(amount, month_amount)
_several: Parser = apart(_any, tok("comma"))  # 到期前15日、7日、1日分别提醒
_least: Parser = opt(alt(tok("at_least"), tok("at_most")))


def _within(_most: Any, _fill: Any, span: Amount, _within: Any) -> Reading:
    return {"kind": "limit", "span": span}


def _at_most(_most: Any, _fill: Any, span: Amount) -> Reading:
    """不得超过5分钟: a limit or a length; what stands around it decides."""
    return {"kind": "limit", "span": span, "bare": True}


def _ahead(_ahead: Any, _fill: Any, _least: Any, spans: list[Amount]) -> Reading:
    return {"kind": "ahead", "span": spans[0], "more": spans[1:]}


def _before(_before: Any, _fill: Any, _least: Any, spans: list[Amount], inside: Any) -> Reading:
    """到期前30天; 到期前30天内 opens then, and ends with the date itself."""
    return {"kind": "ahead", "span": spans[0], "more": spans[1:], "window": bool(inside)}


def _at(found: Reading, at: int, _edge: Any) -> Reading:
    """航班前一日18点前: the time of the day before is said too."""
    return {**found, "at": at}


def _day(days: int, _fill: Any, part: str | None, at: int | None, shift: Any, edge: str | None) -> Reading:
    return {"kind": "day", "days": days, "at": at, "shift": shift, "bound": edge, "part": part}


limit: Parser = alt(
    read(_within, opt(tok("at_most")), fillers, _any, tok("within")),
    read(_at_most, tok("at_most"), fillers, amount),
)
_so_long: Parser = alt(
    read(_ahead, alt(tok("ahead"), tok("free_move", "earlier")), fillers, _least, _several),
    read(_before, tok("before"), fillers, _least, _several, opt(tok("within"))),
)
ahead: Parser = alt(_so_long, read(_at, _so_long, clock, opt(bound)))
# 会议3天前; a day of the month (5日前) is none.
loose_ahead: Parser = read(
    lambda span, _before, _no: {"kind": "ahead", "span": span, "loose": True},
    amount,
    tok("before"),
    ahead_is_not("num"),
)
delay: Parser = read(lambda span, _after: {"kind": "delay", "span": span}, amount, tok("after"))
day: Parser = read(
    _day, tok("relative"), fillers, opt(tok("daypart")), opt(clock),
    opt(right(fillers, tok("shift", "end"))), opt(bound),
)  # fmt: skip
span: Parser = read(
    lambda found, edge: {"kind": "span", "of": found[0], "next": found[1]},
    tok("span"),
    alt(tok("within"), tok("before")),
)
own_shift: Parser = read(
    lambda *_: {"kind": "own_shift"},
    alt(tok("own_shift", "whole"), seq(tok("own_shift", "part"), alt(tok("within"), tok("before")))),
)
# 当班完成: what is done in the shift; 当班人员 names people.
in_shift: Parser = read(lambda _word: {"kind": "own_shift", "bare": True}, tok("own_shift", "part"))
adverb: Parser = read(lambda kind: {"kind": "adverb", "adverb": kind}, tok("adverb"))
# 提前至前一工作日, 提前1天: where a free day moves it to is no limit of its own.
_moved_to: Parser = opt(
    alt(
        amount,
        seq(
            tok("range"),
            alt(right(tok("before"), amount), seq(tok("last"), opt(amount)), amount, tok("relative")),
        ),
    )
)
free_day: Parser = alt(
    read(lambda *parts: {"kind": "free_day", "move": parts[-1]},
         opt(tok("if_falls")), alt(tok("free_day"), tok("weekend")), opt(tok("comma")), fillers, left(tok("free_move"), _moved_to)),
    read(lambda move: {"kind": "free_day", "move": move}, tok("no_rest")),
)  # fmt: skip
# 术后第三天, 节后第一天: counted from what stands before.
nth_day: Parser = read(
    lambda _nth, count, _unit, edge: {"kind": "nth_day", "days": int(count), "bound": edge},
    tok("ordinal"), tok("num"), alt(tok("unit", "day"), tok("date_sign")), opt(bound),
)  # fmt: skip
length: Parser = read(lambda span: {"kind": "length", "span": span}, _any)


def _date(year: Any, *_rest: Any) -> Reading | None:
    return {"kind": "date"} if year >= 1900 else None


date: Parser = read(
    _date, tok("num"), tok("unit", "year"), opt(seq(tok("num"), tok("unit", "month"), opt(seq(tok("num"), tok("unit", "day"))))),
    opt(seq(tok("ordinal"), tok("num"), tok("unit", "quarter"))),
)  # fmt: skip
