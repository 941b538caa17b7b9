"""Leave by page and API: the same rules at every door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.domains.shifts.kit import api, browser
from tests.kit.cast import Cast
from zhize.domains.shifts import services
from zhize.domains.shifts.models import Leave

FRIDAY = datetime(2026, 2, 27, 2, 0, tzinfo=UTC)
TWO_DAYS = {
    "kind": "annual", "from_on": "2026-03-02", "from_half": "am", "to_on": "2026-03-03", "to_half": "pm",
    "reason": "回老家",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _friday() -> Iterator[Any]:
    with time_machine.travel(FRIDAY, tick=False) as traveller:
        yield traveller


@pytest.mark.req("ORG-11")
def test_from_the_request_to_the_decision_on_the_pages(cast: Cast) -> None:
    desk, supervisor = browser("limin"), browser("wangfang")
    form = desk.get("/leave/new/").content.decode()
    assert "2 个工作日以内（含）由王芳审批，更长的由刘强审批。" in form
    answer = desk.post("/leave/new/", {**TWO_DAYS, "deputy": cast.people["zhoutao"].pk})
    leave = Leave.objects.get()
    assert answer.status_code == 302
    assert "李敏" in supervisor.get("/leave/?chip=decide").content.decode()
    assert "审批李敏的请假：年假 2 天" in supervisor.get("/").content.decode()
    shown = supervisor.get(f"/leave/{leave.pk}/").content.decode()
    assert f"/leave/{leave.pk}/verbs/approve/" in shown
    refused = supervisor.post(f"/leave/{leave.pk}/verbs/refuse/", {"note": ""})
    assert refused.status_code == 422
    approved = supervisor.post(
        f"/leave/{leave.pk}/verbs/approve/", {"deputy": cast.people["zhoutao"].pk, "note": "好"}
    )
    assert approved.status_code == 302
    leave.refresh_from_db()
    assert (leave.state, leave.remark) == ("approved", "好")
    month = supervisor.get("/leave/month/?month=2026-03").content.decode()
    assert "李敏" in month and "leave-approved" in month
    assert "李敏" not in supervisor.get("/leave/month/?month=2026-04").content.decode()


@pytest.mark.req("ORG-30", "ORG-31")
def test_strangers_find_nothing_and_colleagues_decide_nothing(cast: Cast) -> None:
    leave = services.ask(
        actor=cast.actor("limin"),
        kind="sick",
        from_on=date(2026, 3, 2),
        to_on=date(2026, 3, 2),
        reason="发烧",
    )
    page = f"/leave/{leave.pk}/"
    assert browser("qianjin").get(page).status_code == 404
    assert browser("sunli").get(page).status_code == 404
    assert browser("zhoutao").get(page).status_code == 200
    assert browser("zhoutao").post(f"{page}verbs/approve/", {}).status_code == 403
    assert browser("limin").post(f"{page}verbs/approve/", {}).status_code == 403
    assert api("sunli").get(f"/leaves/{leave.pk}").status_code == 404
    assert api("limin").post(f"/leaves/{leave.pk}/verbs/approve", {}).status_code == 403
    assert api("sunli").get("/leaves").json()["items"] == []
    exported = browser("sunli").get("/leave/?export=csv")
    assert "李敏" not in b"".join(exported.streaming_content).decode("utf-8-sig")
    leave.refresh_from_db()
    assert leave.state == "asked"


@pytest.mark.req("ORG-11")
def test_programs_ask_and_decide(cast: Cast) -> None:
    asked = api("limin").post(
        "/leaves", {"kind": "annual", "from_on": "2026-03-02", "to_on": "2026-03-04", "reason": "回老家"}
    )
    assert asked.status_code == 201
    row = asked.json()
    assert (row["days"], row["decider"]["name"], row["state"]) == ("3.0", "刘强", "asked")
    assert api("wangfang").post(f"/leaves/{row['id']}/verbs/approve", {}).status_code == 409
    decided = api("liuqiang").post(f"/leaves/{row['id']}/verbs/approve", {"deputy": cast.people["sunli"].pk})
    assert decided.json()["state"] == "approved"
    assert api("limin").post(f"/leaves/{row['id']}/verbs/cancel", {}).json()["state"] == "cancelled"
    assert api("limin").post(f"/leaves/{row['id']}/verbs/nothing", {}).status_code == 404


def test_the_rule_of_the_unit_is_set_by_whoever_may(cast: Cast) -> None:
    said = {"days": "3", "inclusive": "on", "within": "1"}
    assert browser("wangfang").post("/leave/rule/", said).status_code == 403
    manager = browser("liuqiang")
    assert "现在用默认值。" in manager.get("/leave/rule/").content.decode()
    assert manager.post("/leave/rule/", said).status_code == 302
    assert "碧水园物业服务中心自己的设定。" in manager.get("/leave/rule/").content.decode()


def test_the_list_takes_the_same_queries_for_any_length(cast: Cast) -> None:
    supervisor = browser("wangfang")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert supervisor.get("/leave/").status_code == 200
        return len(found)

    services.ask(
        actor=cast.actor("limin"),
        kind="sick",
        from_on=date(2026, 3, 2),
        to_on=date(2026, 3, 2),
        reason="发烧",
    )
    queries()
    one = queries()
    for day in (3, 4, 5, 6):
        services.ask(
            actor=cast.actor("limin"),
            kind="sick",
            from_on=date(2026, 3, day),
            to_on=date(2026, 3, day),
            reason="发烧",
        )
    assert queries() == one


def test_the_pages_are_english_for_those_who_read_it(cast: Cast) -> None:
    services.ask(
        actor=cast.actor("limin"), kind="annual", from_on=date(2026, 3, 2), to_on=date(2026, 3, 3), reason="x"
    )
    shown = browser("wangfang", "en").get(f"/leave/{Leave.objects.get().pk}/").content.decode()
    for piece in ("Annual leave", "To decide", "Approve", "Standing in"):
        assert piece in shown
