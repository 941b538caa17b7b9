"""Meetings: minutes, decisions that become tasks, and what is gone through at the next one (ORG-22)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.domains.cases.kit import browser
from tests.kit.cast import Cast
from zhize.domains.duties import selectors as owed_now
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import DutyVersion, Obligation
from zhize.domains.meetings import selectors, services
from zhize.domains.meetings.models import Meeting
from zhize.kernel import flow
from zhize.kernel.db import Invalid, Refused
from zhize.kernel.history import timeline
from zhize.kernel.notices.models import Notice
from zhize.lib import clock

FRIDAY = datetime(2026, 3, 6, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


@pytest.fixture(autouse=True)
def friday() -> Any:
    with time_machine.travel(FRIDAY, tick=False) as traveller:
        yield traveller


def called(cast: Cast, **more: Any) -> Meeting:
    values = {
        "unit": cast.centre,
        "kind": "service",
        "title": "三月服务例会",
        "starts_at": clock.now() - timedelta(hours=1),
        "chair": cast.people["wangfang"],
        "keeper": cast.people["zhoutao"],
        "people": [cast.people["limin"], cast.people["sunli"]],
    }
    return services.call(actor=cast.actor("wangfang"), **{**values, **more})


def in_days(days: int) -> datetime:
    return clock.now() + timedelta(days=days)


@pytest.mark.req("ORG-22")
def test_actions_become_tasks_and_open_ones_stand_at_the_next_meeting(cast: Cast) -> None:
    chair = cast.actor("wangfang")
    meeting = called(cast)
    services.write(actor=chair, meeting=meeting, minutes="本周投诉三件，门禁两件。")
    services.decide(actor=chair, meeting=meeting, text="公布开放时间")
    services.decide(
        actor=chair, meeting=meeting, text="检查门禁", owner=cast.people["limin"], due_at=in_days(5)
    )
    services.decide(
        actor=chair, meeting=meeting, text="补训前台", owner=cast.people["sunli"], due_at=in_days(6)
    )
    services.close(actor=chair, meeting=meeting)

    tasks = {row.holder.name: row for row in Obligation.objects.filter(subject_type="meetings.meeting")}
    assert set(tasks) == {"李敏", "孙丽"}
    assert (tasks["李敏"].due_at, tasks["李敏"].acceptor) == (in_days(5), cast.people["wangfang"])
    assert str(tasks["李敏"]) == "检查门禁"

    duties.fulfil(actor=cast.actor("limin"), obligation=tasks["李敏"], note="已检查")
    duties.accept(actor=chair, obligation=Obligation.objects.get(pk=tasks["李敏"].pk))
    following = called(cast, starts_at=in_days(7), title="下次例会")
    other = called(cast, starts_at=in_days(7), kind="desk", title="前台例会")
    assert [row.text for row in selectors.carried_over(following)] == ["补训前台"]
    assert not selectors.carried_over(other).exists()


@pytest.mark.req("ORG-22")
def test_minutes_are_the_record_of_the_duty_and_stay_as_they_were_closed(cast: Cast, friday: Any) -> None:
    # The cast may have been built later than this Friday; what is owed begins with the duty's version.
    made = DutyVersion.objects.filter(duty__refs__contains=["CAL-040"]).latest("made_at").made_at
    friday.move_to(max(FRIDAY, made))
    chair = cast.actor("wangfang")
    duties.schedule(actor=cast.actor("liuqiang"))
    owed = Obligation.objects.filter(duty__refs__contains=["CAL-040"]).earliest("opened_at")
    friday.move_to(owed.opened_at + timedelta(hours=10))
    meeting = called(cast)
    services.write(actor=chair, meeting=meeting, minutes="已开会。")
    assert owed in owed_now.provable(chair, services.RECORD)
    services.close(actor=chair, meeting=meeting, proves=owed)
    owed.refresh_from_db()
    assert owed.done_at == clock.now()
    assert owed.evidence.get().row_type == "meetings.meeting"
    with pytest.raises(flow.NotNow):
        services.write(actor=chair, meeting=meeting, minutes="改一改")
    meeting.refresh_from_db()
    assert meeting.minutes == "已开会。"


def test_nothing_is_closed_before_it_began_or_without_minutes(cast: Cast) -> None:
    chair = cast.actor("wangfang")
    ahead = called(cast, starts_at=in_days(1))
    services.write(actor=chair, meeting=ahead, minutes="预写")
    with pytest.raises(flow.NotNow, match="还没有开始"):
        services.close(actor=chair, meeting=ahead)
    with pytest.raises(flow.NotNow, match="还没有写"):
        services.close(actor=chair, meeting=called(cast))
    told = Notice.objects.filter(subject_type="meetings.meeting", subject_id=ahead.pk)
    assert {row.person.name for row in told} == {"周涛", "李敏", "孙丽"}


def test_an_action_needs_owner_and_due_moment_and_one_in_the_past_is_refused(cast: Cast) -> None:
    chair, meeting = cast.actor("wangfang"), called(cast)
    with pytest.raises(Invalid) as fault:
        services.decide(actor=chair, meeting=meeting, text="查", owner=cast.people["limin"])
    assert set(fault.value.errors) == {"due_at"}
    services.write(actor=chair, meeting=meeting, minutes="记录")
    services.decide(actor=chair, meeting=meeting, text="查", owner=cast.people["limin"], due_at=clock.now())
    with pytest.raises(Invalid, match="到期时间已过"):
        services.close(actor=chair, meeting=meeting)
    assert not Obligation.objects.filter(subject_type="meetings.meeting").exists()


def test_a_receptionist_calls_no_meeting_but_sees_the_one_he_was_asked_to(cast: Cast) -> None:
    with pytest.raises(Refused):
        services.call(
            actor=cast.actor("limin"), unit=cast.centre, kind="desk", title="例会",
            starts_at=clock.now(), chair=cast.people["limin"],
        )  # fmt: skip
    meeting = called(cast)
    assert selectors.meetings(cast.actor("limin")).get() == meeting
    assert not selectors.meetings(cast.actor("hewei")).exists()
    assert not selectors.meetings(cast.actor("qianjin")).exists()


def test_the_pages_lead_from_calling_to_closed_minutes(cast: Cast) -> None:
    page_of = browser(cast, "wangfang")
    answer = page_of.post(
        "/meetings/new/",
        {"unit": cast.centre.pk, "kind": "service", "title": "例会", "starts_at": "2026-03-06 08:30",
         "chair": cast.people["wangfang"].pk, "people": [cast.people["limin"].pk]},
    )  # fmt: skip
    meeting = Meeting.objects.get()
    assert answer.status_code == 302
    page = f"/meetings/{meeting.pk}/"
    page_of.post(f"{page}minutes/", {"minutes": "会议开始。"})
    limin = cast.people["limin"].pk
    page_of.post(f"{page}presence/", {f"person_{limin}": "present"})
    wrong = page_of.post(f"{page}decisions/new/", {"text": "检查", "owner": limin})
    assert wrong.status_code == 422
    assert "到期" in wrong.content.decode()
    page_of.post(f"{page}decisions/new/", {"text": "检查", "owner": limin, "due_at": "2026-03-10 17:00"})
    page_of.post(f"{page}verbs/close/", {})
    meeting.refresh_from_db()
    assert meeting.state == "closed"
    shown = page_of.get(page).content.decode()
    assert "检查" in shown
    assert "到会" in shown


@pytest.mark.req("ORG-22")
def test_no_decision_slips_in_once_the_minutes_are_closed(cast: Cast) -> None:
    chair, meeting = cast.actor("wangfang"), called(cast)
    services.write(actor=chair, meeting=meeting, minutes="记录")
    before = Meeting.objects.get(pk=meeting.pk)  # as somebody else had it on the screen
    decision = services.decide(actor=chair, meeting=meeting, text="公布开放时间")
    services.close(actor=chair, meeting=meeting)
    with pytest.raises(flow.NotNow):
        services.decide(
            actor=chair, meeting=before, text="检查", owner=cast.people["limin"], due_at=in_days(5)
        )
    decision.meeting = before
    with pytest.raises(flow.NotNow):
        services.strike(actor=chair, decision=decision)
    assert [row.text for row in meeting.decisions.all()] == ["公布开放时间"]


def test_whoever_was_asked_hears_of_another_time_and_that_it_is_off(cast: Cast) -> None:
    chair, meeting = cast.actor("wangfang"), called(cast, starts_at=in_days(2))

    def told(template: str) -> set[str]:
        return {row.person.name for row in Notice.objects.filter(template=template)}

    services.change(actor=chair, meeting=meeting, agenda="投诉分析")
    assert told("meeting.moved") == set()
    services.change(actor=chair, meeting=meeting, starts_at=in_days(3), place="二楼会议室")
    assert told("meeting.moved") == {"周涛", "李敏", "孙丽"}
    services.cancel(actor=chair, meeting=meeting, reason="领导出差")
    assert told("meeting.cancelled") == {"周涛", "李敏", "孙丽"}
    notice = Notice.objects.filter(template="meeting.cancelled").first()
    assert notice is not None and "领导出差" in notice.body


def test_a_decision_is_struck_while_the_minutes_are_open_and_that_is_on_record(cast: Cast) -> None:
    chair, meeting = cast.actor("wangfang"), called(cast)
    decision = services.decide(actor=chair, meeting=meeting, text="公布开放时间")
    services.strike(actor=chair, decision=decision)
    assert not meeting.decisions.exists()
    assert timeline(meeting)[0].verb == "meeting.struck"
