"""The phone desk: registering, transferring, following up, demand calls, progress."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domains.channels.conftest import matter
from tests.kit.cast import Cast
from zhize.domains.cases.models import Case
from zhize.domains.channels import services as channels
from zhize.domains.channels.kinds import CallResult
from zhize.domains.channels.models import Call
from zhize.domains.channels.selectors import desk as reading
from zhize.domains.channels.selectors import progress
from zhize.domains.customers import services as customers
from zhize.kernel import history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, NotFound, Refused


@pytest.mark.req("CHN-01")
def test_a_known_number_opens_the_customer_and_offers_a_case_or_a_follow_up(
    cast: Cast, desk: Actor, ring: Any
) -> None:
    owner = cast.customers["A101"]
    number = owner.phones.get().number
    earlier = channels.open_case_for_call(actor=desk, call=ring(number), intake=matter())
    call = ring(f"+86 {number[:3]}-{number[3:7]}-{number[7:]}")
    shown = reading.phone_desk(desk, call)
    assert [caller.customer for caller in shown.popup.callers] == [owner]
    assert shown.open_cases == [earlier]
    assert shown.offers == ("new_case", "follow_up")
    assert call.customer == owner
    assert (call.number, call.agent, call.line.name) == (number, cast.people["limin"], "投诉热线")
    message = channels.follow_up(actor=desk, call=call, case=earlier, body="又来电催问")
    assert message.case == earlier
    channels.finish_call(actor=desk, call=call)
    call.refresh_from_db()
    assert (call.result, call.case) == (CallResult.FOLLOW_UP, earlier)
    assert call.ended_at is not None
    assert reading.phone_desk(desk, call).offers == ("follow_up",)


def test_an_unknown_or_withheld_number_is_registered_all_the_same(desk: Actor, ring: Any) -> None:
    assert reading.phone_desk(desk, ring("13700000000")).popup.callers == ()
    call = ring("")
    assert (call.number, call.customer) == ("", None)
    assert channels.finish_call(actor=desk, call=call, result=CallResult.SILENT).result == CallResult.SILENT


def test_a_call_of_a_family_number_lets_the_agent_choose(cast: Cast, desk: Actor, ring: Any) -> None:
    number = cast.customers["A101"].phones.get()
    cast.customers["A201"].phones.create(
        number=number.number, digits=number.digits, created_at=number.created_at
    )
    call = ring(number.number)
    assert call.customer is None
    assert len(reading.phone_desk(desk, call).popup.callers) == 2
    channels.identify(actor=desk, call=call, customer=cast.customers["A201"])
    assert Call.objects.get(pk=call.pk).customer == cast.customers["A201"]


def test_a_call_ends_with_a_result_and_only_once(desk: Actor, ring: Any) -> None:
    call = ring()
    with pytest.raises(Invalid) as caught:
        channels.finish_call(actor=desk, call=call)
    assert "result" in caught.value.errors
    with pytest.raises(Invalid):
        channels.finish_call(actor=desk, call=call, result=CallResult.CASE)
    channels.finish_call(actor=desk, call=call, result=CallResult.ANSWERED, note="告知收费标准")
    with pytest.raises(channels.CallEnded):
        channels.finish_call(actor=desk, call=call, result=CallResult.ANSWERED)


@pytest.mark.req("CHN-02")
def test_a_transferred_call_shows_both_handlers_and_makes_one_case(
    cast: Cast, desk: Actor, ring: Any
) -> None:
    officer, sunli = cast.actor("sunli"), cast.people["sunli"]
    call = ring("13700000001")
    case = channels.open_case_for_call(actor=desk, call=call, intake=matter())
    channels.transfer_call(actor=desk, call=call, to=sunli, reason="客户要求投诉专员接听")
    handed = reading.calls(officer).get(pk=call.pk)
    assert reading.handlers(handed) == ["李敏", "孙丽"]
    assert handed.transfers.get().reason == "客户要求投诉专员接听"
    assert handed.case == case
    with pytest.raises(channels.CallHasCase):
        channels.open_case_for_call(actor=officer, call=handed, intake=matter())
    assert Case.objects.count() == 1
    assert any(entry.verb == "call.transferred" for entry in history.timeline(case))


def test_a_transfer_needs_a_reason_and_another_target(cast: Cast, desk: Actor, ring: Any) -> None:
    call = ring()
    for wrong in (
        {"reason": " ", "to": cast.people["sunli"]},
        {"reason": "转接"},
        {"reason": "转接", "to": cast.people["limin"]},
        {"reason": "转接", "to": cast.people["sunli"], "to_number": "12345"},
    ):
        with pytest.raises(Invalid):
            channels.transfer_call(actor=desk, call=call, **wrong)
    channels.transfer_call(actor=desk, call=call, to_number="0755-26660000", reason="转派出所")
    assert reading.handlers(call) == ["李敏", "0755-26660000"]
    assert call.result == CallResult.TRANSFERRED
    with pytest.raises(channels.CallEnded):
        channels.transfer_call(actor=desk, call=call, to=cast.people["sunli"], reason="再转")


def test_calls_of_another_unit_are_not_seen(stranger: Actor, desk: Actor, ring: Any) -> None:
    call = ring()
    assert not reading.calls(stranger).exists()
    with pytest.raises((Refused, NotFound)):
        channels.finish_call(actor=stranger, call=call, result=CallResult.ANSWERED)


@pytest.mark.req("CHN-15")
def test_each_demand_call_has_number_customer_product_demand_and_answer(
    cast: Cast, desk: Actor, ring: Any
) -> None:
    call, owner = ring("13700000002"), cast.customers["A101"]
    given = {"customer": owner, "product": "入户门锁", "demand": "门锁打不开", "answer": "下午三点上门"}
    for field in ("product", "demand", "answer"):
        with pytest.raises(Invalid) as caught:
            channels.record_demand(actor=desk, call=call, **{**given, field: " "})
        assert field in caught.value.errors
    channels.record_demand(actor=desk, call=call, **given)
    row = reading.calls(desk).get(pk=call.pk)
    assert (row.number, row.customer, row.product, row.demand, row.answer) == (
        "13700000002",
        owner,
        "入户门锁",
        "门锁打不开",
        "下午三点上门",
    )
    with pytest.raises(Invalid):
        channels.record_demand(actor=desk, call=ring(""), **given)


@pytest.mark.req("CHN-12")
def test_progress_is_found_by_phone_or_case_number(cast: Cast, desk: Actor, ring: Any) -> None:
    room, owner = cast.rooms["A101"], cast.customers["A101"]
    number = owner.phones.get().number
    case = channels.open_case_for_call(
        actor=desk, call=ring(number), intake=matter(premises=room, customer=owner)
    )
    case.refresh_from_db()
    for asked in (number, case.number, case.number.lower(), case.number[-9:]):
        (line,) = progress.progress(desk, asked)
        assert (line.number, line.holder, line.next_due_at) == (case.number, "陈静", case.next_due_at)
    unknown = channels.open_case_for_call(
        actor=desk, call=ring("0755-26669999"), intake=matter(title="路灯不亮")
    )
    assert [line.number for line in progress.progress(desk, "0755 26669999")] == [unknown.number]
    assert progress.progress(desk, "13") == []
    call = ring(number)
    channels.tell_progress(actor=desk, case=case, call=call)
    channels.finish_call(actor=desk, call=call)
    assert call.result == CallResult.PROGRESS
    assert any(entry.verb == "progress.told" for entry in history.timeline(case))


def test_progress_shows_only_what_the_agent_may_see(desk: Actor, stranger: Actor, ring: Any) -> None:
    case = channels.open_case_for_call(actor=desk, call=ring("13700000003"), intake=matter())
    assert progress.progress(stranger, case.number) == []


def test_the_popup_is_shown_once(cast: Cast, desk: Actor, ring: Any) -> None:
    call = ring("13700000004", agent=cast.people["limin"])
    assert reading.ringing(desk) == call
    channels.show_popup(actor=desk, call=call)
    assert reading.ringing(desk) is None


def test_calls_follow_their_customer_through_a_merge_and_back(
    cast: Cast, desk: Actor, manager: Actor, ring: Any
) -> None:
    loser, winner = cast.customers["A101"], cast.customers["A201"]
    call = ring(loser.phones.get().number)
    assert call.customer == loser
    merged = customers.merge(actor=manager, winner=winner, loser=loser, reason="同一人")
    call.refresh_from_db()
    assert call.customer == winner
    customers.undo_merge(actor=manager, record=merged, reason="不是同一人")
    call.refresh_from_db()
    assert call.customer == loser


@pytest.mark.req("CUS-31")
def test_calls_and_visits_are_touches_of_the_customer(cast: Cast, desk: Actor, ring: Any) -> None:
    caller, visitor, other = (cast.customers[name] for name in ("A101", "B101", "C101"))
    call = ring(caller.phones.get().number)
    channels.receive_visitor(actor=desk, name=visitor.name, purpose="payment", customer=visitor)
    unknown = ring("13900009999")
    for row in (caller, visitor, other):
        row.refresh_from_db()
    assert caller.last_touch_at == call.started_at
    assert visitor.last_touch_at is not None
    assert other.last_touch_at is None
    channels.identify(actor=desk, call=unknown, customer=other)
    other.refresh_from_db()
    assert other.last_touch_at == unknown.started_at
