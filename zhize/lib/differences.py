"""What changed between two texts, piece by piece, for showing a new wording beside the old one."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Literal, NamedTuple

LEAST_SHARED = 2
"""Shorter runs in common between two changes are noise: 的, a comma."""


class Piece(NamedTuple):
    """A run of text that both have (`same`), only the old one (`gone`), or only the new one (`new`)."""

    kind: Literal["same", "gone", "new"]
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """Both texts as one sequence of runs; without `new` it reads as the old, without `gone` as the new."""
    found: list[Piece] = []
    for tag, old_at, old_to, new_at, new_to in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if tag == "equal" and (old_to - old_at >= LEAST_SHARED or before == after):
            found.append(Piece("same", before[old_at:old_to]))
            continue
        found += [Piece("gone", before[old_at:old_to]), Piece("new", after[new_at:new_to])]
    return _joined(found)


def _joined(found: list[Piece]) -> list[Piece]:
    """Changes that stand side by side become one: everything gone, then everything new."""
    joined: list[Piece] = []
    gone = new = ""
    for piece in [*found, Piece("same", "")]:
        if piece.kind == "same":
            joined += [part for part in (Piece("gone", gone), Piece("new", new), piece) if part.text]
            gone = new = ""
        elif piece.kind == "gone":
            gone += piece.text
        else:
            new += piece.text
    return joined
