"""From the contact to the closing: numbers, states, answers, and what must be done before the end."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.html import escape

from tests.domains.cases.kit import (
    act,
    answer,
    api,
    at,
    browser,
    called_back,
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
from zhize.domains.cases.models import Case
from zhize.domains.cases.services.moving import SameHands
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.kernel import flow, history, packs
from zhize.kernel.db import Invalid, Outrun
from zhize.kernel.notices.models import Delivery, Notice

pytestmark = pytest.mark.usefixtures("now")


class TestTypes:
    @pytest.mark.req("CAS-01")
    def test_each_type_opens_with_its_own_form_number_and_clock(self, cast: Cast) -> None:
        complaint = take_in(cast)
        fault = take_in(cast, type="fault", title="水管漏水")
        consultation = take_in(cast, type="consultation", title="停车费怎么交")
        assert [row.number.split("-")[0] for row in (complaint, fault, consultation)] == ["TS", "BX", "ZX"]
        desk, own = browser(cast, "limin"), {}
        for spec in packs.listing("case_types"):
            asked = desk.get(reverse("channels:type_fields"), {"type": spec.code}).content.decode()
            own[spec.code] = frozenset(re.findall(r'name="own-(\w+)"', asked))
            assert all(state.label.zh for state in spec.states)
        assert len(own) >= 8
        assert len(set(own.values())) == len(own), own
        assert frozenset() not in own.values()
        owed_of = {
            case.type_code: set(
                Obligation.objects.filter(subject_type="cases.case", subject_id=case.pk).values_list(
                    "duty__code", "due_at"
                )
            )
            for case in (complaint, fault, consultation)
        }
        assert len(set(map(frozenset, owed_of.values()))) == 3
        with pytest.raises(Invalid) as refused:
            take_in(cast, type="exchange", title="退停车卡", channel="counter", answers={"nonsense": "x"})
        assert refused.value.errors

    @pytest.mark.req("CAS-01", "CAS-16")
    def test_the_desk_is_asked_what_only_this_type_asks(self, cast: Cast) -> None:
        page = browser(cast, "limin")
        asked = page.get(reverse("channels:type_fields"), {"type": "complaint"}).content.decode()
        assert "顾客诉求" in asked
        assert "期望的效果" not in asked
        given = {
            "channel": "counter", "type": "suggestion", "severity": "normal", "title": "多开一个窗口", "contact_name": "访客",
            "object_code": "front_desk", "own-expected": "少排队",
        }  # fmt: skip
        assert page.post(reverse("channels:intake"), given).status_code in {200, 204, 302}
        case = Case.objects.get(title="多开一个窗口")
        assert (case.answers["expected"], case.owner) == ("少排队", cast.people["zhoutao"])
        shown = page.get(f"/cases/{case.number}/").content.decode()
        assert "少排队" in shown

    @pytest.mark.req("CAS-03")
    def test_a_case_stores_the_version_of_the_procedure_it_follows(self, cast: Cast) -> None:
        before = take_in(cast)
        assert before.release.version == "1.0"
        verb_of = {move.verb for move in before.spec.moves}
        release = before.release
        release.spec["sections"]["case_types"] = [
            {**item, "moves": [move for move in item["moves"] if move["verb"] != "return"]}
            if item["code"] == "complaint"
            else item
            for item in release.spec["sections"]["case_types"]
        ]
        type(release).objects.filter(pk=release.pk).update(current=False)
        newer = type(release).objects.create(
            pack=release.pack, version="2.0", number=release.number + 1, spec=release.spec, checksum="2" * 64,
            source_checksum="2" * 64, applied_at=release.applied_at, applied_by="test",
        )  # fmt: skip
        after = take_in(cast, room="B101")
        assert (fresh(before).release_id, after.release_id) == (release.pk, newer.pk)
        assert {move.verb for move in fresh(before).spec.moves} == verb_of
        assert "return" not in {move.verb for move in after.spec.moves}


class TestAtOnce:
    @pytest.mark.req("CAS-04")
    def test_solved_on_first_contact_closes_with_its_solution(self, cast: Cast) -> None:
        case = fresh(take_in(cast, solution="已电话说明收费标准"))
        assert (case.state, case.on_contact, case.solution) == ("closed", True, "已电话说明收费标准")
        assert case.owner == cast.people["limin"]
        assert case.answered_at == case.informed_at == case.closed_at == case.accepted_at
        (held,) = case.assignments.all()
        assert held.person == cast.people["limin"]
        assert not case.callbacks.exists()
        assert "case.forwarded" not in verbs(case)

    @pytest.mark.req("CAS-04")
    def test_nobody_but_who_took_it_in_solves_on_the_spot(self, cast: Cast) -> None:
        case = take_in(cast)
        with pytest.raises(flow.NotNow):
            act(cast, "chenjing", case, "solve", solution="解决了")
        assert fresh(case).state == "accepted"

    def test_a_solution_is_needed(self, cast: Cast) -> None:
        case = take_in(cast, type="consultation")
        with pytest.raises(Invalid):
            act(cast, "limin", case, "solve")


class TestWithinADay:
    @pytest.mark.req("CAS-05", "TRG-01")
    def test_a_complaint_without_reply_is_late_after_a_day_and_escalates(self, cast: Cast, now: Any) -> None:
        case = take_in(cast, owner="limin")
        history.deliver_all()  # forwarding stops the clock of the forwarding
        assert fresh(case).next_due_at == at(3)
        pass_time(now, at(3) - timedelta(minutes=1))
        assert fresh(case).is_late is False
        pass_time(now, at(3))
        assert fresh(case).is_late is True
        assert "周涛" in told(owed(case, duty__refs__contains=["TRG-01"]), "due")
        (line,) = case.delays.all()
        assert (line.person, line.late_since) == (cast.people["limin"], at(3))

    @pytest.mark.req("CAS-06", "TRG-02", "TRG-03")
    def test_forwarding_is_mailed_at_once_and_its_time_stands_on_the_case(self, cast: Cast, now: Any) -> None:
        case = take_in(cast, owner="hewei")
        now.shift(timedelta(minutes=3))
        history.deliver_all()
        case = fresh(case)
        assert case.forwarded_at - case.accepted_at == timedelta(minutes=3)
        mail = Delivery.objects.get(template="case.forwarded", person=cast.people["hewei"])
        assert (mail.channel, mail.address) == ("email", "hewei@wy.example")
        assert "2026-03-03 09:00 前" in mail.body, "the answer's limit, not the forwarding's"
        assert f"{settings.CONFIG.base_url}/cases/{case.number}/" in mail.body
        pass_time(now, at(3))
        reply = owed(case, duty__refs__contains=["TRG-03"])
        assert (reply.holder, reply.state, fresh(case).is_late) == (cast.people["hewei"], "open", True)
        assert "王芳" in told(reply, "due")
        page = browser(cast, "sunli")
        shown = page.get(f"/cases/{case.number}/").content.decode()
        assert "转发" in shown
        assert "受理后 3 分" in shown
        now.shift(timedelta(minutes=1))
        assert "due-red" in page.get("/cases/?chip=all").content.decode()

    @pytest.mark.req("CAS-07", "TRG-04")
    def test_a_complaint_of_court_a_on_saturday_evening_is_due_on_sunday_evening(
        self, cast: Cast, now: Any
    ) -> None:
        now.move_to(at(7, 20))
        case = take_in(cast)
        row = owed(case, duty__refs__contains=["TRG-04"])
        assert (row.holder, row.due_at) == (cast.people["chenjing"], at(8, 20))


class TestFault:
    @pytest.mark.req("CAS-15")
    def test_a_fault_has_the_times_accepted_transferred_repaired_informed(self, cast: Cast, now: Any) -> None:
        case = take_in(cast, type="fault", title="路灯不亮")
        now.shift(timedelta(minutes=5))
        assert fresh(case).owner == cast.people["hewei"]
        now.move_to(at(2, 11))
        answer(cast, case, verb="repair", solution="更换灯泡")
        with pytest.raises(flow.NotNow, match="告知客户"):
            act(cast, "sunli", case, "close")
        now.move_to(at(2, 12))
        inform(cast, case, "limin")
        case = fresh(case)
        moments = (case.accepted_at, case.dispatched_at, case.answered_at, case.informed_at)
        assert moments == (at(2), at(2), at(2, 11), at(2, 12))
        shown = browser(cast, "zhoutao").get(f"/cases/{case.number}/").content.decode()
        for label, hour in (("受理", "09:00"), ("派单", "09:00"), ("已修复", "11:00"), ("告知客户", "12:00")):
            assert re.search(rf"<dt[^>]*>{label}</dt>\s*<dd[^>]*>[^/]*{hour}", shown), label
        assert api(cast, "zhoutao").get(f"/cases/{case.pk}").json()["dispatched_at"]


class TestBeforeTheEnd:
    @pytest.mark.req("CAS-02")
    def test_a_case_with_an_open_work_sheet_promise_or_part_cannot_be_closed(self, cast: Cast) -> None:
        case = take_in(cast)
        head = cast.position("engineering_head").unit
        sheet = cases.send_worksheet(
            actor=cast.actor("chenjing"), case=case, unit=head, task="检查", due_at=at(4, 12)
        )
        promised = cases.promise(
            actor=cast.actor("chenjing"), case=fresh(case), text="周三前回电", due_at=at(4, 12)
        )
        part = take_in(cast, title="二楼也有异响")
        cases.put_under(actor=cast.actor("zhoutao"), case=part, parent=fresh(case))
        answer(cast, case)
        called_back(cast, case)
        inform(cast, case)
        for step in ("工作单", "承诺", "下级工单"):
            with pytest.raises(flow.NotNow, match=step):
                act(cast, "sunli", case, "close")
            if step == "工作单":
                cases.answer_worksheet(actor=cast.actor("hewei"), sheet=sheet, result="已检查")
                cases.accept_worksheet(actor=cast.actor("sunli"), sheet=sheet)
            elif step == "承诺":
                cases.keep(actor=cast.actor("chenjing"), promised=promised)
            else:
                act(cast, "zhoutao", part, "void", "并在一起处理")
        assert act(cast, "sunli", case, "close").state == "closed"

    @pytest.mark.req("CAS-02")
    def test_no_lifecycle_of_a_pack_gets_around_it(self, cast: Cast) -> None:
        """The consultation's own moves ask for nothing before they close."""
        case = take_in(cast, type="consultation", title="查询", owner="chenjing")
        cases.promise(actor=cast.actor("chenjing"), case=fresh(case), text="今天回电", due_at=at(2, 18))
        with pytest.raises(flow.NotNow, match="承诺"):
            answer(cast, case)
        with pytest.raises(flow.NotNow, match="承诺"):
            act(cast, "zhoutao", case, "void", "登记错了")

    @pytest.mark.req("CAS-02")
    def test_the_printed_record_shows_every_step(self, cast: Cast, now: Any) -> None:
        case = take_in(cast)
        cases.note(actor=cast.actor("chenjing"), case=fresh(case), body="已到现场看过")
        cases.urge(actor=cast.actor("sunli"), case=fresh(case), note="请尽快答复")
        pass_time(now, at(3, 10))
        finish(cast, case)
        paper = browser(cast, "sunli").get(f"/cases/{case.number}/print/").content.decode()
        assert "顾客投诉（建议）记录表" in paper
        told = [
            str(escape(entry.sentence()))
            for entry in history.timeline(case)
            if entry.verb not in {"case.replied", "case.noted"}  # their words stand there instead
        ]
        assert "obligation.escalated" in verbs(case)
        said = ["已到现场看过", "请尽快答复", "已更换导轮", "已经处理好"]
        assert len(told) > 8
        assert re.search(r"<dt>受理</dt><dd>李敏</dd>.*<dt>处理人</dt><dd>陈静</dd>", paper, re.DOTALL)
        for piece in (case.number, *told, *said):
            assert piece in paper, piece

    @pytest.mark.req("CAS-28", "CAS-44")
    def test_the_customer_is_told_the_result_before_closing_and_the_chasing_stands_on_the_case(
        self, cast: Cast, now: Any
    ) -> None:
        case = take_in(cast)
        cases.urge(actor=cast.actor("sunli"), case=fresh(case), note="客户催问")
        cases.urge(actor=cast.actor("wangfang"), case=fresh(case), note="今天必须答复")
        history.deliver_all()
        assert Notice.objects.filter(template="case.urged", person=cast.people["chenjing"]).count() == 2
        answer(cast, case)
        with pytest.raises(flow.NotNow, match="告知客户"):
            act(cast, "sunli", case, "close")
        now.shift(timedelta(minutes=30))
        cases.inform(actor=cast.actor("chenjing"), case=fresh(case), channel="phone", note="电话告知处理结果")
        called_back(cast, case)
        case = act(cast, "sunli", case, "close")
        assert (case.urge_count, case.informed_at) == (2, at(2, 9, 30))
        assert verbs(case).count("case.urged") == 2
        shown = browser(cast, "sunli").get(f"/cases/{case.number}/").content.decode()
        assert "今天必须答复" in shown

    @pytest.mark.req("CAS-44")
    def test_an_answer_given_by_phone_is_told_with_it(self, cast: Cast) -> None:
        case = take_in(cast)
        page, said = f"/cases/{case.number}/verbs/answer/", {"solution": "已更换导轮", "told_by": "phone"}
        unsaid = browser(cast, "chenjing").post(page, said)
        assert unsaid.status_code == 422, "nobody counts as solved what was not called so"
        assert 'id="id_outcome_error"' in unsaid.content.decode()
        assert browser(cast, "chenjing").post(page, {**said, "outcome": "explained"}).status_code == 302
        case = fresh(case)
        assert (case.outcome, case.is_told) == ("explained", True)
        assert verbs(case).count("case.informed") == 1

    def test_what_has_ended_is_neither_edited_nor_ticked_nor_promised(self, cast: Cast) -> None:
        case = finish(cast, take_in(cast))
        for attempt in (
            lambda: cases.edit(actor=cast.actor("sunli"), case=case, title="别的"),
            lambda: cases.promise(actor=cast.actor("sunli"), case=case, text="x", due_at=at(9)),
            lambda: cases.urge(actor=cast.actor("sunli"), case=case, note="x"),
            lambda: cases.tick(actor=cast.actor("sunli"), case=case, code="x"),
        ):
            with pytest.raises(Invalid):
                attempt()


