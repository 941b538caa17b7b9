"""Fire, incidents and major complaints: the right people know within minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.domains.cases.kit import (
    act,
    answer,
    api,
    at,
    browser,
    called_back,
    fresh,
    inform,
    owed,
    pass_time,
    take_in,
    verbs,
)
from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Alarm, AlarmCall, MajorReport
from zhize.domains.duties.models import Obligation
from zhize.kernel import flow, history
from zhize.kernel.db import Invalid, Refused
from zhize.kernel.notices.models import Notice
from zhize.kernel.org.models import Shift

pytestmark = pytest.mark.usefixtures("now")


class TestFire:
    @pytest.mark.req("CAS-23", "TRG-25")
    def test_control_centre_and_everybody_on_shift_know_within_a_minute_with_their_task(
        self, cast: Cast, now: Any
    ) -> None:
        now.move_to(at(2, 10))
        case = cases.report_fire(actor=cast.actor("chenjing"), place="A苑1栋3楼", title="楼道起火")
        now.shift(timedelta(seconds=40))
        history.deliver_all()
        told = {row.person.name: row for row in Notice.objects.filter(template="case.alarm")}
        on_shift = {person.name for login, person in cast.people.items() if login != "qianjin"}
        assert set(told) == on_shift
        assert all(row.created_at - at(2, 10) < timedelta(minutes=1) for row in told.values())
        assert all(row.needs_ack and row.urgent for row in told.values())
        calls = {row.person.name: row for row in AlarmCall.objects.filter(alarm__case=case)}
        assert "拨打119" in calls["孔志"].task
        assert "拨打119" in told["孔志"].body
        assert "逐层通知疏散" in calls["赵云"].task
        assert "总指挥" in calls["刘强"].task
        now.move_to(at(2, 10, 2))
        page = browser(cast, "zhaoyun")
        shown = page.get(f"/cases/{case.number}/").content.decode()
        assert "逐层通知疏散" in shown
        assert page.post(f"/cases/{case.number}/alarm/acknowledge/").status_code in {200, 204, 302}
        call = AlarmCall.objects.get(pk=calls["赵云"].pk)
        assert (call.told_at, call.acknowledged_at) == (at(2, 10), at(2, 10, 2))
        assert "case.alarm_acknowledged" in verbs(case)

    @pytest.mark.req("CAS-23")
    def test_it_interrupts_everybody_called_on_every_page_until_each_has_said_that_he_has_it(
        self, cast: Cast
    ) -> None:
        """One who acknowledges speaks for himself: everybody else is still interrupted and still owes it."""
        watchman, other = browser(cast, "hewei"), browser(cast, "limin")
        case = cases.report_fire(actor=cast.actor("chenjing"), place="A苑1栋3楼", title="楼道起火")
        confirm = f"/cases/{case.number}/alarm/acknowledge/"
        task = AlarmCall.objects.get(alarm__case=case, person=cast.people["limin"]).task
        for page in (other.get("/"), other.get("/notices/"), other.get("/ui/bell/")):
            shown = page.content.decode()
            assert "A苑1栋3楼" in shown
            assert task in shown
            assert f'hx-post="{confirm}"' in shown
        assert [alarm.confirm for alarm in other.get("/").context["alarms"]] == [confirm]
        waiting = {row.holder for row in Obligation.objects.filter(ended_at=None) if "火情" in str(row.name)}
        assert watchman.post(confirm).status_code == 302
        assert confirm not in watchman.get("/").content.decode()
        assert confirm in other.get("/").content.decode()
        still = {row.holder for row in Obligation.objects.filter(ended_at=None) if "火情" in str(row.name)}
        assert cast.people["limin"] in still == waiting - {cast.people["hewei"]}
        assert other.post(confirm).status_code == 302
        assert confirm not in other.get("/ui/bell/").content.decode()
        told = Notice.objects.get(template="case.alarm", person=cast.people["limin"])
        assert told.ack_at is not None
        assert browser(cast, "qianjin").post(confirm).status_code == 404

    @pytest.mark.req("CAS-22")
    def test_a_false_or_ended_alarm_interrupts_nobody_and_nobody_answers_a_customer_who_is_not_there(
        self, cast: Cast
    ) -> None:
        page = browser(cast, "limin")
        false = cases.report_fire(actor=cast.actor("chenjing"), place="车库", title="冒烟")
        over = cases.report_fire(actor=cast.actor("chenjing"), place="B苑", title="起火")
        assert len(page.get("/").context["alarms"]) == 2
        assert not page.get(f"/cases/{false.number}/").context["may_reply"]
        act(cast, "wangfang", false, "void", "烧烤")
        cases.end_alarm(actor=cast.actor("wangfang"), alarm=over.alarm, measures="扑灭", aftermath="清扫")
        assert page.get("/").context["alarms"] == []

    @pytest.mark.req("CAS-23")
    def test_a_department_that_finds_the_fire_alerts_the_whole_centre(self, cast: Cast) -> None:
        case = cases.report_fire(actor=cast.actor("hewei"), place="水泵房", title="电机冒烟")
        assert case.unit == cast.centre
        assert {"李敏", "陈静", "刘强"} <= {row.person.name for row in case.alarm.calls.all()}

    def test_with_a_roster_only_who_is_on_shift_and_the_named_positions_are_told(self, cast: Cast) -> None:
        Shift.objects.create(person=cast.people["limin"], unit=cast.centre, from_at=at(2, 8), to_at=at(2, 20))
        case = cases.report_fire(actor=cast.actor("limin"), place="车库", title="电动车起火")
        told = {row.person.name for row in case.alarm.calls.all()}
        assert told == {"李敏", "孔志", "刘强", "王芳", "何伟"}

    def test_somebody_who_was_not_called_cannot_acknowledge_and_an_alarm_is_raised_once(
        self, cast: Cast
    ) -> None:
        case = cases.report_fire(actor=cast.actor("limin"), place="A苑", title="起火")
        with pytest.raises(Invalid):
            cases.acknowledge(actor=cast.actor("qianjin"), alarm=case.alarm)
        with pytest.raises(Invalid):
            cases.raise_alarm(actor=cast.actor("limin"), case=fresh(case), place="A苑")
        with pytest.raises(Invalid):
            cases.report_fire(actor=cast.actor("limin"), place=" ", title="起火")

    def test_tasks_come_from_positions_held_today(self, cast: Cast) -> None:
        """Who once was control operator does not get the control operator's task."""
        cast.people["limin"].appointments.create(
            position=cast.position("control_operator"),
            from_on=at(1, month=1).date(),
            to_on=at(1, month=2).date(),
        )
        case = cases.report_fire(actor=cast.actor("limin"), place="A苑", title="起火")
        assert "住户" in case.alarm.calls.get(person=cast.people["limin"]).task


