"""The day's and the month's stocktake, from the facts to the frozen paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from tests.domains.cases.test_complaint_path import take_in
from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.reports import building, periods
from zhize.domains.reports.building import tables
from zhize.domains.visits import services as visits
from zhize.domains.visits.models import Callback
from zhize.kernel import packs
from zhize.kernel.clocks import ticking

MARCH_2 = date(2026, 3, 2)


def at(day: int, hour: int = 9) -> datetime:
    """March 2026 on the wall clock of Shanghai."""
    return datetime(2026, 3, day, hour, tzinfo=UTC) - timedelta(hours=8)


def close(cast: Cast, case, day: int) -> None:
    """Answer, call back, tell the customer and close, all on one day."""
    with time_machine.travel(at(day, 10), tick=False) as now:
        case.refresh_from_db()
        owner, officer = cast.actor("chenjing"), cast.actor("sunli")
        cases.act(actor=owner, case=case, verb="answer", data={"solution": "已修复"})
        now.shift(timedelta(hours=1))
        visits.finish(
            actor=officer, callback=Callback.objects.get(case=case), answers={"solved": "yes", "overall": 5}
        )
        case.refresh_from_db()
        cases.reply(actor=owner, case=case, body="已修复", channel="phone", result=True)
        case.refresh_from_db()
        cases.act(actor=officer, case=case, verb="close")


def taken(cast: Cast, day: int, **more):
    with time_machine.travel(at(day), tick=False):
        return take_in(cast, **more)


def sheet(cast: Cast, code: str, day: date) -> dict:
    spec = packs.live("reports", code)
    return building.build(building.Making(spec, cast.centre, periods.of(spec, day)))


def numbers(row: list[dict]) -> list[int]:
    return [int(one["text"]) for one in row[1:]]


@pytest.mark.req("REP-02")
def test_the_stocktake_of_2_march_balances(month: Cast) -> None:
    with time_machine.travel(at(5), tick=False):
        balance = sheet(month, "daily_stocktake", MARCH_2)["blocks"][0]
    for row in [*balance["rows"], balance["totals"]]:
        before, new, cleared, after = numbers(row)
        assert before + new - cleared == after
    assert numbers(balance["totals"]) == [3, 1, 2, 2]


@pytest.mark.req("REP-02")
def test_the_month_sheet_equals_the_sum_of_its_days(month: Cast) -> None:
    with time_machine.travel(at(31, 20), tick=False):
        whole, daily = sheet(month, "monthly_stocktake", MARCH_2)["blocks"][:2]
        days = [sheet(month, "daily_stocktake", date(2026, 3, day))["blocks"][0] for day in (1, 2, 3)]
    assert numbers(whole["totals"]) == [1, 4, 2, 3]
    assert len(daily["rows"]) == 31
    assert numbers(daily["totals"]) == numbers(whole["totals"])
    lines = [numbers(row) for row in daily["rows"]]
    assert [sum(line[at] for line in lines) for at in (1, 2)] == [4, 2]
    assert all(lines[at][0] == lines[at - 1][3] for at in range(1, 31))
    assert [numbers(day["totals"]) for day in days] == lines[:3]


@pytest.mark.req("REP-02", "REP-10")
def test_every_figure_opens_exactly_its_rows(month: Cast, client) -> None:
    client.force_login(month.people["zhoutao"].user, backend="django.contrib.auth.backends.ModelBackend")
    with time_machine.travel(at(31, 20), tick=False):
        content = sheet(month, "monthly_analysis", MARCH_2)
        balance = sheet(month, "daily_stocktake", MARCH_2)["blocks"][0]
        counted = 0
        for row in [
            *balance["rows"],
            *content["blocks"][1]["rows"],
            *content["blocks"][2]["rows"],
            *content["blocks"][4]["rows"],
        ]:
            for one in row[1:]:
                if not one["url"] or not one["text"].split(" ")[0].isdigit():
                    continue
                page = client.get(one["url"])
                assert page.status_code == 200
                assert page.context["slice"].count.number == int(one["text"].split(" ")[0]), one
                counted += 1
    assert counted > 10


@pytest.mark.req("CAS-29")
def test_days_that_have_not_begun_do_not_stand_in_the_months_stocktake(month: Cast) -> None:
    with time_machine.travel(at(4, 12), tick=False):
        blocks = sheet(month, "monthly_stocktake", MARCH_2)["blocks"]
    by_day = next(block for block in blocks if block.get("title") == "逐日盘点")
    assert [row[0]["text"] for row in by_day["rows"]] == [f"2026-03-0{day}" for day in (1, 2, 3, 4)]
    assert numbers(by_day["totals"])[-1] == numbers(by_day["rows"][-1])[-1]


@pytest.mark.req("REP-02")
def test_a_listed_case_shows_when_its_answer_was_due_whatever_was_promised_and_also_when_it_is_over(
    cast: Cast,
) -> None:
    done, promised = taken(cast, 2, room="A201"), taken(cast, 2, room="C101")
    with time_machine.travel(at(2, 10), tick=False):
        cases.promise(actor=cast.actor("chenjing"), case=promised, text="回电", due_at=at(2, 12))
    with time_machine.travel(at(4), tick=False):
        ticking.tick()
    close(cast, done, 5)
    with time_machine.travel(at(31, 20), tick=False):
        blocks = (
            sheet(cast, "monthly_stocktake", MARCH_2)["blocks"]
            + sheet(cast, "monthly_situation", MARCH_2)["blocks"]
        )
    due = {
        row[names.index("编号")]["text"]: row[names.index("时限")]
        for block in blocks
        if block["kind"] == "table"
        and {"编号", "时限"} <= set(names := [column["label"] for column in block["columns"]])
        for row in block["rows"]
    }
    assert [due[case.number]["text"] for case in (done, promised)] == ["03-03 09:00"] * 2
    assert due[done.number]["at"] == "2026-03-03T09:00"


def test_a_long_list_shows_its_first_cases_how_many_there_are_and_the_way_to_all_of_them(
    month: Cast, client
) -> None:
    for day in (3, 4, 5):
        taken(month, day, subtype="lift_fault", room="B101")
    spec = packs.live("reports", "monthly_stocktake")
    client.force_login(month.people["zhoutao"].user, backend="django.contrib.auth.backends.ModelBackend")
    with time_machine.travel(at(12), tick=False):
        making = building.Making(spec, month.centre, periods.of(spec, MARCH_2))
        every, first = (
            next(block for block in building.build(one)["blocks"] if block["title"].startswith("本月受理"))
            for one in (making, replace(making, listed=2))
        )
        page = client.get(first["more"])
        listed = next(block for block in spec.blocks if block.block == "cases")
        touched = listed.model_copy(update={"which": "touched"})
        whole, cut = (tables.cases(one, touched) for one in (making, replace(making, listed=2)))
    number = len(every["rows"])
    assert number > 2
    assert "note" not in every
    assert (first["rows"], first["title"]) == (every["rows"][:2], every["title"])
    assert first["note"] == f"共 {number} 件，这里列出最早受理的 2 件。"
    assert page.context["slice"].count.number == number
    number = len(whole["rows"])
    assert number > 2
    assert cut["note"] == f"共 {number} 件，这里列出最早受理的 2 件，其余 {number - 2} 件没有列出。"
    assert cut["more"] == ""