def test_of_two_who_move_a_case_at_once_the_second_is_told(cast: Cast) -> None:
    first, second = (fresh(take) for take in [take_in(cast)] * 2)
    cases.act(actor=cast.actor("chenjing"), case=first, verb="answer", data={"solution": "修好"})
    with pytest.raises(Outrun):
        cases.act(actor=cast.actor("chenjing"), case=second, verb="answer", data={"solution": "另一个答复"})
    assert fresh(first).solution == "修好"


def test_a_channel_that_there_is_not_is_refused(cast: Cast) -> None:
    case = take_in(cast)
    for attempt in (cases.inform, cases.reply, cases.receive):
        more = {} if attempt is cases.inform else {"body": "x"}
        with pytest.raises(Invalid):
            attempt(actor=cast.actor("chenjing"), case=fresh(case), channel="pigeon", **more)


class TestTheSecondPairOfHands:
    @pytest.mark.req("ORG-30", "CAS-12")
    def test_who_made_a_case_may_not_audit_it_and_the_attempt_is_logged(self, cast: Cast, now: Any) -> None:
        case = take_in(cast, login="zhoutao")
        answer(cast, case, "chenjing")
        case = fresh(case)
        with pytest.raises(SameHands):
            cases.audit(actor=cast.actor("zhoutao"), case=case, passed=True)
        with pytest.raises(flow.NotNow):
            act(cast, "zhoutao", case, "return", "不完整")
        case = fresh(case)
        assert (case.category, case.audited_at) == ("resolved", None)
        kept = [entry for entry in history.timeline(case) if entry.verb == "hands.refused"]
        assert [entry.person_id for entry in kept] == [cast.people["zhoutao"].pk] * 2
        assert "周涛的操作被拒绝：经办人不能审核自己的工单。" in {entry.sentence() for entry in kept}
        cases.audit(actor=cast.actor("wangfang"), case=case, passed=True)
        assert case.audited_by == cast.people["wangfang"]


