"""Meetings, talks and proposals through the API: what the pages can do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.domains.shifts.kit import api
from tests.kit.cast import Cast
from zhize.domains.meetings import services
from zhize.lib import clock


@pytest.mark.req("ORG-22")
def test_a_meeting_is_changed_marked_struck_from_and_cancelled(cast: Cast) -> None:
    boss, people = cast.actor("wangfang"), cast.people
    held = services.call(
        actor=boss, unit=cast.centre, kind="weekly", title="周例会", starts_at=clock.now() + timedelta(hours=2),
        chair=people["wangfang"], people=[people["limin"]],
    )  # fmt: skip
    decision = services.decide(actor=boss, meeting=held, text="换灯")
    caller, page = api("wangfang"), f"/meetings/{held.pk}"
    assert (
        caller.send("PATCH", page, {"place": "二楼", "keeper": people["limin"].pk}).json()["place"] == "二楼"
    )
    came = [
        {"person": people[name].pk, "presence": said}
        for name, said in (("limin", "leave"), ("sunli", "present"))
    ]
    shown = caller.post(f"{page}/presence", {"people": came}).json()["people"]
    assert {(row["person"]["id"], row["presence"]) for row in shown} >= {
        (row["person"], row["presence"]) for row in came
    }
    stranger = [{"person": people["qianjin"].pk, "presence": "present"}]
    assert caller.post(f"{page}/presence", {"people": stranger}).status_code == 422
    assert caller.post(f"{page}/decisions/{decision.pk}/strike").json()["decisions"] == []
    assert caller.post(f"{page}/decisions/{decision.pk}/strike").status_code == 404
    assert api("qianjin").post(f"{page}/cancel", {"reason": "x"}).status_code in {403, 404}
    assert caller.post(f"{page}/cancel", {"reason": "停电"}).json()["state"] == "cancelled"


@pytest.mark.req("ORG-23")
def test_a_talk_in_confidence_is_read_by_whom_it_was_told_to(cast: Cast) -> None:
    told = services.record_talk(actor=cast.actor("zhoutao"), kind="dispute", text="两人有争执")
    page = f"/talks/{told.pk}/read"
    assert api("sunli").post(page).status_code in {403, 404}
    assert api("zhoutao").post(page).json()["read_at"] is None
    assert api("wangfang").post(page).json()["read_at"] is not None


@pytest.mark.req("ORG-25")
def test_a_proposal_is_withdrawn_by_its_author_only(cast: Cast) -> None:
    filed = services.file_proposal(
        actor=cast.actor("wangfang"), kind="rule", title="合并两张表", text="省时间"
    )
    page = f"/proposals/{filed.pk}/withdraw"
    assert api("liuqiang").post(page, {"reason": "x"}).status_code in {403, 404, 409}
    assert api("wangfang").post(page, {"reason": "已另行处理"}).json()["state"] == "withdrawn"
