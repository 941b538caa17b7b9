"""The stocktake with the control centre: what came in, what was cleared, what is open, and what happens next to it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.domains.cases.kit import at, finish, take_in
from tests.kit.cast import Cast
from zhize.domains.reports import building, periods
from zhize.kernel import history, packs

pytestmark = pytest.mark.usefixtures("now")


def lines(block: dict[str, Any]) -> list[str]:
    return [" | ".join(cell["text"] for cell in row) for row in block["rows"]]


@pytest.mark.req("CAS-29")
def test_a_days_stocktake_lists_new_cleared_and_open_with_age_and_next_action(cast: Cast, now: Any) -> None:
    now.move_to(at(1))
    older, cleared = (
        take_in(cast, title="旧投诉", subtype="noise"),
        take_in(cast, title="已办投诉", room="C101"),
    )
    now.move_to(at(2))
    new = take_in(cast, title="新投诉", room="B101")
    finish(cast, cleared)
    history.deliver_all()
    now.move_to(at(2, 18))
    spec = packs.live("reports", "daily_stocktake")
    content = building.build(building.Making(spec, cast.centre, periods.of(spec, date(2026, 3, 2))))
    opened, closed, still = content["blocks"][1:4]
    assert [new.number in "".join(lines(opened)), cleared.number in "".join(lines(closed))] == [True, True]
    rows = lines(still)
    assert len(rows) == 2
    assert all(older.number in row or new.number in row for row in rows)
    for row in still["rows"]:
        assert row[-1]["text"].strip(" —–-")
