"""Work with others: work sheets, papers, opinions passed on, delays, arranged requests, returns."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domains.cases.kit import (
    act,
    answer,
    at,
    browser,
    finish,
    fresh,
    inform,
    owed,
    pass_time,
    take_in,
    told,
    verbs,
)
from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import DelayAudit, Paper, Transfer
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.kernel import access, flow, history
from zhize.kernel.db import Invalid, NotFound, Refused
from zhize.kernel.notices.models import Notice
from zhize.kernel.org.models import Appointment, Person, Shift, Unit

pytestmark = pytest.mark.usefixtures("now")


def engineering(cast: Cast) -> Unit:
    return cast.position("engineering_head").unit


def sheet_of(cast: Cast, case: Any, **more: Any) -> Any:
    said = {"unit": engineering(cast), "task": "检查曳引机", "due_at": at(4, 12), **more}
    return cases.send_worksheet(actor=cast.actor("chenjing"), case=fresh(case), **said)


class TestWorkSheets:
    @pytest.mark.req("CAS-09", "TRG-30")
    def test_due_wednesday_noon_it_reminds_at_eight_and_escalates_at_noon(self, cast: Cast, now: Any) -> None:
        case = take_in(cast)
        sheet = sheet_of(cast, case)
        row = sheet.obligation
        history.deliver_all()
        assert Notice.objects.filter(template="worksheet.sent", person=cast.people["hewei"]).count() == 1
        pass_time(now, at(4, 8))
        assert told(row, "remind") == {"何伟"}
        assert told(row, "due") == set()
        pass_time(now, at(4, 12))
        assert {"何伟", "刘强"} <= told(row, "due")
        cases.urge_worksheet(actor=cast.actor("chenjing"), sheet=sheet, note="客户在等")
        assert sheet.urge_count == 1
        assert fresh(case).is_late is True
        assert DelayAudit.objects.get(obligation=row).unit == engineering(cast)

    @pytest.mark.req("CAS-35")
    def test_it_shows_department_agreed_action_date_and_result(self, cast: Cast, now: Any) -> None:
        case = take_in(cast)
        sheet = sheet_of(cast, case)
        now.move_to(at(3, 15))
        page = browser(cast, "hewei")
        answer = page.post(
            f"/worksheets/{sheet.number}/answer/",
            {"agreed": "当晚停梯检修", "result": "更换轴承"},
            follow=True,
        )
        assert "已答复，等发出工作单的人验收。" in answer.content.decode()
        sheet.refresh_from_db()
        assert (sheet.unit, sheet.agreed, sheet.result, sheet.answered_at) == (
            engineering(cast),
            "当晚停梯检修",
            "更换轴承",
            at(3, 15),
        )
        shown = browser(cast, "chenjing").get(f"/worksheets/{sheet.number}/").content.decode()
        for piece in (str(engineering(cast)), "当晚停梯检修", "更换轴承", "15:00"):
            assert piece in shown
        assert Obligation.objects.get(pk=sheet.obligation_id).state == "done"

    def test_returned_it_runs_again_with_a_limit_of_its_own(self, cast: Cast, now: Any) -> None:
        case = take_in(cast)
        sheet = sheet_of(cast, case)
        cases.answer_worksheet(actor=cast.actor("hewei"), sheet=sheet, result="看过了")
        with pytest.raises(Refused):
            cases.return_worksheet(actor=cast.actor("hewei"), sheet=sheet, note="x", due_at=at(6))
        cases.return_worksheet(actor=cast.actor("chenjing"), sheet=sheet, note="没有写结果", due_at=at(5, 12))
        first, second = Obligation.objects.filter(kind="worksheet", subject_id=sheet.pk).order_by("pk")
        assert (first.state, second.state, second.due_at) == ("done", "open", at(5, 12))
        assert (sheet.round, sheet.state) == (2, "received")
        cases.move_worksheet_due(actor=cast.actor("chenjing"), sheet=sheet, due_at=at(6, 12), note="等配件")
        second.refresh_from_db()
        assert second.due_at == at(6, 12)
        cases.answer_worksheet(actor=cast.actor("hewei"), sheet=sheet, result="更换轴承")
        with pytest.raises(Invalid):
            cases.move_worksheet_due(actor=cast.actor("chenjing"), sheet=sheet, due_at=at(9), note="x")
        said = list(history.timeline(sheet).values_list("verb", flat=True))
        assert said.count("worksheet.moved_due") == 1

    @pytest.mark.req("CAS-09", "DUT-17")
    def test_moved_or_handed_over_among_the_obligations_it_shows_so_itself(
        self, cast: Cast, now: Any
    ) -> None:
        sheet, mover = sheet_of(cast, take_in(cast)), cast.actor("liuqiang")
        duties.move_due(actor=mover, obligation=sheet.obligation, due_at=at(6, 12), reason="等配件")
        other = cast.people["kongzhi"]
        duties.reassign(actor=mover, obligation=sheet.obligation, to=other, reason="何伟休假")
        sheet.refresh_from_db()
        assert (sheet.due_at, sheet.person) == (at(6, 12), other)

    def test_nobody_of_another_department_answers_it(self, cast: Cast) -> None:
        sheet = sheet_of(cast, take_in(cast))
        for login in ("zhaoyun", "qianjin"):
            with pytest.raises(Refused):
                cases.answer_worksheet(actor=cast.actor(login), sheet=sheet, result="x")


class TestPapers:
    CONTENT = {"matter": "电梯异响三次", "demand": "查明原因", "limit": "三日内"}

    def write(self, cast: Cast, case: Any, **more: Any) -> Paper:
        said = {"kind": "notice", "content": self.CONTENT, "receivers": [engineering(cast)], **more}
        return cases.write_paper(actor=cast.actor("sunli"), case=fresh(case), **said)

    @pytest.mark.req("CAS-24")
    def test_a_notice_is_audited_by_another_before_it_is_sent(self, cast: Cast) -> None:
        paper = self.write(cast, take_in(cast))
        with pytest.raises(NotFound):
            access.fetch(cast.actor("hewei"), Paper, paper.pk)
        with pytest.raises(flow.NotNow):
            cases.issue_paper(actor=cast.actor("wangfang"), paper=paper)
        cases.submit_paper(actor=cast.actor("sunli"), paper=paper)
        with pytest.raises(Refused):
            cases.issue_paper(actor=cast.actor("sunli"), paper=paper)
        cases.move_paper(actor=cast.actor("wangfang"), paper=paper, verb="give_back", note="写明楼栋")
        cases.rewrite_paper(
            actor=cast.actor("sunli"), paper=paper, content={**self.CONTENT, "matter": "A苑1栋电梯异响"},
            receivers=[engineering(cast), cast.centre],
        )  # fmt: skip
        cases.submit_paper(actor=cast.actor("sunli"), paper=paper)
        with pytest.raises(flow.NotNow):
            cases.rewrite_paper(
                actor=cast.actor("sunli"), paper=paper, content=self.CONTENT, receivers=[cast.centre]
            )
        assert not Notice.objects.filter(template="case.paper").exists()
        cases.issue_paper(actor=cast.actor("wangfang"), paper=paper)
        history.deliver_all()
        assert Notice.objects.filter(template="case.paper", person=cast.people["hewei"]).exists()
        assert paper.audited_by == cast.people["wangfang"]

    @pytest.mark.req("CAS-25")
    def test_the_report_lists_facts_cause_unit_measures_and_who_read_it_when(
        self, cast: Cast, now: Any
    ) -> None:
        content = {
            "facts": "轴承磨损",
            "cause_class": "设施设备故障",
            "responsible_unit": "工程部",
            "measures": "每月检查",
        }
        with pytest.raises(Invalid) as missing:
            self.write(cast, take_in(cast), kind="investigation", content={**content, "measures": " "})
        assert "measures" in missing.value.errors
        paper = self.write(cast, take_in(cast), kind="investigation", content=content)
        cases.submit_paper(actor=cast.actor("sunli"), paper=paper)
        cases.issue_paper(actor=cast.actor("wangfang"), paper=paper)
        now.move_to(at(3, 14))
        assert browser(cast, "hewei").get(f"/papers/{paper.number}/").status_code == 200
        (row,) = paper.receivers.all()
        assert (row.read_by, row.read_at) == (cast.people["hewei"], at(3, 14))
        shown = browser(cast, "sunli").get(f"/papers/{paper.number}/").content.decode()
        for piece in (*content.values(), "何伟", "14:00"):
            assert piece in shown


class TestOpinions:
    @pytest.mark.req("CAS-27")
    def test_a_closed_complaint_with_an_opinion_is_passed_on_and_signed_for(
        self, cast: Cast, now: Any
    ) -> None:
        case = take_in(cast)
        cases.note(actor=cast.actor("chenjing"), case=fresh(case), body="建议每月保养一次", kind="opinion")
        cases.edit(actor=cast.actor("chenjing"), case=fresh(case), responsible_unit=engineering(cast))
        finish(cast, case)
        row = Transfer.objects.get(case=case)
        assert row.unit == engineering(cast)
        assert "建议每月保养一次" in row.text
        assert "已更换导轮" in row.text
        with pytest.raises(Refused):
            cases.receive_transfer(actor=cast.actor("chenjing"), row=row)
        now.move_to(at(3, 10))
        cases.receive_transfer(actor=cast.actor("hewei"), row=row, answer="列入保养计划")
        row.refresh_from_db()
        assert (row.received_by, row.received_at) == (cast.people["hewei"], at(3, 10))
        with pytest.raises(Invalid):
            cases.receive_transfer(actor=cast.actor("hewei"), row=row)
        act(cast, "sunli", case, "reopen", "又响了")
        finish(cast, case)
        assert Transfer.objects.filter(case=case).count() == 1  # each opinion once

    def test_a_complaint_without_an_opinion_is_not(self, cast: Cast) -> None:
        assert not Transfer.objects.filter(case=finish(cast, take_in(cast))).exists()

    def test_who_sent_an_opinion_does_not_sign_for_it(self, cast: Cast) -> None:
        row = cases.transfer(
            actor=cast.actor("wangfang"), case=take_in(cast), unit=cast.centre, text="加强巡查"
        )
        with pytest.raises(Refused):
            cases.receive_transfer(actor=cast.actor("wangfang"), row=row)
        cases.receive_transfer(actor=cast.actor("liuqiang"), row=row)


class TestDelays:
    @pytest.mark.req("CAS-18", "TRG-34")
    def test_each_late_case_needs_a_reason_and_is_audited_by_another(self, cast: Cast, now: Any) -> None:
        case = take_in(cast)
        history.deliver_all()
        pass_time(now, at(3))
        (line,) = DelayAudit.objects.filter(case=case)
        assert owed(case, duty__refs__contains=["TRG-34"]).state == "open"
        with pytest.raises(Invalid):
            cases.audit_delay(actor=cast.actor("zhoutao"), delay=line)
        cases.explain_delay(actor=cast.actor("chenjing"), delay=line, reason="等配件")
        with pytest.raises(Refused):
            cases.audit_delay(actor=cast.actor("chenjing"), delay=line)
        cases.audit_delay(actor=cast.actor("zhoutao"), delay=line)
        assert (line.reason, line.audited_by, line.audited_at) == ("等配件", cast.people["zhoutao"], at(3))
        assert owed(case, duty__refs__contains=["TRG-34"]).state == "done"
        assert {"case.delayed", "case.delay_explained", "case.delay_audited"} <= set(verbs(case))
        with pytest.raises(Invalid):
            cases.explain_delay(actor=cast.actor("chenjing"), delay=line, reason="另有原因")
        assert DelayAudit.objects.get(pk=line.pk).reason == "等配件"

    @pytest.mark.req("TRG-34")
    def test_a_late_look_at_a_delay_is_no_further_delay(self, cast: Cast, now: Any) -> None:
        case = take_in(cast)
        pass_time(now, at(3))
        look = owed(case, duty__refs__contains=["TRG-34"])
        pass_time(now, at(9))
        assert Obligation.objects.get(pk=look.pk).is_late(at(9))
        assert not DelayAudit.objects.filter(obligation=look).exists()


class TestRequests:
    @pytest.mark.req("CAS-43")
    def test_an_owners_request_becomes_a_task_with_date_and_executor(self, cast: Cast, now: Any) -> None:
        case = take_in(cast, type="request", title="搬入大件家具，请安排电梯")
        with pytest.raises(Invalid):
            act(cast, "chenjing", case, "arrange", until=at(1))
        act(cast, "chenjing", case, "arrange", until=at(4, 15))
        task = owed(case, kind="promise")
        assert (task.holder, task.due_at, task.state) == (cast.people["chenjing"], at(4, 15), "open")
        assert fresh(case).next_due_at <= at(4, 15)
        cases.assign(actor=cast.actor("zhoutao"), case=fresh(case), to=cast.people["zhaoyun"])
        answer(cast, case, "zhaoyun", verb="finish", solution="已安排专用电梯")
        task.refresh_from_db()
        assert task.state == "done"
        inform(cast, case)
        assert act(cast, "sunli", case, "close").state == "closed"


class TestReturns:
    @pytest.mark.req("CAS-26")
    def test_the_steps_of_a_return_are_done_in_order_and_each_is_dated(self, cast: Cast, now: Any) -> None:
        case = take_in(cast, type="exchange", title="退停车卡", channel="counter")
        act(cast, "sunli", case, "start")
        officer = cast.actor("sunli")
        with pytest.raises(Invalid):
            cases.tick(actor=officer, case=fresh(case), code="approved")
        for hour, step in enumerate(("requested", "checked", "approved", "received", "settled"), start=10):
            with pytest.raises(flow.NotNow):
                act(cast, "sunli", case, "settle", solution="已退款")
            now.move_to(at(2, hour))
            cases.tick(actor=officer, case=fresh(case), code=step)
            cases.tick(actor=officer, case=fresh(case), code=step)
        assert [row.done_at for row in case.ticks.all()] == [at(2, hour) for hour in range(10, 15)]
        act(cast, "sunli", case, "settle", solution="已退款")
        inform(cast, case)
        shown = browser(cast, "sunli").get(f"/cases/{case.number}/").content.decode()
        for piece in ("10:00", "14:00", "换货或退款"):
            assert piece in shown
        assert act(cast, "sunli", case, "close").state == "closed"


class TestSuggestions:
    @pytest.mark.req("CAS-32")
    def test_none_is_declined_without_analysis_and_an_adopted_one_carries_its_plan(self, cast: Cast) -> None:
        case = take_in(cast, type="suggestion", title="增设充电桩")
        for verb in ("decline", "adopt"):
            with pytest.raises(Invalid) as refused:
                act(cast, "chenjing", case, verb, solution="谢谢")
            assert "analysis" in refused.value.errors
        with pytest.raises(Invalid):
            act(cast, "chenjing", case, "adopt", solution="采纳", analysis="可行")
        act(cast, "chenjing", case, "adopt", solution="采纳", analysis="电容量够", plan="六月前装十个")
        case = fresh(case)
        assert case.outcome == "adopted"
        (kept,) = case.messages.filter(kind="opinion")
        assert "电容量够" in kept.body
        assert "六月前装十个" in kept.body
        other = take_in(cast, type="suggestion", title="改建泳池", room="B101")
        act(cast, "zhaoyun", other, "decline", solution="暂不采纳", analysis="没有场地")
        assert fresh(other).outcome == "not_adopted"

    @pytest.mark.req("CAS-16")
    def test_one_about_the_desk_itself_lands_with_the_lead_on_shift(self, cast: Cast) -> None:
        second = Person.objects.create(name="吴敏", employee_no="A10")
        Appointment.objects.create(
            person=second, position=cast.position("frontdesk_lead"), from_on=at(1).date()
        )
        Shift.objects.create(person=second, unit=cast.centre, from_at=at(2, 8), to_at=at(2, 20))
        desk = take_in(cast, type="suggestion", title="前台多开一个窗口", object_code="front_desk")
        other = take_in(cast, type="suggestion", title="增设充电桩")
        assert (desk.owner, other.owner) == (second, cast.people["chenjing"])