class TestLettingGo:
    """An open case keeps a limit: what is overdue about it has to be done, not written off (DUT-05, CAS-46)."""

    @pytest.mark.req("DUT-05")
    def test_an_overdue_answer_is_not_recorded_as_missed_while_the_case_is_open(
        self, cast: Cast, now: Any
    ) -> None:
        case = take_in(cast)
        row = owed(case, duty_version__rule__deadline="answer")
        now.move_to(row.due_at + timedelta(hours=1))
        boss = cast.actor("liuqiang")
        assert not next(offer for offer in duties.offers(row, boss) if offer.verb == "miss").enabled
        with pytest.raises(flow.NotNow, match="不能记为漏办"):
            duties.miss(actor=boss, obligation=row, reason="没人答复")
        assert fresh(case).next_due_at == row.due_at

    def test_the_last_limit_of_an_open_case_is_neither_excused_nor_cancelled(self, cast: Cast) -> None:
        case, boss = take_in(cast), cast.actor("liuqiang")
        rows = Obligation.objects.filter(
            subject_type="cases.case", subject_id=case.pk, state="open", due_at__isnull=False
        )
        last = rows.get(duty_version__rule__deadline="answer")
        others = list(rows.exclude(pk=last.pk))
        assert others
        # What the desk owes about it meanwhile is no limit of the case: the answer is the last one beside it too.
        assert not next(offer for offer in duties.offers(last, boss) if offer.verb == "cancel").enabled
        with pytest.raises(flow.NotNow, match="最后一个时限"):
            duties.cancel(actor=boss, obligation=last, reason="不用办")
        for row in others:
            duties.cancel(actor=boss, obligation=row, reason="合并办理")
        for let_go in (duties.excuse, duties.cancel):
            with pytest.raises(flow.NotNow, match="最后一个时限"):
                let_go(actor=boss, obligation=last, reason="不用办")
        assert fresh(case).next_due_at == last.due_at
        finish(cast, case)
        assert fresh(case).is_ended
