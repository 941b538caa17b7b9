"""Reading an address as people write it into the levels of the premises tree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from zhize.domains.customers.addresses import plain_code
from zhize.lib import digits

_DASHES = str.maketrans(dict.fromkeys("—–－‐‑―~～_", "-"))
_PART = r"([0-9A-Za-z一二三四五六七八九十]+)"
_BUILDING = re.compile(_PART + r"\s*(?:号楼|栋|幢|座|#楼|#|楼(?!层))")
_ENTRANCE = re.compile(_PART + r"\s*(?:单元|门(?!牌)|梯)")
_ROOM = re.compile(r"([0-9A-Za-z]+)\s*(?:室|号房|房|户|号)?$")
_BESIDE = re.compile(r"^([0-9]{1,2})-([0-9A-Za-z]+.*)$")
_DASHED = re.compile(r"^(.*?)([0-9A-Za-z]{1,4})-(?:([0-9A-Za-z]{1,3})-)?([0-9A-Za-z]{2,6})\s*(?:室|房|号)?$")


@dataclass(frozen=True)
class Place:
    """The levels of one address; a level that is not there is empty."""

    community: str = ""
    court: str = ""
    building: str = ""
    entrance: str = ""
    room: str = ""

    def __bool__(self) -> bool:
        return bool(self.room)

    @property
    def segments(self) -> list[tuple[str, str]]:
        """(kind, code) from the community down, without the empty levels."""
        levels = (
            ("community", self.community),
            ("court", self.court),
            ("building", self.building),
            ("entrance", self.entrance),
            ("room", self.room),
        )
        return [(kind, code) for kind, code in levels if code]


def tidy(text: str) -> str:
    """Half-width, one kind of dash, no spaces."""
    return re.sub(r"\s+", "", digits.tidy(text).translate(_DASHES)).strip("-,，。;；")


def code_of(text: str, *suffixes: str) -> str:
    """A level's code from what stands in its column: "3栋" → "3", "第二单元" → "2", "A座" → "A", "03" → "3"."""
    value = tidy(text)
    if re.fullmatch(r"[0-9]+\.0", value):
        value = value[:-2]
    value = value.removeprefix("第")
    for suffix in suffixes:
        if value.endswith(suffix) and len(value) > len(suffix):
            value = value[: -len(suffix)]
            break
    return _arabic(value).upper()


# The same few in every line of a list.
@lru_cache(maxsize=2000)
def building_code(text: str) -> str:
    return plain_code(code_of(text, "号楼", "#楼", "栋", "幢", "座", "楼", "#"))


@lru_cache(maxsize=2000)
def entrance_code(text: str) -> str:
    return plain_code(code_of(text, "单元", "门", "梯"))


@lru_cache(maxsize=2000)
def room_code(text: str) -> str:
    return code_of(text, "号房", "室", "房", "户", "号")


def parse(text: str) -> Place:
    """The levels in one written address.

    "碧水园3栋2单元301室" and "碧水园 3-2-301" mean the same; "A座1205" has no entrance. Nothing that looks like a
    room: an empty Place.
    """
    value = tidy(text)
    if not value:
        return Place()
    building, entrance = _BUILDING.search(value), _ENTRANCE.search(value)
    if building is None and entrance is None:
        return _dashed(value)
    first = min(found.start() for found in (building, entrance) if found is not None)
    last = max(found.end() for found in (building, entrance) if found is not None)
    rest = value[last:].lstrip("-")
    beside = _BESIDE.match(rest) if entrance is None else None
    way = entrance or beside
    room = _ROOM.search(beside.group(2) if beside else rest)
    return Place(
        community=value[:first].strip("-"),
        building=plain_code(_arabic(building.group(1)).upper()) if building else "",
        entrance=plain_code(_arabic(way.group(1)).upper()) if way else "",
        room=_arabic(room.group(1)).upper() if room else "",
    )


def _dashed(value: str) -> Place:
    found = _DASHED.match(value)
    if found is None:
        return Place()
    community, building, entrance, room = found.groups()
    return Place(
        community=community.strip("-"),
        building=plain_code(building.upper()),
        entrance=plain_code((entrance or "").upper()),
        room=room.upper(),
    )


def _arabic(text: str) -> str:
    """A Chinese numeral as digits: 三 → 3, 十二 → 12; anything else unchanged."""
    number = None if text.isascii() else digits.chinese_number(text)
    return text if number is None else str(number)
