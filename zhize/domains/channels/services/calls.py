"""Calls: registering, passing on, and what becomes of them (CHN-01, CHN-02, CHN-15)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.cases import services as cases
from zhize.domains.cases.kinds import Channel
from zhize.domains.cases.models import Case, Message
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels.kinds import CallResult, Direction
from zhize.domains.channels.models import Call, CallTransfer, Line
from zhize.domains.customers.models import Asset, Customer
from zhize.domains.customers.selectors import identity
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, atomic, guarded_update
from zhize.kernel.org.models import Person, Unit
from zhize.lib import clock, phones


class CallHasCase(DomainError):
    """A call leads to one case only, however often it was transferred (CHN-02)."""

    code = "call.has_case"
    message = _("这个来电已经有工单，不能再建一件。")


class CallEnded(DomainError):
    """The call is over."""

    code = "call.ended"
    message = _("通话已经结束。")


@atomic
def register_call(
    *,
    actor: Actor,
    number: str,
    line: Line | None = None,
    unit: Unit | None = None,
    direction: str = Direction.IN,
    agent: Person | None = None,
    caller_name: str = "",
    at: datetime | None = None,
    external_id: str = "",
) -> Call:
    """Register a call; the only customer with that number is taken for the caller. Announces call.registered.

    `number` may be empty (withheld). `agent` is the one who answers, by default the actor.
    """
    home = unit or (line.unit if line is not None else access.unit_of(actor))
    if home is None:
        raise Invalid({"unit": [_("请选择部门。")]})
    parsed = phones.parse(number)
    known = identity.by_number(actor, number) if number.strip() else []
    call = Call(
        unit=home,
        line=line,
        direction=direction,
        number=parsed.number if parsed else number.strip()[:40],
        digits=parsed.digits[:24] if parsed else "",
        caller_name=caller_name.strip()[:60],
        started_at=at or clock.now(),
        agent_id=agent.pk if agent else actor.person_id,
        customer=known[0] if len(known) == 1 else None,
        external_id=external_id[:120],
    )
    call.save()
    access.require(actor, caps.CALL_RECORD, call)
    history.record(
        actor=actor,
        verb="call.registered",
        subject=call,
        data={"number": call.masked, "line": line.code if line else ""},
        also=[call.customer] if call.customer else [],
    )
    return call


@atomic
def identify(*, actor: Actor, call: Call, customer: Customer | None) -> Call:
    """Say which customer is calling (or that it is none of those proposed)."""
    access.require(actor, caps.CALL_RECORD, call)
    if customer is not None:
        access.require(actor, "customer.view", customer)
    guarded_update(call, customer=customer)
    history.record(actor=actor, verb="call.identified", subject=call, also=[customer] if customer else [])
    return call


@atomic
def transfer_call(
    *, actor: Actor, call: Call, reason: str, to: Person | None = None, to_number: str = ""
) -> CallTransfer:
    """Pass the call on to a colleague or an outside number, with the reason (CHN-02).

    The colleague gets the same call, with its case if there is one. Raises CallEnded, Invalid.
    """
    access.require(actor, caps.CALL_TRANSFER, call)
    if call.ended_at is not None:
        raise CallEnded
    errors: dict[str, Any] = {}
    if not reason.strip():
        errors["reason"] = [_("请写明转接原因。")]
    if (to is None) == (not to_number.strip()):
        errors["to"] = [_("请选择转给谁，或填写转到的号码。")]
    elif to is not None and (to.pk == call.agent_id or not to.active):
        errors["to"] = [_("请选择另一位在岗人员。")]
    if errors:
        raise Invalid(errors)
    transfer = CallTransfer(
        call=call,
        from_person_id=call.agent_id,
        to_person=to,
        to_number=phones.normalise(to_number) or to_number.strip()[:40],
        reason=reason.strip()[:200],
        at=clock.now(),
    )
    transfer.save()
    if to is not None:
        guarded_update(call, agent=to, shown_at=None)
    else:
        guarded_update(call, result=CallResult.TRANSFERRED, ended_at=max(clock.now(), call.started_at))
    history.record(
        actor=actor,
        verb="call.transferred",
        subject=call,
        data={"to": to.name if to else phones.mask(transfer.to_number)},
        note=reason,
        also=[call.case] if call.case else [],
        marks=[transfer],
    )
    return transfer


@atomic
def open_case_for_call(*, actor: Actor, call: Call, intake: cases.Intake, solution: str = "") -> Case:
    """Make the call a case. Refused (CallHasCase) when it has one already, whoever made it.

    The channel is the telephone and the number that of the call, unless the intake says otherwise.
    """
    access.require(actor, caps.CALL_RECORD, call)
    if call.case_id is not None:
        raise CallHasCase
    case = cases.open_case(actor=actor, intake=filled(call, intake), solution=solution)
    _link(actor, call, case, CallResult.CASE)
    return case


def filled(call: Call, intake: cases.Intake) -> cases.Intake:
    """The intake with what the call already says."""
    from dataclasses import replace

    return replace(
        intake,
        channel=intake.channel or Channel.PHONE,
        customer=intake.customer or call.customer,
        contact_phone=intake.contact_phone or phones.to_call_back(call.number),
        contact_name=intake.contact_name or call.caller_name,
        unit=intake.unit or (None if intake.premises or intake.customer or call.customer else call.unit),
        accepted_at=intake.accepted_at or call.started_at,
    )


@atomic
def follow_up(*, actor: Actor, call: Call, case: Case, body: str) -> Message:
    """The call is about a case that is there already: what was said goes into its conversation."""
    access.require(actor, caps.CALL_RECORD, call)
    if call.case_id is not None and call.case_id != case.pk:
        raise CallHasCase
    message = cases.receive(actor=actor, case=case, body=body, channel=Channel.PHONE, at=call.started_at)
    _link(actor, call, case, CallResult.FOLLOW_UP)
    return message


def _link(actor: Actor, call: Call, case: Case, result: CallResult) -> None:
    guarded_update(
        call, expect={"case": call.case}, case=case, result=result, customer=call.customer or case.customer
    )
    history.record(actor=actor, verb="call.linked", subject=call, data={"case": case.number}, also=[case])


@atomic
def record_demand(
    *,
    actor: Actor,
    call: Call,
    customer: Customer,
    demand: str,
    answer: str,
    asset: Asset | None = None,
    product: str = "",
) -> Call:
    """The register of after-sales demand calls: customer, product, demand and answer, all of them (CHN-15)."""
    access.require(actor, caps.CALL_RECORD, call)
    access.require(actor, "customer.view", customer)
    name = product.strip() or (asset.product if asset is not None else "")
    wanted = {"product": name, "demand": demand.strip(), "answer": answer.strip(), "number": call.number}
    missing = {field: [_("请填写这一项。")] for field, value in wanted.items() if not value}
    if missing:
        raise Invalid(missing)
    guarded_update(
        call,
        customer=customer,
        asset=asset,
        product=name[:120],
        demand=wanted["demand"],
        answer=wanted["answer"],
        result=call.result or CallResult.ANSWERED,
    )
    history.record(
        actor=actor,
        verb="call.demand_recorded",
        subject=call,
        data={"product": call.product},
        also=[row for row in (customer, asset) if row is not None],
    )
    return call


@atomic
def finish_call(
    *, actor: Actor, call: Call, result: str = "", note: str = "", at: datetime | None = None
) -> Call:
    """The call is over. What became of it must be said, unless a case or a transfer already says it."""
    access.require(actor, caps.CALL_RECORD, call)
    if call.ended_at is not None and call.result:
        raise CallEnded
    outcome = result or call.result
    if outcome not in CallResult.values:
        raise Invalid({"result": [_("请选择通话结果。")]})
    if outcome in {CallResult.CASE, CallResult.FOLLOW_UP} and call.case_id is None:
        raise Invalid({"result": [_("还没有工单。")]})
    guarded_update(
        call,
        result=outcome,
        note=note.strip() or call.note,
        ended_at=call.ended_at or max(at or clock.now(), call.started_at),
        answered_at=call.answered_at or (None if outcome == CallResult.MISSED else call.started_at),
    )
    label = history.both(CallResult(outcome).label).as_dict()
    history.record(actor=actor, verb="call.finished", subject=call, data={"result": label}, note=note)
    return call


@atomic
def note_hang_up(*, actor: Actor, call: Call, missed: bool = False, at: datetime | None = None) -> Call:
    """The exchange says that the line is free. What became of the call is still to be said, unless nobody answered."""
    access.require(actor, caps.CALL_RECORD, call)
    if call.ended_at is not None:
        return call
    result = CallResult.MISSED.value if missed and not call.result else call.result
    guarded_update(call, ended_at=max(at or clock.now(), call.started_at), result=result)
    label = history.both(CallResult(result).label if result else "—").as_dict()
    history.record(actor=actor, verb="call.finished", subject=call, data={"result": label})
    return call


@atomic
def note_answer(*, actor: Actor, call: Call, agent: Person | None, at: datetime | None = None) -> Call:
    """The exchange says who picked up."""
    access.require(actor, caps.CALL_RECORD, call)
    guarded_update(call, answered_at=call.answered_at or at or clock.now(), agent=agent or call.agent)
    history.record(actor=actor, verb="call.identified", subject=call)
    return call


@atomic
def show_popup(*, actor: Actor, call: Call) -> Call:
    """The agent's screen has shown the call; it does not pop up again."""
    access.require(actor, caps.CALL_VIEW, call)
    if call.shown_at is None:
        guarded_update(call, shown_at=clock.now(), answered_at=call.answered_at or clock.now())
        history.record(actor=actor, verb="call.identified", subject=call)
    return call
