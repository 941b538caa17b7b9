"""What is told upwards in confidence, and proposals from the talk they were heard in to the version that carries them out."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import translation

from tests.domains.cases.kit import browser
from tests.kit.cast import Cast
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Duty, Obligation
from zhize.domains.meetings import selectors, services
from zhize.domains.meetings.models import Proposal
from zhize.domains.organisation import services as organisation
from zhize.kernel import access, flow, history
from zhize.kernel.access.models import Grant
from zhize.kernel.db import Invalid, NotFound, Outrun, Refused
from zhize.kernel.history.models import Entry
from zhize.kernel.notices.models import Notice
from zhize.kernel.org.models import Appointment, Position
from zhize.lib import clock

FRIDAY = datetime(2026, 3, 6, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _friday() -> Any:
    with time_machine.travel(FRIDAY, tick=False) as traveller:
        yield traveller


@pytest.mark.req("ORG-23")
def test_a_report_on_a_dispute_is_read_by_author_and_superior_only(cast: Cast) -> None:
    talk = services.record_talk(
        actor=cast.actor("zhoutao"), kind="dispute", text="两名前台发生争执", about=cast.people["limin"]
    )
    # Whoever may see everything everywhere still does not see this.
    Grant.objects.filter(position=cast.position("archivist"), capability="talk.view").update(scope="all")
    readers = {
        login for login in cast.people if selectors.talks(cast.actor(login)).filter(pk=talk.pk).exists()
    }
    assert readers == {"zhoutao", "wangfang"}
    for login in ("liuqiang", "limin", "sunli"):
        assert browser(cast, login).get(f"/talks/{talk.pk}/").status_code == 404
    assert "争执" in browser(cast, "wangfang").get(f"/talks/{talk.pk}/").content.decode()
    assert [row.person.name for row in Notice.objects.filter(subject_type="meetings.talk")] == ["王芳"]
    said = "".join(str(entry.data) + entry.note for entry in history.timeline(talk))
    assert "争执" not in said
    assert not any("争执" in f"{row.title}{row.body}" for row in Notice.objects.all())


@pytest.mark.req("ORG-24")
def test_a_subordinates_suggestion_is_logged_answered_and_leads_to_the_changed_rule(cast: Cast) -> None:
    lead, manager = cast.actor("wangfang"), cast.actor("liuqiang")
    talk = services.record_talk(
        actor=lead, kind="arrangement", to=cast.people["limin"], text="李敏建议日盘点表改为下班后半小时交"
    )
    services.answer(actor=cast.actor("limin"), talk=talk, text="谢谢")
    duty = Duty.objects.get(code="daily_stocktake")
    proposal = services.file_proposal(
        actor=lead, kind="rule", title="盘点表时间", text="下班后半小时内", duty=duty, source=talk
    )
    assert proposal.suggested_by == cast.people["limin"]
    services.adopt(actor=manager, proposal=proposal, decision="同意")
    duties.change_duty(actor=manager, duty=duty, reason=f"采纳建议 {proposal.number}", weight=2)
    proposal.refresh_from_db()
    duty.refresh_from_db()
    assert (proposal.state, proposal.duty_version) == ("done", duty.current)
    assert proposal.number in duty.current.reason
    shown = browser(cast, "wangfang").get(f"/talks/{talk.pk}/").content.decode()
    assert proposal.number in shown


@pytest.mark.req("ORG-25")
def test_the_department_manager_decides_and_the_second_version_cites_it(cast: Cast) -> None:
    duty = Duty.objects.get(code="daily_stocktake")
    proposal = services.file_proposal(
        actor=cast.actor("limin"), kind="rule", title="简化盘点", text="合并两张表", duty=duty
    )
    owed = Obligation.objects.get(subject_type="meetings.proposal", subject_id=proposal.pk)
    assert owed.position == proposal.decider
    page = browser(cast, "liuqiang")
    decider = next(
        login for login in ("wangfang", "liuqiang") if cast.actor(login).holds(proposal.decider.code)
    )
    page = browser(cast, decider)
    assert page.post(f"/proposals/{proposal.pk}/verbs/adopt/", {"decision": ""}).status_code == 422
    assert page.post(f"/proposals/{proposal.pk}/verbs/adopt/", {"decision": "可行"}).status_code == 302
    owed.refresh_from_db()
    assert owed.state == "done"
    version = duties.change_duty(
        actor=cast.actor("liuqiang"), duty=duty, reason=f"按建议 {proposal.number} 修改", weight=3
    )
    assert version.number == 2
    proposal.refresh_from_db()
    assert proposal.duty_version == version


@pytest.mark.req("ORG-10")
def test_the_manager_suggests_a_dismissal_that_only_the_next_superior_decides(cast: Cast) -> None:
    head = Position.objects.create(unit=cast.company, code="general_manager", name="总经理")
    Grant.objects.bulk_create(
        Grant(position=head, capability=code, scope="all")
        for code in ("proposal.decide_staff", "proposal.view")
    )
    manager = cast.position("centre_manager")
    manager.reports_to = head
    manager.save()
    boss = cast.people["hewei"]
    boss.appointments.update(position=head)
    actor = cast.actor("liuqiang")
    proposal = services.file_proposal(
        actor=actor, kind="dismiss", title="解聘建议", text="多次违规", about=cast.people["limin"]
    )
    assert proposal.decider == head
    with pytest.raises(flow.NotNow):
        services.adopt(actor=actor, proposal=proposal, decision="同意")
    # Nobody below reads it, not even in the titles of what is owed.
    assert not selectors.proposals(cast.actor("wangfang")).exists()
    with pytest.raises(NotFound):
        access.fetch(cast.actor("wangfang"), Proposal, proposal.pk)
    assert "解聘" not in str(Obligation.objects.get(subject_type="meetings.proposal"))
    assert not Entry.objects.filter(subject_label__contains="解聘").exists()
    services.decline(actor=cast.actor("hewei"), proposal=proposal, decision="先培训")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by, proposal.decision) == ("declined", boss, "先培训")
    # Nor does the log, which more people may search, say what was decided about whom.
    for entry in Entry.objects.filter(subject_type="meetings.proposal"):
        assert "培训" not in f"{entry.data}{entry.changes}{entry.note}"


def test_a_proposal_nobody_above_may_decide_says_so(cast: Cast) -> None:
    with pytest.raises(Invalid) as fault:
        services.file_proposal(actor=cast.actor("liuqiang"), kind="rule", title="甲", text="乙")
    assert "上级" in str(fault.value.errors["kind"])


def test_only_a_version_made_after_the_decision_carries_it_out(cast: Cast) -> None:
    manager, duty = cast.actor("liuqiang"), Duty.objects.get(code="daily_stocktake")
    proposal = services.file_proposal(
        actor=cast.actor("wangfang"), kind="rule", title="甲", text="乙", duty=duty
    )
    assert duty.current is not None
    later = max(FRIDAY, duty.current.made_at) + timedelta(hours=1)
    with time_machine.travel(later, tick=False):
        services.adopt(actor=manager, proposal=proposal, decision="同意")
        assert not selectors.versions_since(proposal).exists()
        with pytest.raises(Invalid):
            services.carry_out(actor=manager, proposal=proposal, outcome="已改", duty_version=duty.current)
        services.carry_out(actor=manager, proposal=proposal, outcome="口头布置")
    assert proposal.ended_at == later


def test_the_author_withdraws_and_nothing_is_owed_any_more(cast: Cast) -> None:
    proposal = services.file_proposal(actor=cast.actor("limin"), kind="other", title="甲", text="乙")
    with pytest.raises((flow.NotNow, Refused, NotFound)):
        services.withdraw(actor=cast.actor("sunli"), proposal=proposal, reason="不")
    services.withdraw(actor=cast.actor("limin"), proposal=proposal, reason="当事人已离职")
    owed = Obligation.objects.get(subject_type="meetings.proposal")
    assert owed.state == "cancelled"
    # Why stays with the proposal; what is owed may be seen by more people.
    entry = Entry.objects.get(verb="obligation.cancelled", subject_id=owed.pk)
    assert "离职" not in f"{entry.note}{entry.data}{entry.sentence()}"
    with translation.override("en"):
        assert entry.remark == "the proposal was withdrawn"


@pytest.mark.req("ORG-10", "ORG-25")
def test_who_stands_in_for_the_decider_himself_has_it_decided_further_up(cast: Cast) -> None:
    author, manager = cast.people["wangfang"], cast.position("centre_manager")
    Grant.objects.get_or_create(
        position=cast.position("service_supervisor"), capability="proposal.decide", defaults={"scope": "unit"}
    )
    Appointment.objects.create(
        person=author, position=cast.position("frontdesk_lead"), from_on=FRIDAY.date(), kind="acting"
    )
    actor = dataclasses.replace(cast.actor("wangfang"), position_id=cast.position("frontdesk_lead").pk)
    proposal = services.file_proposal(actor=actor, kind="rule", title="甲", text="乙")
    assert proposal.decider == manager


@pytest.mark.req("ORG-25")
def test_only_a_sheet_issued_after_the_decision_carries_it_out(cast: Cast) -> None:
    manager, position = cast.actor("liuqiang"), cast.position("ambassador")
    old = organisation.issue_sheet(
        actor=manager, position=position, effective_from=FRIDAY.date() - timedelta(days=1)
    )
    proposal = services.file_proposal(
        actor=cast.actor("wangfang"), kind="rule", title="甲", text="乙", about_position=position
    )
    services.adopt(actor=manager, proposal=proposal, decision="同意")
    with pytest.raises(Invalid):
        services.carry_out(actor=manager, proposal=proposal, outcome="已改", sheet_version=old)
    new = organisation.issue_sheet(actor=manager, position=position, effective_from=FRIDAY.date())
    services.carry_out(actor=manager, proposal=proposal, outcome="已改", sheet_version=new)
    assert (proposal.state, proposal.sheet_version) == ("done", new)


def test_a_talk_is_answered_once_and_by_its_receiver(cast: Cast) -> None:
    talk = services.record_talk(actor=cast.actor("limin"), kind="causes", text="门禁老化", measures="更换")
    with pytest.raises(Refused):
        services.answer(actor=cast.actor("limin"), talk=talk, text="自问自答")
    boss = next(login for login in ("zhoutao", "wangfang") if cast.actor(login).holds(talk.to_position.code))
    assert browser(cast, boss).post(f"/talks/{talk.pk}/read/").status_code == 302
    services.answer(actor=cast.actor(boss), talk=type(talk).objects.get(pk=talk.pk), text="已安排")
    talk.refresh_from_db()
    assert (talk.answer, talk.read_at) == ("已安排", clock.now())
    with pytest.raises(Outrun):
        services.answer(actor=cast.actor(boss), talk=talk, text="再答")
