"""A clause cut into sentences and these into segments at their commas; the pieces that rules look at."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_SENTENCE = re.compile(r"[。;!?！？；\n]|\.(?![\d])")
_SEGMENT = re.compile(r"[,，:：]")


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a clause between commas, and which sentence it stands in."""

    sentence: int
    start: int
    end: int


def cut(text: str, more: Collection[int] = ()) -> list[Segment]:
    """The segments of a text in working form, in order, without gaps but for the signs between.

    `more` are places of further signs to cut at: the 、 between two things that each have a limit.
    """
    found: list[Segment] = []
    start = 0
    for index, end in enumerate(_ends(text, _SENTENCE)):
        at = start
        inner = [place - start for place in more if start <= place < end]
        for stop in sorted([*_ends(text[start:end], _SEGMENT), *inner]):
            if text[at : start + stop].strip():
                found.append(Segment(index, at, start + stop))
            at = start + stop + 1
        start = end + 1
    return found


def _ends(text: str, sign: re.Pattern[str]) -> Iterator[int]:
    """Where the pieces end: at each sign that is no part of a time (9:00) or of a number, and at the end."""
    for match in sign.finditer(text):
        around = text[max(0, match.start() - 1) : match.end() + 1]
        if not re.fullmatch(r"\d[:：,]\d", around):
            yield match.start()
    yield len(text)


def at(found: list[Segment], place: int) -> int:
    """The index of the segment a place lies in; the one before it for a sign."""
    for index, segment in enumerate(found):
        if place < segment.end:
            return index
    return len(found) - 1


def between(text: str, limits: list[int]) -> list[int]:
    """The 、 before a limit that follows another one: 30分钟内签收、3个工作日内办结 are two things."""
    found = []
    for start in limits[1:]:
        lead = len(text[:start].rstrip("在于须应需要"))
        if text[lead - 1 : lead] == "、":
            found.append(lead - 1)
    return found
