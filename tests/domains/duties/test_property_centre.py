"""The deadlines of the property centre's pack, from the case that calls for them to the people who are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.domains.cases.kit import browser
from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Alarm, Case
from zhize.domains.duties import selectors as duties_read
from zhize.domains.duties.models import Obligation
from zhize.domains.visits import services as visits
from zhize.domains.visits.models import Callback
from zhize.kernel import clocks, history
from zhize.kernel.org.models import Person

MONDAY_9 = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DAY = timedelta(hours=24)


@pytest.fixture
def now() -> Iterator[Any]:
    with time_machine.travel(MONDAY_9, tick=False) as traveller:
        yield traveller


def take_in(cast: Cast, *, owner: str = "", kind: str = "complaint", room: str = "A101", **more: Any) -> Case:
    intake = cases.Intake(
        type=kind,
        title="电梯异响",
        channel=more.pop("channel", "phone"),
        customer=cast.customers[room],
        premises=cast.rooms[room],
        **more,
    )
    case = cases.open_case(
        actor=cast.actor("limin"), intake=intake, owner=cast.people[owner] if owner else None
    )
    case.refresh_from_db()
    return case


def owed(case: Case, ref: str) -> Obligation:
    """The one obligation of the case that carries out this row."""
    rows = Obligation.objects.filter(subject_type="cases.case", subject_id=case.pk).select_related(
        "duty", "holder"
    )
    (found,) = [row for row in rows if ref in (row.duty.refs if row.duty else [])]
    return found


def pass_time(now: Any, hours: float) -> None:
    now.move_to(MONDAY_9 + timedelta(hours=hours))
    clocks.tick()
    history.deliver_all()


def told(obligation: Obligation, code: str) -> set[str]:
    return {person.name for row in obligation.escalations.filter(code=code) for person in row.told.all()}


def answer(cast: Cast, case: Case, by: str, **data: Any) -> None:
    case.refresh_from_db()
    cases.act(actor=cast.actor(by), case=case, verb="answer", data={"solution": "更换导轮", **data})


@pytest.mark.req("TRG-01", "CAS-05")
def test_what_the_desk_cannot_solve_at_once_is_answered_within_a_day(cast: Cast, now: Any) -> None:
    case = take_in(cast, owner="limin")
    row = owed(case, "TRG-01")
    assert (row.holder, row.due_at) == (cast.people["limin"], MONDAY_9 + DAY)
    pass_time(now, 24)
    assert "周涛" in told(row, "due")
    now.shift(timedelta(minutes=1))
    answer(cast, case, "limin")
    row.refresh_from_db()
    assert (row.state, row.late) == ("done", True)


@pytest.mark.req("TRG-02", "TRG-03", "CAS-06")
def test_a_complaint_is_forwarded_at_once_and_its_answer_demanded_within_a_day(cast: Cast, now: Any) -> None:
    case = take_in(cast, owner="hewei")
    forwarding = owed(case, "TRG-02")
    assert (forwarding.holder, forwarding.due_at) == (cast.people["sunli"], MONDAY_9 + timedelta(minutes=15))
    now.shift(timedelta(minutes=2))
    history.deliver_all()
    forwarding.refresh_from_db()
    assert (forwarding.state, forwarding.late, forwarding.done_at) == (
        "done",
        False,
        MONDAY_9 + timedelta(minutes=2),
    )
    reply = owed(case, "TRG-03")
    assert (reply.holder, reply.due_at) == (cast.people["hewei"], MONDAY_9 + DAY)
    pass_time(now, 24)
    assert "王芳" in told(reply, "due")
    assert told(reply, "next") == set()
    pass_time(now, 36)
    assert "刘强" in told(reply, "next")
    answer(cast, case, "hewei")
    reply.refresh_from_db()
    assert (reply.state, reply.late) == ("done", True)


@pytest.mark.req("TRG-02")
def test_a_complaint_that_was_not_forwarded_is_told_to_the_supervisor(cast: Cast, now: Any) -> None:
    """Who has it has no address, so that nothing goes out by itself."""
    Person.objects.filter(pk__in=[cast.people["hewei"].pk]).update(email="")
    case = take_in(cast, owner="hewei")
    row = owed(case, "TRG-02")
    now.move_to(MONDAY_9 + timedelta(minutes=15))
    clocks.tick()
    history.deliver_all()
    row.refresh_from_db()
    assert row.is_open
    assert "王芳" in told(row, "due")


@pytest.mark.req("TRG-04", "CAS-07")
def test_a_complaint_of_a_court_is_owed_by_its_ambassador(cast: Cast, now: Any) -> None:
    row = owed(take_in(cast, room="B101"), "TRG-04")
    assert (row.holder, row.due_at) == (cast.people["zhaoyun"], MONDAY_9 + DAY)
    pass_time(now, 18)
    assert told(row, "remind") == {"赵云"}
    pass_time(now, 24)
    assert told(row, "due") == {"赵云", "王芳"}


@pytest.mark.req("TRG-25")
def test_a_fire_is_owed_by_everybody_on_shift_within_a_minute(cast: Cast, now: Any) -> None:
    case = cases.report_fire(actor=cast.actor("limin"), place="B苑1栋", title="配电间冒烟")
    rows = Obligation.objects.filter(
        subject_id=case.pk, subject_type="cases.case", duty__code__startswith="fire_"
    )
    assert {"李敏", "陈静", "王芳"} <= {row.holder.name for row in rows if row.holder}
    assert {row.due_at for row in rows} == {MONDAY_9 + timedelta(minutes=1)}
    alarm = Alarm.objects.get(case=case)
    cases.acknowledge(actor=cast.actor("chenjing"), alarm=alarm)
    states = {row.holder.name: row.state for row in rows.all() if row.holder}
    assert (states["陈静"], states["李敏"]) == ("done", "open")
    cases.acknowledge(actor=cast.actor("wangfang"), alarm=alarm)
    cases.end_alarm(actor=cast.actor("wangfang"), alarm=alarm, measures="断电灭火", aftermath="更换电缆")
    assert set(rows.all().values_list("state", flat=True)) == {"done"}


@pytest.mark.req("TRG-26")
def test_an_incident_goes_to_the_superior_within_half_an_hour(cast: Cast, now: Any) -> None:
    case = take_in(cast, kind="incident")
    rows = Obligation.objects.filter(
        subject_id=case.pk, subject_type="cases.case", duty__code="incident_to_superior"
    )
    assert (rows.get().holder, rows.get().due_at) == (
        cast.people["wangfang"],
        MONDAY_9 + timedelta(minutes=30),
    )
    row = rows.get()
    pass_time(now, 0.5)
    assert "刘强" in told(row, "due")
    alarm = Alarm.objects.get(case=case)
    cases.acknowledge(actor=cast.actor("wangfang"), alarm=alarm)
    now.shift(timedelta(minutes=1))
    cases.end_alarm(actor=cast.actor("wangfang"), alarm=alarm, measures="关阀", aftermath="清理并回访住户")
    row.refresh_from_db()
    assert (row.state, row.late) == ("done", True)


@pytest.mark.req("TRG-33")
def test_a_dissatisfied_customer_is_explained_to_again_within_a_day(cast: Cast, now: Any) -> None:
    case = take_in(cast)
    now.shift(timedelta(hours=2))
    answer(cast, case, "chenjing")
    now.shift(timedelta(hours=1))
    answers = {"solved": "no", "overall": 2, "reason": "not_solved"}
    visits.finish(actor=cast.actor("sunli"), callback=Callback.objects.get(case=case), answers=answers)
    row = owed(case, "TRG-33")
    assert (row.holder, row.due_at) == (cast.people["chenjing"], MONDAY_9 + timedelta(hours=27))
    pass_time(now, 27)
    assert "王芳" in told(row, "due")
    answer(cast, case, "chenjing")
    row.refresh_from_db()
    assert (row.state, row.late) == ("done", False)
    second = Callback.objects.filter(case=case).latest("round")
    assert second.round == 2
    visits.finish(actor=cast.actor("sunli"), callback=second, answers=answers)
    again = Obligation.objects.filter(subject_id=case.pk, duty__refs__contains=["TRG-33"]).latest("pk")
    assert (again.pk != row.pk, again.due_at) == (True, MONDAY_9 + timedelta(hours=51))


@pytest.mark.req("TRG-31")
def test_an_answered_complaint_is_called_back_within_its_limit(cast: Cast, now: Any) -> None:
    case = take_in(cast)
    now.shift(timedelta(hours=2))
    answer(cast, case, "chenjing")
    row = Obligation.objects.get(kind="callback", about_type="cases.case", about_id=case.pk)
    assert (row.reference, row.holder, row.state) == ("TRG-31", cast.people["sunli"], "open")
    assert row.due_at == MONDAY_9 + timedelta(hours=26)
    pass_time(now, 26)
    assert "王芳" in told(row, "due")


@pytest.mark.req("TRG-34", "CAS-18")
def test_an_overdue_case_calls_for_an_audit_the_same_day(cast: Cast, now: Any) -> None:
    case = take_in(cast)
    pass_time(now, 24)
    row = owed(case, "TRG-34")
    assert row.due_at == datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
    assert row.holder == cast.people["zhoutao"]
    pass_time(now, 33)
    assert "王芳" in told(row, "due")


@pytest.mark.req("CAS-46")
def test_a_paused_case_stops_what_is_owed_about_it_and_says_so(cast: Cast, now: Any) -> None:
    case = take_in(cast)
    row = owed(case, "TRG-04")
    cases.act(
        actor=cast.actor("chenjing"),
        case=case,
        verb="pause",
        data={"reason": "等顾客回复", "until": MONDAY_9 + timedelta(days=2)},
        note="等顾客回复",
    )
    row.refresh_from_db()
    assert row.due_at is None
    assert "clock.paused" in history.timeline(case).values_list("verb", flat=True)


@pytest.mark.req("TRG-31", "TRG-32")
def test_an_official_complaint_is_audited_within_a_day_and_dispatched_again_within_four_hours(
    cast: Cast, now: Any
) -> None:
    case = take_in(cast, kind="official_complaint", channel="letter", owner="hewei", severity="normal")
    now.shift(timedelta(hours=2))
    answer(cast, case, "hewei", cause="equipment")
    audit = next(
        row
        for row in Obligation.objects.filter(subject_id=case.pk, subject_type="cases.case").select_related(
            "duty"
        )
        if row.duty is not None and row.duty.code == "audit_reply"
    )
    assert (audit.holder, audit.due_at) == (cast.people["zhoutao"], MONDAY_9 + timedelta(hours=26))
    now.shift(timedelta(hours=1))
    case.refresh_from_db()
    cases.audit(actor=cast.actor("zhoutao"), case=case, passed=False, note="没有说明原因")
    audit.refresh_from_db()
    assert (audit.state, audit.late) == ("done", False)
    again = owed(case, "TRG-32")
    assert (again.holder, again.due_at) == (cast.people["zhoutao"], MONDAY_9 + timedelta(hours=7))
    case.refresh_from_db()
    cases.assign(actor=cast.actor("zhoutao"), case=case, to=cast.people["chenjing"], note="重派")
    again.refresh_from_db()
    assert (again.state, again.late) == ("done", False)


@pytest.mark.req("TRG-30", "CAS-09")
def test_a_work_sheet_reminds_before_and_escalates_at_its_limit(cast: Cast, now: Any) -> None:
    case = take_in(cast)
    noon = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)  # Wednesday 12:00
    unit = cast.position("engineering_head").unit
    sheet = cases.send_worksheet(
        actor=cast.actor("chenjing"), case=case, unit=unit, task="检查曳引机", due_at=noon
    )
    sheet.refresh_from_db()
    row = sheet.obligation
    assert row is not None
    assert (row.reference, row.holder, row.due_at) == ("TRG-30", cast.people["hewei"], noon)
    now.move_to(noon - timedelta(hours=4))
    clocks.tick()
    history.deliver_all()
    assert told(row, "remind") == {"何伟"}
    now.move_to(noon)
    clocks.tick()
    history.deliver_all()
    assert "何伟" in told(row, "due")
    assert len(told(row, "due")) > 1


@pytest.mark.req("DUT-03")
def test_an_event_is_reported_on_a_page_by_whose_position_owes_it(cast: Cast) -> None:
    (duty, *_others) = duties_read.reportable(cast.actor("zhoutao"))
    page = browser(cast, "zhoutao")
    assert "登记事件" in page.get("/").content.decode()
    assert str(duty) in page.get("/obligations/event/").content.decode()
    assert 'name="named"' not in page.get("/obligations/event/").content.decode()
    late = {"duty": duty.pk, "note": "刚发生", "at": "2099-01-01T09:00"}
    assert "发生时间不能晚于现在" in page.post("/obligations/event/", late).content.decode()
    page.post("/obligations/event/", {"duty": duty.pk, "note": "顾客当面提出"})
    row = Obligation.objects.get(duty=duty)
    assert (row.detail, row.state) == ("顾客当面提出", "open")
    assert row.due_at is not None
    assert duties_read.reportable(cast.actor("qianjin")).count() == 0
