"""Finds every word of time in a text, the longest reading first, from left to right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhize.lib.jobtext.cleaning import working
from zhize.lib.jobtext.times import limits, periods
from zhize.lib.jobtext.times.combine import Parser, Tokens
from zhize.lib.jobtext.times.english import PARSERS as ENGLISH
from zhize.lib.jobtext.times.english import tokens_of as english_tokens
from zhize.lib.jobtext.times.tokens import tokenize

# What says how much, not when.
_AMOUNTS = {"count", "share", "daypart", "notes"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """What the text says about time from `start` to `end`.

    `kind`: period (says how often) · detail (when in a period that something else names) · limit · ahead · delay · day ·
    span · own_shift · adverb · free_day · length (so long, no deadline by itself) · date (of the calendar).
    """

    kind: str
    data: dict[str, Any]
    start: int
    end: int


# Of readings that end at the same place the first holds.
_PARSERS: tuple[tuple[str, Parser], ...] = (
    ("date", limits.date), ("span", limits.span), ("period", periods.period), ("free_day", limits.free_day),
    ("ahead", limits.ahead), ("limit", limits.limit), ("day", limits.day), ("own_shift", limits.own_shift),
    ("own_shift", limits.in_shift), ("nth_day", limits.nth_day),
    ("delay", limits.delay), ("detail", periods.detail), ("ahead", limits.loose_ahead), ("adverb", limits.adverb),
    ("length", limits.length),
)  # fmt: skip


_Table = Mapping[str, tuple[tuple[str, Parser], ...]]


def _table(parsers: Sequence[tuple[str, Parser]]) -> _Table:
    """Which of them can begin with a token of which kind, in their order; none begins with words that only join."""
    starts = frozenset().union(*(parser.starts for _kind, parser in parsers)) - {"x", "filler"}
    return {kind: tuple(item for item in parsers if kind in item[1].starts) for kind in starts}


_CHINESE, _ENGLISH = _table(_PARSERS), _table(ENGLISH)


def scan(text: str) -> list[Phrase]:
    """The phrases of a text in working form, in order."""
    chinese = _scan(Tokens(tokenize(text)), _CHINESE)
    taken = [(phrase.start, phrase.end) for phrase in chinese]
    english = [
        phrase
        for phrase in _scan(english_tokens(text), _ENGLISH)
        if not any(start < phrase.end and phrase.start < end for start, end in taken)
    ]
    return sorted([*chinese, *english], key=lambda phrase: phrase.start)


def opening(text: str) -> Phrase | None:
    """What a text in working form begins with, where that says something about time."""
    tokens = Tokens(tokenize(text))
    found = _at(tokens, 0, _CHINESE) if tokens else None
    return Phrase(found[0], found[1], tokens[0].start, tokens[found[2] - 1].end) if found else None


def _scan(tokens: Tokens, parsers: _Table) -> list[Phrase]:
    found: list[Phrase] = []
    at = 0
    while at < len(tokens):
        best = _at(tokens, at, parsers)
        if best is None:
            at += 1
            continue
        kind, data, after = best
        found.append(Phrase(kind, data, tokens[at].start, tokens[after - 1].end))
        at = after
    return found


def _at(tokens: Tokens, at: int, parsers: _Table) -> tuple[str, dict[str, Any], int] | None:
    """The longest reading that begins here: its kind, what it says, and the place after it."""
    best: tuple[str, dict[str, Any], int] | None = None
    for kind, parser in parsers.get(tokens[at].kind, ()):
        read = parser.run(tokens, at)
        if read is not None and (best is None or read[1] > best[2]):
            best = (kind, read[0], read[1])
    return best


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """A text in order, cut so that each piece either says when something is owed (True) or does not."""
    end = 0
    for phrase in scan(working(text)):
        if phrase.kind in ("length", "date") or not set(phrase.data) - _AMOUNTS:
            continue
        if phrase.start > end:
            yield text[end : phrase.start], False
        yield text[phrase.start : phrase.end], True
        end = phrase.end
    if end < len(text):
        yield text[end:], False
