"""Rooms as people say and write them: 3-2-201, 3栋2单元201室, 三栋二单元201, A座1205."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from zhize.lib import digits

_NUMERAL = "[一二三四五六七八九十百零〇两]"
_LEVEL = rf"(?:[0-9]{{1,3}}|(?<![a-z])[a-z]|{_NUMERAL}{{1,4}})"
_ROOM = r"(?:[0-9]{2,5}|[0-9]{1,4}[a-z](?![a-z]))"
_DASH = r"\s?[-\u2010-\u2015\u2212~]\s?"
_START, _END = r"(?<![0-9a-z-])", r"(?![0-9a-z-])"
# 楼 alone may also be a storey: 3楼 is one, 3楼2单元 is not.
_SPOKEN = re.compile(
    rf"""(?:第?(?P<building>{_LEVEL})\s?(?:号楼|\#楼|栋|幢|座|\#|楼(?=\s?第?{_LEVEL}\s?单元)))
      (?:[\s-]?第?(?P<entrance>{_LEVEL})\s?(?:单元|门(?!牌)|梯))?
      (?:[\s-]?(?P<room>{_ROOM})(?![0-9])\s?(?:号房|室|房|户|号)?)?
      | 第?(?P<way>{_LEVEL})\s?单元[\s-]?(?P<flat>{_ROOM})(?![0-9])\s?(?:号房|室|房|户|号)?""",
    re.VERBOSE,
)
_DASHED = re.compile(
    rf"{_START}(?P<building>[0-9]{{1,3}}|[a-z]){_DASH}(?:(?P<entrance>[0-9]{{1,2}}){_DASH})?(?P<room>[0-9]{{1,5}}){_END}"
    r"(?:\s?(?:号房|室|房|户(?!型)|号(?!楼)))?"
)
_SERVICE_NUMBER = re.compile(r"^[48]00\D")


@dataclass(frozen=True, slots=True)
class Room:
    """A place inside a community found in a text, from `start` to `end`; a level that is not named is empty.

    `dashed`: written as codes with dashes, as addresses are recorded.
    """

    start: int
    end: int
    building: str = ""
    entrance: str = ""
    room: str = ""
    dashed: bool = False

    @property
    def codes(self) -> list[str]:
        return [code for code in (self.building, self.entrance, self.room) if code]


def find(text: str) -> Iterator[Room]:
    """Every place of two levels or more in a text that is already half-width and lower case, from left to right."""
    found = [room for room in (*_dashed(text), *_spoken(text)) if len(room.codes) > 1]
    end = 0
    for room in sorted(found, key=lambda one: (one.start, -one.end)):
        if room.start >= end:
            yield room
            end = room.end


def _dashed(text: str) -> Iterator[Room]:
    for match in _DASHED.finditer(text):
        if not _SERVICE_NUMBER.match(match.group()):
            codes = (_plain(match["building"]), _plain(match["entrance"] or ""), match["room"])
            yield Room(match.start(), match.end(), *codes, dashed=True)


def _spoken(text: str) -> Iterator[Room]:
    for match in _SPOKEN.finditer(text):
        building, entrance = _plain(match["building"] or ""), _plain(match["entrance"] or match["way"] or "")
        yield Room(match.start(), match.end(), building, entrance, match["room"] or match["flat"] or "")


def _plain(code: str) -> str:
    """A level's code in digits without leading zeros: 三 → 3, 03 → 3."""
    number = digits.chinese_number(code) if code and not code.isascii() else None
    text = code if number is None else str(number)
    return text.lstrip("0") or text
