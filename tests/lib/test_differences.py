"""Pieces of two texts: together they are both texts, and what they share is not marked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zhize.lib.differences import Piece, pieces

WORDS = st.text("每月五日前报表，25", max_size=30)


def test_what_went_and_what_came_stand_side_by_side() -> None:
    assert pieces("每月5日前上报报表", "每月10日前上报报表") == [
        Piece("same", "每月"), Piece("gone", "5"), Piece("new", "10"), Piece("same", "日前上报报表"),
    ]  # fmt: skip


@given(WORDS, WORDS)
def test_nothing_is_lost(before: str, after: str) -> None:
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if piece.kind != "new") == before
    assert "".join(piece.text for piece in found if piece.kind != "gone") == after
    assert all(piece.text for piece in found)
    assert before != after or {piece.kind for piece in found} <= {"same"}