class TestIncident:
    @pytest.mark.req("CAS-22", "TRG-26")
    def test_found_reported_persons_measures_and_aftermath_stand_on_its_page(
        self, cast: Cast, now: Any
    ) -> None:
        now.move_to(at(2, 9, 10))
        case = take_in(cast, type="incident", title="水管爆裂", accepted_at=at(2, 9))
        alarm = Alarm.objects.get(case=case)
        assert (alarm.found_at, alarm.raised_at) == (at(2, 9), at(2, 9, 10))
        assert {"王芳", "刘强"} <= {row.person.name for row in alarm.calls.all()}
        history.deliver_all()
        assert Notice.objects.filter(template="case.alarm", person=cast.people["liuqiang"]).exists()
        act(cast, "wangfang", case, "contain", solution="关闭阀门")
        with pytest.raises(flow.NotNow, match="善后"):
            act(cast, "wangfang", case, "close")
        cases.end_alarm(
            actor=cast.actor("wangfang"), alarm=alarm, measures="关阀抢修", aftermath="清理积水，赔付地板"
        )
        shown = browser(cast, "wangfang").get(f"/cases/{case.number}/").content.decode()
        for piece in ("09:00", "09:10", "王芳", "关阀抢修", "清理积水，赔付地板"):
            assert piece in shown
        assert act(cast, "wangfang", case, "close").state == "closed"


