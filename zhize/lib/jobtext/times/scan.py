"""Finds every word of time in a text, the longest reading first, from left to right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zhize.lib.jobtext.times import limits, periods
from zhize.lib.jobtext.times.tokens import tokenize


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


_PARSERS = (
    ("date", limits.date), ("span", limits.span), ("period", periods.period), ("free_day", limits.free_day), ("ahead", limits.ahead),
    ("limit", limits.limit), ("day", limits.day), ("own_shift", limits.own_shift),
    ("delay", limits.delay), ("detail", periods.detail), ("adverb", limits.adverb), ("length", limits.length),
)  # fmt: skip


def scan(text: str) -> list[Phrase]:
    """The phrases of a text in working form."""
    tokens = tokenize(text)
    found: list[Phrase] = []
    at = 0
    while at < len(tokens):
        best: tuple[str, dict[str, Any], int] | None = None
        if tokens[at].kind != "x":
            for kind, parser in _PARSERS:
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
