"""Callbacks: owed with the answer, made by somebody else, tried at different times, followed up."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from tests.domains.visits.kit import BAD, GOOD, TUESDAY, answered, callback_of
from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case
from zhize.domains.customers import services as customers
from zhize.domains.duties import selectors as duty_reads
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.visits import selectors
from zhize.domains.visits import services as visits
from zhize.domains.visits.models import Callback
from zhize.kernel import history
from zhize.kernel.db import Invalid, Refused
from zhize.kernel.flow import NotNow


@pytest.mark.req("VIS-01")
def test_an_order_answered_at_ten_is_called_back_within_the_target(cast: Cast) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        case = answered(cast)
    callback = callback_of(case)
    target = timedelta(minutes=case.spec.callback.target.minutes)
    assert callback.due_at == TUESDAY + target
    assert callback.caller == cast.people["sunli"]
    owed = Obligation.objects.get(pk=callback.obligation_id)
    assert (owed.holder, owed.due_at, owed.is_open) == (cast.people["sunli"], TUESDAY + target, True)
    assert "应回访客户" in next(e.sentence() for e in history.timeline(case) if e.verb == "callback.asked")


@pytest.mark.req("VIS-01", "ORG-30")
def test_the_handler_of_a_case_never_calls_back(cast: Cast) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        case = answered(cast)
        callback, handler = callback_of(case), cast.people["chenjing"]
        with pytest.raises(Refused):
            visits.finish(actor=cast.actor("chenjing"), callback=callback, answers=GOOD)
        with pytest.raises(Refused):
            visits.attempt(actor=cast.actor("chenjing"), callback=callback, outcome="no_answer")
        with pytest.raises(Invalid):
            visits.assign(actor=cast.actor("wangfang"), callback=callback, to=handler)
        with pytest.raises(IntegrityError), transaction.atomic():
            Callback.objects.filter(pk=callback.pk).update(caller=handler)
        other = visits.assign(actor=cast.actor("wangfang"), callback=callback, to=cast.people["zhoutao"])
    assert other.caller == cast.people["zhoutao"]
    assert Obligation.objects.get(pk=callback.obligation_id).holder == cast.people["zhoutao"]


@pytest.mark.req("DUT-17", "ORG-30")
def test_what_is_done_to_its_obligation_is_done_to_the_callback(cast: Cast) -> None:
    later, mover = TUESDAY + timedelta(days=3), cast.actor("wangfang")
    with time_machine.travel(TUESDAY, tick=False):
        callback = callback_of(answered(cast))
        owed = Obligation.objects.get(pk=callback.obligation_id)
        duties.move_due(actor=mover, obligation=owed, due_at=later, reason="客户出差")
        duties.reassign(actor=mover, obligation=owed, to=cast.people["zhoutao"], reason="孙丽休假")
        callback.refresh_from_db()
        assert (callback.due_at, callback.caller) == (later, cast.people["zhoutao"])
        with pytest.raises(Invalid):
            duties.reassign(actor=mover, obligation=owed, to=cast.people["chenjing"], reason="x")
        callback.refresh_from_db()
        assert callback.caller == cast.people["zhoutao"]


@pytest.mark.req("CUS-32")
def test_callbacks_and_opinions_follow_their_customer_through_a_merge_and_back(cast: Cast) -> None:
    manager = cast.actor("wangfang")
    winner, loser = cast.customers["A201"], cast.customers["A101"]
    with time_machine.travel(TUESDAY, tick=False):
        callback = callback_of(answered(cast))
        said = visits.record(actor=cast.actor("sunli"), topic="satisfaction", text="及时", customer=loser)
        record = customers.merge(actor=manager, winner=winner, loser=loser, reason="同一人")
        for row in (callback, said):
            row.refresh_from_db()
        assert (callback.customer, said.customer) == (winner, winner)
        customers.undo_merge(actor=manager, record=record)
    for row in (callback, said):
        row.refresh_from_db()
    assert (callback.customer, said.customer) == (loser, loser)


@pytest.mark.req("TRG-31")
def test_it_carries_out_the_duty_of_the_officer_with_its_ladder(cast: Cast) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        owed = callback_of(answered(cast)).obligation
    assert owed is not None
    assert owed.duty_version is not None
    assert owed.duty_version.rule["opened_as"] == "callback"
    assert owed.ladder == owed.duty_version.ladder


def test_where_the_officer_handled_it_somebody_above_calls(cast: Cast) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        case = answered(cast, premises=None)
    assert case.owner == cast.people["sunli"]
    callback = callback_of(case)
    assert callback.caller is not None
    assert callback.caller != case.owner


@pytest.mark.req("VIS-01")
def test_not_reached_ends_only_after_tries_at_different_times(cast: Cast) -> None:
    officer = cast.actor("sunli")
    with time_machine.travel(TUESDAY, tick=False) as now:
        callback = callback_of(answered(cast))
        for _ in range(3):
            visits.attempt(actor=officer, callback=callback, outcome="no_answer")
            now.shift(timedelta(minutes=10))
        assert callback.state == "tried", "three calls in half an hour are one try"
        now.shift(timedelta(hours=4))
        visits.attempt(actor=officer, callback=callback, outcome="busy")
        assert callback.next_try_at is not None
        assert callback.next_try_at.hour == 11, "14:30 and five hours: still in the evening"
        now.shift(timedelta(hours=4))
        visits.attempt(actor=officer, callback=callback, outcome="no_answer")
    assert callback.state == "unreached"
    assert (callback.attempt_count, callback.next_try_at) == (5, None)
    assert not Obligation.objects.get(pk=callback.obligation_id).is_open
    assert [row.outcome for row in callback.attempts.all()] == ["no_answer"] * 3 + ["busy", "no_answer"]


def test_nobody_is_called_at_night(cast: Cast) -> None:
    with time_machine.travel(TUESDAY + timedelta(hours=7), tick=False):  # 17:00
        callback = callback_of(answered(cast))
        visits.attempt(actor=cast.actor("sunli"), callback=callback, outcome="no_answer")
    assert callback.next_try_at == TUESDAY + timedelta(days=1)  # 22:00 becomes 10:00 of the next day


def test_who_refuses_is_not_called_again(cast: Cast) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        callback = callback_of(answered(cast))
        visits.attempt(actor=cast.actor("sunli"), callback=callback, outcome="refused", note="不愿回答")
    assert callback.state == "unreached"


@pytest.mark.req("VIS-13")
def test_a_problem_cannot_be_saved_without_its_follow_up(cast: Cast) -> None:
    officer = cast.actor("sunli")
    with time_machine.travel(TUESDAY, tick=False):
        callback = callback_of(answered(cast))
        with pytest.raises(Invalid) as refused:
            visits.finish(actor=officer, callback=callback, answers={**GOOD, "remaining": True})
        assert "follow_up" in refused.value.errors
        with pytest.raises(IntegrityError), transaction.atomic():
            Callback.objects.filter(pk=callback.pk).update(problem=True)
        callback.refresh_from_db()
        visits.finish(
            actor=officer, callback=callback, answers={**GOOD, "remaining": True}, follow_up="楼道灯也坏了"
        )
        found = callback.follow_up
    assert found is not None
    assert (found.title, found.channel, found.customer) == ("楼道灯也坏了", "visit", cast.customers["A101"])
    assert found.owner is not None
    assert any(found.number in entry.sentence() for entry in history.timeline(callback))


@pytest.mark.req("VIS-13", "CAS-13")
def test_a_dissatisfied_customer_with_a_problem_is_followed_up_in_the_case_itself(cast: Cast) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        case = answered(cast)
        callback = callback_of(case)
        visits.finish(
            actor=cast.actor("sunli"), callback=callback, answers={**BAD, "remaining": True}, remark="还在响"
        )
        case.refresh_from_db()
    assert case.category == "working"
    assert (callback.follow_up_id, callback.problem) == (case.pk, True)
    assert not Case.objects.exclude(pk=case.pk).exists()


@pytest.mark.req("VIS-16", "CAS-08")
def test_a_serious_complaint_is_apologised_for_before_it_is_closed(cast: Cast) -> None:
    officer = cast.actor("sunli")
    with time_machine.travel(TUESDAY, tick=False) as now:
        case = answered(cast, severity="serious")
        apology = callback_of(case, "apology")
        assert apology.obligation is not None
        assert (apology.caller, apology.obligation.is_open) == (cast.people["sunli"], True)
        visits.finish(actor=officer, callback=callback_of(case), answers=GOOD)
        case.refresh_from_db()
        cases.inform(actor=officer, case=case, channel="phone")
        with pytest.raises(NotNow, match="致歉"):
            cases.act(actor=officer, case=case, verb="close")
        now.shift(timedelta(hours=2))
        visits.finish(actor=officer, callback=apology, answers={}, remark="已致歉，客户接受")
        cases.act(actor=officer, case=case, verb="close")
    assert case.category == "closed"


@pytest.mark.req("CAS-12")
def test_a_complaint_is_not_closed_before_the_callback(cast: Cast) -> None:
    officer = cast.actor("sunli")
    with time_machine.travel(TUESDAY, tick=False):
        case = answered(cast)
        cases.inform(actor=officer, case=case, channel="phone")
        with pytest.raises(NotNow, match="回访"):
            cases.act(actor=officer, case=case, verb="close")


def test_an_ordinary_complaint_needs_no_apology(cast: Cast) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        case = answered(cast)
    assert not case.callbacks.filter(kind="apology").exists()


@pytest.mark.req("VIS-16", "CAS-48")
def test_a_refused_fee_with_staff_error_sends_two_named_persons(cast: Cast) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        case = answered(cast, subtype="fees", title="多收物业费，拒缴", data={"cause": "staff_conduct"})
        visit = callback_of(case, "visit")
        assert {visit.caller, visit.companion} == {cast.people["chenjing"], cast.people["wangfang"]}
        assert visit.obligation is not None
        assert visit.obligation.is_open
        sentence = next(e.sentence() for e in history.timeline(visit) if e.verb == "callback.asked")
        assert "陈静" in sentence
        assert "王芳" in sentence
        with pytest.raises(IntegrityError), transaction.atomic():
            Callback.objects.filter(pk=visit.pk).update(companion=None)
        # Both together, so the person responsible may record it.
        visits.finish(actor=cast.actor("chenjing"), callback=visit, answers={}, remark="已共同上门致歉")
    assert visit.state == "done"


def test_that_staff_erred_may_be_found_after_the_answer(cast: Cast) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        case = answered(cast, subtype="fees")
        assert not case.callbacks.filter(kind="visit").exists()
        cases.edit(actor=cast.actor("sunli"), case=case, cause="staff_conduct")
    assert case.callbacks.filter(kind="visit").count() == 1


def test_a_visit_can_be_asked_for_by_hand_and_needs_two(cast: Cast) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        case = answered(cast)
        chief, ambassador = cast.people["wangfang"], cast.people["chenjing"]
        with pytest.raises(Invalid):
            visits.ask_visit(actor=cast.actor("wangfang"), case=case, person=chief, companion=chief)
        with pytest.raises(Refused):
            visits.ask_visit(actor=cast.actor("qianjin"), case=case, person=ambassador, companion=chief)
        visit = visits.ask_visit(actor=cast.actor("wangfang"), case=case, person=ambassador, companion=chief)
    assert visit is not None
    assert (visit.caller, visit.companion) == (ambassador, chief)


@pytest.mark.req("VIS-22")
def test_completion_is_done_in_time_by_planned_per_person(cast: Cast) -> None:
    officer = cast.actor("sunli")
    with time_machine.travel(TUESDAY, tick=False) as now:
        in_time, late, missed = (callback_of(answered(cast, room=room)) for room in ("A101", "B101", "A201"))
        visits.assign(actor=cast.actor("wangfang"), callback=missed, to=cast.people["zhoutao"])
        now.shift(timedelta(hours=1))
        visits.finish(actor=officer, callback=in_time, answers=GOOD)
        now.shift(timedelta(days=2))
        visits.finish(actor=officer, callback=late, answers=GOOD)
        months = selectors.completion(officer, TUESDAY - timedelta(days=2), TUESDAY + timedelta(days=28))
    by_name = {row.caller: row for row in months}
    assert (by_name["孙丽"].planned, by_name["孙丽"].done, by_name["孙丽"].in_time) == (2, 2, 1)
    assert by_name["孙丽"].rate == 50
    assert (by_name["周涛"].planned, by_name["周涛"].in_time, by_name["周涛"].rate) == (1, 0, 0)
    assert by_name["孙丽"].month.strftime("%Y-%m") == "2026-03"


@pytest.mark.req("CAS-28", "CAS-44")
def test_who_was_called_back_knows_the_result_and_the_case_ends_on_the_spot(cast: Cast) -> None:
    officer = cast.actor("sunli")
    with time_machine.travel(TUESDAY, tick=False) as now:
        case = answered(cast)
        assert case.informed_at is None
        now.shift(timedelta(hours=1))
        visits.finish(actor=officer, callback=callback_of(case), answers=GOOD, close=True)
        case.refresh_from_db()
    told = next(entry for entry in history.timeline(case) if entry.verb == "case.informed")
    assert (case.category, case.informed_at) == ("closed", TUESDAY + timedelta(hours=1))
    assert told.sentence() == "孙丽已把结果告知客户（电话）"


@pytest.mark.req("CAS-06")
def test_the_closing_is_owed_by_whoever_called_until_it_is_done(cast: Cast) -> None:
    officer = cast.actor("sunli")
    with time_machine.travel(TUESDAY, tick=False):
        case = answered(cast)
        visits.finish(actor=officer, callback=callback_of(case), answers=GOOD)
        case.refresh_from_db()
        owed = Obligation.objects.get(duty__code="close_called_back", subject_id=case.pk)
        assert (owed.holder, owed.due_at) == (cast.people["sunli"], TUESDAY + timedelta(days=1))
        item = next(item for block in duty_reads.my_day(officer).blocks for item in block.items)
        assert item.obligation == owed
        assert item.act is not None
        assert (item.act[0].zh, item.act[1]) == ("关闭", f"/cases/{case.number}/verbs/close/")
        cases.act(actor=officer, case=case, verb="close")
    owed.refresh_from_db()
    assert (owed.state, owed.done_at) == ("done", TUESDAY)


def test_what_still_holds_a_case_open_is_not_passed_by_the_callback(cast: Cast) -> None:
    officer = cast.actor("sunli")
    with time_machine.travel(TUESDAY, tick=False):
        case = answered(cast, severity="serious")
        visits.finish(actor=officer, callback=callback_of(case), answers=GOOD, close=True)
        case.refresh_from_db()
        assert (case.category, case.is_told) == ("resolved", True)
        visits.finish(actor=officer, callback=callback_of(case, "apology"), answers={}, close=True)
        case.refresh_from_db()
    assert case.category == "closed"


@pytest.mark.req("CAS-13")
def test_nobody_owes_the_closing_of_what_the_customer_does_not_accept(cast: Cast) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        case = answered(cast)
        visits.finish(actor=cast.actor("sunli"), callback=callback_of(case), answers=BAD, close=True)
        case.refresh_from_db()
    assert (case.category, case.is_told) == ("working", False)
    assert not Obligation.objects.filter(duty__code="close_called_back").exists()


def test_what_is_over_is_shown_for_this_month_only(cast: Cast) -> None:
    with time_machine.travel(TUESDAY, tick=False) as now:
        callback = callback_of(answered(cast))
        visits.finish(actor=cast.actor("sunli"), callback=callback, answers=BAD)
        for days, shown in ((0, True), (40, False)):
            now.shift(timedelta(days=days))
            wanted = selectors.chips(cast.actor("sunli"))["unsatisfied"]
            assert Callback.objects.filter(wanted).exists() is shown


def test_a_callback_on_the_list_says_whom_it_reaches_and_what_about(cast: Cast) -> None:
    officer = cast.actor("sunli")
    with time_machine.travel(TUESDAY, tick=False):
        callback = callback_of(answered(cast))
        (item,) = (item for block in duty_reads.my_day(officer).blocks for item in block.items)
        who, room = cast.customers["A101"].name, str(cast.rooms["A101"])
        assert item.subject.zh == f"电梯异响 · {who} {room}"
        visits.attempt(actor=officer, callback=callback, outcome="busy")
        (item,) = (item for block in duty_reads.my_day(officer).blocks for item in block.items)
    assert item.subject.zh.endswith("第 2 次致电")
    assert item.act is not None
    assert item.act[0].zh == "回访"
