"""Finds every word of time in a text, the longest reading first, from left to right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    ("own_shift", limits.in_shift),
    ("delay", limits.delay), ("detail", periods.detail), ("ahead", limits.loose_ahead), ("adverb", limits.adverb),
    ("length", limits.length),
)  # fmt: skip


def scan(text: str) -> list[Phrase]:
    """The phrases of a text in working form, in order."""
    chinese = _scan(tokenize(text), _PARSERS)
    taken = [(phrase.start, phrase.end) for phrase in chinese]
    english = [
        phrase
        for phrase in _scan(english_tokens(text), ENGLISH)
        if not any(start < phrase.end and phrase.start < end for start, end in taken)
    ]
    return sorted([*chinese, *english], key=lambda phrase: phrase.start)


def _scan(tokens: Tokens, parsers: Sequence[tuple[str, Parser]]) -> list[Phrase]:
    found: list[Phrase] = []
    at = 0
    while at < len(tokens):
        best: tuple[str, dict[str, Any], int] | None = None
        if tokens[at].kind not in ("x", "filler"):
            for kind, parser in parsers:
                read = parser(tokens, at)
                if read is not None and (best is None or read[1] > best[2]):
                    best = (kind, read[0], read[1])
        if best is None:
            at += 1
            continue
        kind, data, after = best
        found.append(Phrase(kind, data, tokens[at].start, tokens[after - 1].end))
        at = after
    return found


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
