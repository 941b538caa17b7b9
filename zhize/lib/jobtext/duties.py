"""From the time words of a clause to the duties it demands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from zhize.lib.jobtext.cleaning import working
from zhize.lib.jobtext.model import Doubt, DraftDuty, Mark

_MONTHLY = re.compile(r"每月(\d{1,2})日前")
_WITHIN = re.compile(r"(\d{1,3})小时之?内")


@dataclass(frozen=True, slots=True)
class Found:
    """What a clause holds."""

    duties: tuple[DraftDuty, ...] = ()
    marks: tuple[Mark, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def of(text: str, *, standing: bool = False) -> Found:
    """The duties of a clause; `standing`: it stands in a section where nothing is owed (任职要求)."""
    plain = working(text)
    found: list[DraftDuty] = []
    for match in () if standing else _MONTHLY.finditer(plain):
        mark = Mark("due", match.start(), match.end(), text[match.start() : match.end()])
        rule = {"every": "month", "due": "by", "month_days": [int(match.group(1))]}
        found.append(DraftDuty("recurring", text[:40], recurring=rule, marks=(mark,)))
    for match in () if standing else _WITHIN.finditer(plain):
        mark = Mark("limit", match.start(), match.end(), text[match.start() : match.end()])
        target = {"kind": "elapsed", "minutes": int(match.group(1)) * 60}
        found.append(
            DraftDuty("triggered", text[:40], trigger={"event": text[:20], "target": target}, marks=(mark,))
        )
    return Found(tuple(found), tuple(mark for duty in found for mark in duty.marks))
