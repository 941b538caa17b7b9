"""How the address and the place in lists follow from a node's way through the premises tree."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zhize.domains.customers.models import SPOKEN_BY_NAME, PremisesKind

# Levels from the top; a node's parent is of a higher level, and levels may be left out (a house without entrances).
LEVEL = {
    PremisesKind.COMMUNITY: 0,
    PremisesKind.COURT: 1,
    PremisesKind.BUILDING: 2,
    PremisesKind.ENTRANCE: 3,
    PremisesKind.ROOM: 4,
    PremisesKind.SHOP: 4,
    PremisesKind.PUBLIC: 4,
}

_DEFAULT_NAME = {
    PremisesKind.BUILDING: "{code}栋",
    PremisesKind.ENTRANCE: "{code}单元",
}


def may_stand_under(kind: str, parent_kind: str | None) -> bool:
    """Whether a node of this kind may be a child of that kind; only communities stand alone."""
    if parent_kind is None:
        return kind == PremisesKind.COMMUNITY
    if kind == PremisesKind.PUBLIC:
        return LEVEL[PremisesKind(parent_kind)] < LEVEL[PremisesKind.PUBLIC]
    return LEVEL[PremisesKind(parent_kind)] < LEVEL[PremisesKind(kind)]


def default_name(kind: str, code: str) -> str:
    """The name of a node that was given none: 3栋, 2单元, 301."""
    return _DEFAULT_NAME.get(PremisesKind(kind), "{code}").format(code=code)


def address(way: Sequence[tuple[str, str, str]]) -> str:
    """The address people say, from (kind, code, name) of every node from the root: "碧水园 3-2-301"."""
    spoken = [name for kind, _code, name in way if kind in SPOKEN_BY_NAME and kind != PremisesKind.PUBLIC]
    codes = "-".join(code for kind, code, _name in way if kind not in SPOKEN_BY_NAME)
    public = [name for kind, _code, name in way if kind == PremisesKind.PUBLIC]
    return " ".join([*spoken, *([codes] if codes else []), *public])


def sort_key(way: Sequence[tuple[str, str, str]]) -> str:
    """What lists sort by, so that 3栋 stands before 12栋 and 301 before 1001."""
    return "/".join(_natural(name if kind in SPOKEN_BY_NAME else code) for kind, code, name in way)[:200]


def _natural(text: str) -> str:
    return re.sub(r"\d+", lambda found: found.group().zfill(6), text)


def plain_code(code: str) -> str:
    """Numbers without leading zeros, so that "03" and "3" are one building."""
    return code.lstrip("0") or code if code.isdigit() else code


def code_forms(code: str) -> list[str]:
    """The ways in which one code may have been recorded: sheets drop leading zeros, people add them."""
    return list(dict.fromkeys([code, plain_code(code), *([code.zfill(4)] if code.isdigit() else [])]))
