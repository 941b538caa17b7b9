"""The main job: one complaint from the phone call to its end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.duties.models import Obligation
from zhize.domains.visits import services as visits
from zhize.domains.visits.models import Callback
from zhize.kernel import history

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # Monday 09:00 in Shanghai


def take_in(cast: Cast, *, room: str = "A101", login: str = "limin", **more):
    intake = cases.Intake(
        **{
            "type": "complaint",
            "title": "电梯异响",
            "channel": "phone",
            "customer": cast.customers[room],
            "premises": cast.rooms[room],
            **more,
        }
    )
    return cases.open_case(actor=cast.actor(login), intake=intake)


@pytest.mark.req("ORG-21")
def test_a_complaint_from_court_a_goes_to_the_ambassador_of_court_a(cast: Cast) -> None:
    with time_machine.travel(MONDAY, tick=False):
        case = take_in(cast)
    assert case.number.startswith("TS-20260302-")
    assert case.owner == cast.people["chenjing"]
    assert case.state == "accepted"


@pytest.mark.req("CAS-07")
def test_a_complaint_opened_on_saturday_evening_is_due_on_sunday_evening(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 3, 7, 12, 0, tzinfo=UTC), tick=False):
        case = take_in(cast)
    case.refresh_from_db()
    assert case.next_due_at is not None
    owed = Obligation.objects.filter(
        subject_type="cases.case", subject_id=case.pk, holder=cast.people["chenjing"]
    )
    assert datetime(2026, 3, 8, 12, 0, tzinfo=UTC) in set(owed.values_list("due_at", flat=True))


@pytest.mark.req("CAS-02")
def test_the_history_of_a_case_tells_every_step(cast: Cast) -> None:
    with time_machine.travel(MONDAY, tick=False) as now:
        case = take_in(cast)
        history.deliver_all()
        now.shift(timedelta(hours=2))
        owner = cast.actor("chenjing")
        case.refresh_from_db()
        cases.reply(actor=owner, case=case, body="已安排维修", channel="phone", result=True)
        cases.act(actor=owner, case=case, verb="answer", data={"solution": "更换导轮"})
        assert case.state == "answered"
    said = [entry.verb for entry in history.timeline(case)]
    assert {"case.opened", "case.assigned", "case.replied", "case.answered"} <= set(said)


@pytest.mark.req("VIS-01", "CAS-13")
def test_a_dissatisfied_callback_reopens_the_case_and_asks_for_a_second(cast: Cast) -> None:
    with time_machine.travel(MONDAY, tick=False) as now:
        case = take_in(cast)
        now.shift(timedelta(hours=2))
        owner, officer = cast.actor("chenjing"), cast.actor("sunli")
        cases.act(actor=owner, case=case, verb="answer", data={"solution": "更换导轮"})
        first = Callback.objects.get(case=case)
        assert first.caller == cast.people["sunli"]
        now.shift(timedelta(hours=1))
        visits.finish(
            actor=officer, callback=first, answers={"solved": "no", "overall": 2, "reason": "not_solved"}
        )
        case.refresh_from_db()
        assert case.category == "working"
        assert case.reopen_count == 1
        now.shift(timedelta(hours=3))
        cases.act(actor=owner, case=case, verb="answer", data={"solution": "整体更换"})
        second = Callback.objects.get(case=case, round=2)
        visits.finish(actor=officer, callback=second, answers={"solved": "yes", "overall": 5})
        case.refresh_from_db()
        cases.reply(actor=owner, case=case, body="已更换", channel="phone", result=True)
        case.refresh_from_db()
        cases.act(actor=officer, case=case, verb="close")
    assert case.category == "closed"
    assert case.satisfaction == 5
