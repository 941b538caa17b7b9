"""The same readings from English words: within 24 hours, every other Monday, by the 5th of each month, at once."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from zhize.lib.jobtext import numbers
from zhize.lib.jobtext.times.amounts import Amount
from zhize.lib.jobtext.times.combine import Parser, Tokens, alt, many, opt, read, right, seq, tok
from zhize.lib.jobtext.times.tokens import Token

_UNITS = {
    "second": "second", "minute": "minute", "hour": "hour", "day": "day", "week": "week", "month": "month",
    "quarter": "quarter", "half-year": "half_year", "year": "year", "shift": "shift", "workday": "working_day",
    "fortnight": "fortnight",
}  # fmt: skip
_EVERY = {
    "daily": "day", "weekly": "week", "fortnightly": "fortnight", "monthly": "month", "quarterly": "quarter",
    "half-yearly": "half_year", "yearly": "year", "annually": "year", "annual": "year",
}  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ADVERBS = {
    "at once": "at_once", "immediately": "at_once", "without delay": "at_once", "promptly": "soon", "in time": "soon",
    "as soon as possible": "soon", "on time": "on_time", "regularly": "regular", "at any time": "any_time",
    "at random": "irregular",
}  # fmt: skip
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)?|\d+(?:st|nd|rd|th)?|[^\sa-z\d]", re.IGNORECASE)
_PHRASES = re.compile(
    "|".join(rf"\b{words}\b" for words in sorted(_ADVERBS, key=len, reverse=True)), re.IGNORECASE
)
_LOOSE = {"the", "of", "a", "an", "on", "in", "than", "and"}


def tokenize(text: str) -> list[Token]:
    """The words of a text; whatever is no English word of time is an `x`."""
    found = []
    at = 0
    while at < len(text):
        adverb = _PHRASES.match(text, at)
        word = adverb or _WORD.match(text, at)
        if word is None:
            at += 1
            continue
        kind, value = ("adverb", _ADVERBS[word.group().lower()]) if adverb else _kind(word.group().lower())
        found.append(Token(kind, value, word.start(), word.end()))
        at = word.end()
    return found


def _kind(word: str) -> tuple[str, Any]:
    single = word.removesuffix("s")
    ordinal = re.fullmatch(r"(\d+)(?:st|nd|rd|th)", word)
    if ordinal:
        return "ordinal", int(ordinal.group(1))
    if single in _UNITS:
        return "unit", _UNITS[single]
    if word in _EVERY:
        return "every", _EVERY[word]
    if single in _DAYS:
        return "weekday", _DAYS.index(single)
    if (
        word not in ("a", "an")
        and (number := numbers.value(word)) is not None
        and (word.isdigit() or word.isalpha())
    ):
        return "num", number
    table = {"every": "each", "each": "each", "within": "within", "by": "before", "before": "before", "after": "after",
             "half": "half", "other": "other", "working": "working", "business": "working", "calendar": "calendar",
             "same": "same", "next": "next", "following": "next", "advance": "advance", "end": "end", "least": "least",
             "at": "at", "no": "no", "not": "no", "later": "later"}  # fmt: skip
    return (table[word], word) if word in table else ("loose", word) if word in _LOOSE else ("x", word)


loose: Parser = many(tok("loose"))


def _amount(half: Any, count: Fraction | None, working: Any, unit: str) -> Amount | None:
    if half is None and count is None:
        return None
    unit = "working_day" if working == "working" and unit == "day" else unit
    if unit == "fortnight":
        return Amount(Fraction(14), "day")
    return Amount(Fraction(1, 2) if half else count or Fraction(1), unit)


amount: Parser = alt(
    read(lambda count, working, unit: _amount(None, count, working and "working", unit),
         tok("num"), opt(tok("working")), tok("unit")),
    read(lambda count, _c, unit: _amount(None, count, None, unit), tok("num"), tok("calendar"), tok("unit")),
    read(lambda half, _a, unit: _amount(half, None, None, unit), tok("half"), loose, tok("unit")),
    read(lambda _a, unit: _amount(None, Fraction(1), None, unit), tok("loose", "a", "an"), tok("unit")),
)  # fmt: skip


def _period(unit: str, interval: int = 1) -> dict[str, Any]:
    if unit == "fortnight":
        return {"every": "week", "interval": 2}
    return {"every": unit, "interval": interval}


_bound: Parser = alt(read(lambda _w: "before", tok("before")), read(lambda _w: None, tok("loose", "on")))
_monthly: Parser = right(loose, alt(right(tok("each"), tok("unit", "month")), tok("unit", "month")))
period: Parser = alt(
    read(_period, tok("every")),
    read(lambda _each, unit: _period(unit), tok("each"), tok("unit")),
    read(lambda _each, _working, _unit: {"every": "working_day"}, tok("each"), tok("working"), tok("unit", "day")),
    read(lambda _each, _other, unit: _period(unit, 2), tok("each"), tok("other"), tok("unit")),
    read(lambda _each, count, unit: _period(unit, int(count)), tok("each"), tok("num"), tok("unit")),
    read(lambda _each, day: {"every": "week", "weekdays": [day]}, tok("each"), tok("weekday")),
    read(lambda edge, _the, day, _month: {"every": "month", "month_days": [day], **({"bound": edge} if edge else {})},
         _bound, loose, tok("ordinal"), opt(_monthly)),
    read(lambda _by, day: {"every": "week", "weekdays": [day], "bound": "before"},
         tok("before"), tok("weekday")),
)  # fmt: skip
limit: Parser = alt(
    read(lambda _w, _the, span: {"kind": "limit", "span": span}, tok("within"), loose, amount),
    read(
        lambda _no, _later, _than, span: {"kind": "limit", "span": span},
        tok("no"),
        tok("later"),
        loose,
        amount,
    ),
)
ahead: Parser = alt(
    read(lambda _at, span, _before: {"kind": "ahead", "span": span}, opt(seq(tok("at"), tok("least"))), amount, tok("before")),
    read(lambda _at, span, _in, _advance: {"kind": "ahead", "span": span},
         opt(seq(tok("at"), tok("least"))), amount, loose, tok("advance")),
)  # fmt: skip
day: Parser = alt(
    read(lambda *_: {"kind": "day", "days": 0, "at": None, "shift": None, "bound": "before", "part": None},
         opt(tok("loose", "the")), tok("same"), tok("unit", "day")),
    read(lambda *_: {"kind": "day", "days": 1, "at": None, "shift": None, "bound": "before", "part": None},
         tok("before"), loose, tok("next"), tok("unit", "day")),
)  # fmt: skip
adverb: Parser = read(lambda kind: {"kind": "adverb", "adverb": kind}, tok("adverb"))

PARSERS: tuple[tuple[str, Parser], ...] = (
    ("period", period), ("limit", limit), ("ahead", ahead), ("day", day), ("adverb", adverb),
)  # fmt: skip


def tokens_of(text: str) -> Tokens:
    """The tokens, or none for a text without English words."""
    return Tokens(tokenize(text) if re.search(r"[a-z]{4}", text, re.IGNORECASE) else ())
