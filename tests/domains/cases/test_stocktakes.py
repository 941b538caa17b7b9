"""The stocktake with the control centre: what came in, what was cleared, what is open, and what happens next to it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.domains.cases.kit import act, answer, at, called_back, finish, inform, take_in
from tests.kit.cast import Cast
from zhize.domains.reports import building, periods
from zhize.kernel import history, packs

pytestmark = pytest.mark.usefixtures("now")


def drawn(cast: Cast, code: str) -> dict[str, dict[str, dict[str, str]]]:
    """The lists of the stocktake of 2 March (of March): list → number of the case → its age and next action."""
    spec = packs.live("reports", code)
    content = building.build(building.Making(spec, cast.centre, periods.of(spec, date(2026, 3, 2))))
    found: dict[str, dict[str, dict[str, str]]] = {}
    for block in content["blocks"]:
        heads = [head["label"] for head in block.get("columns", [])]
        if "编号" not in heads:
            continue
        rows = [dict(zip(heads, (cell["text"] for cell in row), strict=True)) for row in block["rows"]]
        found[block["title"].split("（")[0]] = {
            row["编号"]: {"age": row["已历时"], "next": row["下一步"]} if "下一步" in row else {}
            for row in rows
        }
    return found


@pytest.mark.req("CAS-29")
def test_a_days_stocktake_lists_new_cleared_and_open_with_age_and_next_action(cast: Cast, now: Any) -> None:
    now.move_to(at(1))
    older, cleared = (
        take_in(cast, title="旧投诉", subtype="noise"),
        take_in(cast, title="已办投诉", room="C101"),
    )
    answered = take_in(cast, title="待回访投诉", room="D101")
    answer(cast, answered)
    now.move_to(at(2))
    new = take_in(cast, title="新投诉", room="B101")
    finish(cast, cleared)
    history.deliver_all()
    now.move_to(at(2, 18))
    assert drawn(cast, "daily_stocktake") == {
        "今日新增": {new.number: {}},
        "今日消项": {cleared.number: {}},
        "未结": {
            older.number: {"age": "1.4 天", "next": "责任区域的投诉24小时内答复，跟踪到关闭"},
            answered.number: {"age": "1.4 天", "next": f"回访 {answered.number}"},
            new.number: {"age": "0.4 天", "next": "责任区域的投诉24小时内答复，跟踪到关闭"},
        },
    }


@pytest.mark.req("CAS-29")
def test_a_stocktake_drawn_later_says_how_old_each_case_was_that_day(cast: Cast, now: Any) -> None:
    now.move_to(at(1))
    case = take_in(cast)
    answer(cast, case)
    called_back(cast, case)
    inform(cast, case)
    now.move_to(at(5))
    waiting = drawn(cast, "daily_stocktake")["未结"]
    assert waiting == {case.number: {"age": "1.6 天", "next": "回访后关闭工单"}}
    act(cast, "sunli", case, "close")
    closed = drawn(cast, "daily_stocktake")["未结"]
    assert closed == {case.number: {"age": "1.6 天", "next": "已关闭 03-05 09:00"}}


@pytest.mark.req("CAS-29")
def test_the_months_stocktake_clears_what_the_days_left_open(cast: Cast, now: Any) -> None:
    now.move_to(at(1))
    left, cleared = take_in(cast, title="未办"), take_in(cast, title="已办", room="C101")
    now.move_to(at(20))
    finish(cast, cleared)
    now.move_to(at(31, 18))
    month = drawn(cast, "monthly_stocktake")
    assert set(month["本月受理"]) == {left.number, cleared.number}
    assert month["月末未结"][left.number]["age"] == "30.4 天"
    assert month["月末未结"][left.number]["next"]
    assert cleared.number not in month["月末未结"]
