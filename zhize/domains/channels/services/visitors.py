"""Visitors at the desk: queue, what was checked, where they were sent (CHN-20)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.cases import services as cases
from zhize.domains.cases.kinds import Channel
from zhize.domains.cases.models import Case
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels import machine
from zhize.domains.channels.kinds import Evidence, Purpose
from zhize.domains.channels.models import Visitor
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer
from zhize.kernel import access, flow, history, numbering
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update
from zhize.kernel.org.models import Person, Unit
from zhize.lib import clock, phones


@atomic
def receive_visitor(
    *,
    actor: Actor,
    name: str,
    purpose: str,
    evidence: Iterable[str] = (),
    wish: str = "",
    phone: str = "",
    party: int = 1,
    customer: Customer | None = None,
    unit: Unit | None = None,
    to_unit: Unit | None = None,
    to_person: Person | None = None,
    window: str = "",
) -> Visitor:
    """Enter a visitor and give him the next number of the queue. Raises Invalid naming the field."""
    home = unit or access.unit_of(actor)
    checked = list(dict.fromkeys(evidence))
    errors = _wrong(name, purpose, checked, phone)
    if home is None:
        errors["unit"] = [_("请选择部门。")]
    if errors or home is None:
        raise Invalid(errors)
    now = clock.now()
    visitor = Visitor(
        unit=home,
        number=numbering.next_number("visitor", at=now, unit=home),
        came_at=now,
        name=name.strip()[:60],
        phone=phones.normalise(phone) or "",
        party=max(1, party),
        purpose=purpose,
        wish=wish.strip()[:200],
        evidence=checked,
        customer=customer,
        to_unit=to_unit,
        to_person=to_person,
        window=window.strip()[:30],
        received_by_id=actor.person_id,
        **flow.begin(machine.VISITOR),
    )
    visitor.save()
    access.require(actor, caps.VISITOR_RECEIVE, visitor)
    history.record(
        actor=actor,
        verb="visitor.received",
        subject=visitor,
        data={
            "name": visitor.name,
            "purpose": history.both(Purpose(purpose).label).as_dict(),
            "number": visitor.short_number,
            "evidence": checked,
        },
        also=[customer] if customer else [],
    )
    return visitor


@atomic
def call_visitor(*, actor: Actor, visitor: Visitor, window: str = "") -> Visitor:
    """Call the visitor's number to a window."""
    place = window.strip()[:30] or visitor.window
    flow.perform(
        visitor,
        "call",
        actor=actor,
        data={"window": place},
        changes={"called_at": clock.now(), "called_by_id": actor.person_id, "window": place},
    )
    return visitor


def _wrong(name: str, purpose: str, evidence: Iterable[str], phone: str) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    if not name.strip():
        errors["name"] = [_("请填写姓名。")]
    if purpose not in Purpose.values:
        errors["purpose"] = [_("请选择事由。")]
    if set(evidence) - set(Evidence.values):
        errors["evidence"] = [_("没有这一项资料。")]
    if phone.strip():
        errors |= customers.phone_errors(phone, "phone")
    return errors


@atomic
def send_visitor(
    *,
    actor: Actor,
    visitor: Visitor,
    to_unit: Unit | None = None,
    to_person: Person | None = None,
    window: str = "",
    evidence: Iterable[str] = (),
) -> Visitor:
    """Say where the visitor was sent, and what was checked meanwhile."""
    access.require(actor, caps.VISITOR_RECEIVE, visitor)
    target = to_person.name if to_person else str(to_unit) if to_unit else window.strip()
    if not target:
        raise Invalid({"to_unit": [_("请选择去往哪里。")]})
    checked = list(dict.fromkeys([*visitor.evidence, *evidence]))
    if set(checked) - set(Evidence.values):
        raise Invalid({"evidence": [_("没有这一项资料。")]})
    changes: dict[str, Any] = {
        "to_unit": to_unit,
        "to_person": to_person,
        "window": window.strip()[:30],
        "evidence": checked,
    }
    sent = {"to": target, "to_id": to_person.pk} if to_person else {"to": target}
    with history.change(visitor, actor=actor, verb="visitor.sent", data=sent):
        guarded_update(visitor, **changes)
    return visitor


@atomic
def serve_visitor(*, actor: Actor, visitor: Visitor, result: str, case: Case | None = None) -> Visitor:
    """The visitor got what he came for, or a case that goes on without him."""
    changes = {"result": result.strip()[:200], "left_at": clock.now(), "case": case or visitor.case}
    flow.perform(
        visitor,
        "serve",
        actor=actor,
        data={"result": result.strip()},
        changes=changes,
        also=(case,) if case else (),
    )
    return visitor


@atomic
def visitor_left(*, actor: Actor, visitor: Visitor) -> Visitor:
    """The visitor went without being served."""
    flow.perform(visitor, "leave", actor=actor, changes={"left_at": clock.now()})
    return visitor


@atomic
def open_case_for_visitor(
    *, actor: Actor, visitor: Visitor, intake: cases.Intake, solution: str = ""
) -> Case:
    """Take the visitor's matter in as a case of channel 来访, and note it on the visitor."""
    access.require(actor, caps.VISITOR_RECEIVE, visitor)
    if visitor.case_id is not None:
        raise Invalid({"": [_("这位访客的事项已经受理。")]})
    known = intake.customer or visitor.customer
    case = cases.open_case(
        actor=actor,
        intake=replace(
            intake,
            channel=intake.channel or Channel.COUNTER,
            customer=known,
            contact_name=intake.contact_name or visitor.name,
            contact_phone=intake.contact_phone or phones.to_call_back(visitor.phone),
            unit=intake.unit or (None if intake.premises or known else visitor.unit),
            accepted_at=intake.accepted_at or visitor.came_at,
        ),
        solution=solution,
    )
    guarded_update(visitor, case=case)
    history.record(
        actor=actor,
        verb="visitor.sent",
        subject=visitor,
        data={"to": case.number},
        also=[case],
    )
    return case
