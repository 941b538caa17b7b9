"""Pages by key meet every row once, whatever the direction; spoilt keys mean the first page."""

from __future__ import annotations

import pytest

from tests.kit import people
from zhize.kernel.access.models import Grant
from zhize.ui import paging

pytestmark = pytest.mark.django_db


@pytest.fixture
def grants() -> list[Grant]:
    held = people.position(people.unit())
    return Grant.objects.bulk_create(
        Grant(position=held, capability=f"c.{number:02}", scope="own" if number % 3 else "all")
        for number in range(23)
    )


@pytest.mark.parametrize("ordering", [["scope", "pk"], ["-scope", "-pk"], ["capability", "pk"], ["-pk"]])
def test_every_row_comes_once_forwards_and_backwards(grants: list[Grant], ordering: list[str]) -> None:
    rows = Grant.objects.all()
    wanted = [row.pk for row in rows.order_by(*ordering)]
    seen: list[int] = []
    after = before = ""
    parts = []
    while True:
        part = paging.keyed(rows, ordering=ordering, size=5, cap=1000, after=after, before="")
        assert part is not None
        parts.append(part)
        seen += [row.pk for row in part.rows]
        if part.following is None:
            break
        after = part.following["after"]
    assert seen == wanted
    back = [row.pk for row in parts[-1].rows]
    while parts[-1].previous:
        before = parts[-1].previous["before"]
        part = paging.keyed(rows, ordering=ordering, size=5, cap=1000, after="", before=before)
        assert part is not None
        parts.append(part)
        back = [row.pk for row in part.rows] + back
    assert back == wanted


def test_a_nullable_order_falls_back_to_numbers(grants: list[Grant]) -> None:
    assert (
        paging.keyed(Grant.objects.all(), ordering=["position"], size=5, cap=10, after="", before="") is None
    )


@pytest.mark.parametrize("spoilt", ["x", "!!!!", "W10", "a" * 2000, "bnVsbA", "WyJ4Il0", "W0luZmluaXR5XQ"])
def test_a_spoilt_key_is_the_first_page(grants: list[Grant], spoilt: str) -> None:
    part = paging.keyed(Grant.objects.all(), ordering=["pk"], size=5, cap=1000, after=spoilt, before="")
    assert part is not None
    assert [row.pk for row in part.rows] == [row.pk for row in grants[:5]]


def test_counting_stops_at_the_cap(grants: list[Grant]) -> None:
    assert str(paging.count(Grant.objects.all(), 10)) == "10+"
    assert str(paging.count(Grant.objects.all(), 1000)) == "23"


@pytest.mark.parametrize(
    ("text", "number"), [("3", 3), ("0", 1), ("-1", 7), ("９", 7), ("1e9", 7), ("9" * 50, 7), (None, 7)]
)
def test_numbers_of_an_address_are_kept_in_bounds(text: str | None, number: int) -> None:
    assert paging.whole(text, 7, 1, 100) == number