class TestMajor:
    @pytest.mark.req("CAS-20")
    def test_the_named_roles_know_at_once_and_a_proposal_is_demanded_in_time(
        self, cast: Cast, now: Any
    ) -> None:
        case = take_in(cast)
        now.shift(timedelta(minutes=20))
        sent = browser(cast, "sunli").post(f"/cases/{case.number}/major/", {"reason": "多户联名"})
        assert sent.status_code in {200, 204, 302}
        report = MajorReport.objects.get(case=case)
        history.deliver_all()
        limit = timedelta(minutes=1)
        assert all(
            row.created_at - at(2, 9, 20) < limit for row in Notice.objects.filter(template="case.major")
        )
        told = set(Notice.objects.filter(template="case.major").values_list("person__name", flat=True))
        assert told == {"王芳", "刘强"} == {person.name for person in report.told.all()}
        demanded = owed(case, kind="task")
        assert (demanded.holder, demanded.due_at) == (cast.people["wangfang"], at(2, 13, 20))
        with pytest.raises(flow.NotNow, match="处理建议"):
            answer(cast, case)
        pass_time(now, at(2, 12))
        cases.propose(actor=cast.actor("wangfang"), report=report, proposal="约见业主代表")
        demanded.refresh_from_db()
        assert (demanded.state, demanded.late) == ("done", False)
        cases.decide(actor=cast.actor("liuqiang"), report=report, decision="同意")
        with pytest.raises(Invalid):
            cases.decide(actor=cast.actor("liuqiang"), report=report, decision="不同意")
        assert answer(cast, case).category == "resolved"
        shown = browser(cast, "wangfang").get(f"/cases/{case.number}/").content.decode()
        for piece in ("多户联名", "约见业主代表", "同意"):
            assert piece in shown

    @pytest.mark.req("CAS-20")
    def test_what_comes_from_a_regulator_or_is_taken_in_as_major_is_reported_by_itself(
        self, cast: Cast
    ) -> None:
        official = take_in(cast, "sunli", type="official_complaint", channel="regulator", title="12345转办")
        grave = take_in(cast, severity="major", room="B101")
        plain = take_in(cast, room="C101")
        assert MajorReport.objects.filter(case__in=[official, grave]).count() == 2
        assert fresh(official).is_major
        assert fresh(grave).is_major
        assert not fresh(plain).is_major
        with pytest.raises(Invalid):
            cases.edit(actor=cast.actor("sunli"), case=fresh(plain), severity="major")
        with pytest.raises(Invalid):
            cases.make_major(actor=cast.actor("sunli"), case=fresh(grave), reason="再报一次")

    def test_only_who_may_decides(self, cast: Cast) -> None:
        case = take_in(cast, severity="major")
        cases.propose(actor=cast.actor("wangfang"), report=fresh(case).major, proposal="约见")
        with pytest.raises(Refused):
            cases.decide(actor=cast.actor("wangfang"), report=fresh(case).major, decision="同意")

    def test_a_voided_major_case_owes_no_proposal(self, cast: Cast) -> None:
        case = take_in(cast, severity="major")
        act(cast, "wangfang", case, "void", "登记错了")
        assert owed(case, kind="task").state == "cancelled"

    def test_through_the_api_too(self, cast: Cast) -> None:
        case = take_in(cast)
        done = api(cast, "sunli").post(f"/cases/{case.pk}/verbs/make_major", {"reason": "媒体关注"})
        assert done.json()["is_major"] is True
        assert (
            api(cast, "qianjin").post(f"/cases/{case.pk}/verbs/make_major", {"reason": "x"}).status_code
            == 404
        )


class TestAskingAbove:
    @pytest.mark.req("CAS-19")
    def test_from_agent_to_lead_to_supervisor_to_director_each_with_its_time(
        self, cast: Cast, now: Any
    ) -> None:
        case = take_in(cast, owner="limin")
        cases.consult(actor=cast.actor("limin"), case=fresh(case), body="客户要求赔偿，怎么答复？")
        now.move_to(at(2, 9, 30))
        history.deliver_all()
        assert Notice.objects.get(template="case.consulted").person == cast.people["zhoutao"]
        page = browser(cast, "zhoutao")
        assert page.post(f"/cases/{case.number}/consult/", {"body": "金额超出前台权限"}).status_code in {
            200,
            204,
            302,
        }
        history.deliver_all()
        now.move_to(at(2, 10))
        top = browser(cast, "wangfang")
        assert "金额超出前台权限" in top.get(f"/cases/{case.number}/").content.decode()
        cases.consult(actor=cast.actor("wangfang"), case=fresh(case), body="质量问题严重，请主任定")
        history.deliver_all()
        assert Notice.objects.filter(template="case.consulted", person=cast.people["liuqiang"]).count() == 1
        path = [
            (row.at, row.actor_label, row.data["to"])
            for row in history.timeline(case)
            if row.verb == "case.consulted"
        ]
        assert sorted(path) == [
            (at(2), "李敏", "周涛"),
            (at(2, 9, 30), "周涛", "王芳"),
            (at(2, 10), "王芳", "刘强"),
        ]
        assert fresh(case).messages.filter(kind="request").count() == 3
        shown = browser(cast, "liuqiang").get(f"/cases/{case.number}/").content.decode()
        for piece in ("质量问题严重，请主任定", "09:00", "09:30", "10:00"):
            assert piece in shown

    def test_at_the_top_there_is_nobody_to_ask(self, cast: Cast) -> None:
        case = take_in(cast)
        with pytest.raises(Invalid):
            cases.consult(actor=cast.actor("liuqiang"), case=fresh(case), body="？")


def test_the_close_of_a_complaint_hides_no_open_proposal(cast: Cast) -> None:
    """Made major after the answer: the proposal is still demanded before the end."""
    case = take_in(cast)
    answer(cast, case)
    called_back(cast, case)
    inform(cast, case)
    cases.make_major(actor=cast.actor("sunli"), case=fresh(case), reason="又联名了")
    with pytest.raises(flow.NotNow, match="处理建议"):
        act(cast, "sunli", case, "close")
