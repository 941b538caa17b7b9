"""Whatever table comes in is read or refused."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.files.contents import polyglots, workbook
from zhize.kernel.db import DomainError
from zhize.kernel.documents import reading

TEXT = st.text(max_size=40) | st.sampled_from(
    ["", " ", "\x00", "‮", "﷽" * 30, "=1+1", "'; DROP TABLE x;--", "\ud800"]
)


def damaged(place: tuple[int, bytes]) -> bytes:
    """A real workbook with some bytes of it overwritten."""
    at, what = place
    book = workbook()
    at %= len(book)
    return book[:at] + what + book[at + len(what) :]


@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(
    content=st.binary(max_size=400)
    | st.text(max_size=200).map(str.encode)
    | st.lists(st.lists(TEXT, max_size=4), max_size=6).map(
        lambda rows: "\n".join(",".join(row) for row in rows).encode("utf-8", "surrogatepass")
    )
    | st.binary(max_size=60).map(lambda tail: b"PK\x03\x04" + tail)
    | st.binary(max_size=60).map(lambda tail: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + tail)
    | st.sampled_from(sorted(polyglots().values()))
    | st.tuples(st.integers(0, 4000), st.binary(min_size=1, max_size=4)).map(damaged)
)
def test_a_table_is_read_or_refused(content: bytes) -> None:
    try:
        grid = reading.read_table(content)
    except DomainError as refused:
        assert str(refused)
    else:
        assert all(isinstance(cell, str) for row in grid.rows for cell in row)
