"""What the desk does with a contact: take it in for a found or new customer, and say beforehand who will get it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from zhize.domains.cases import services as cases
from zhize.domains.cases import subjects
from zhize.domains.cases.kinds import Channel
from zhize.domains.cases.models import Case
from zhize.domains.cases.services.routing import FINDINGS
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels.models import Call, Visitor
from zhize.domains.channels.selectors import identity
from zhize.domains.channels.selectors.identity import Acceptance
from zhize.domains.channels.services import calls, documents, visitors
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer, Premises
from zhize.kernel import access, calendars, packs
from zhize.kernel.access import Actor
from zhize.kernel.clocks import limits
from zhize.kernel.db import Invalid, atomic
from zhize.lib import businesstime, clock, phones
from zhize.lib.text import Text


@atomic
def take_in(
    *,
    actor: Actor,
    customer_id: int | None,
    premises_id: int | None,
    contact_name: str,
    contact_phone: str,
    solution: str = "",
    call: Call | None = None,
    visitor: Visitor | None = None,
    scans: Iterable[documents.Page] = (),
    **matter: Any,
) -> Case:
    """Take a matter in at the desk. A caller who is not chosen is found by phone and name, or made a new customer.

    `call`, `visitor`: what the matter comes from. What is taken in by telephone without one leaves a call behind
    (CHN-01); a letter or fax becomes a numbered document with its `scans`, which any matter may bring (CHN-03).
    `matter` are fields of `cases.Intake`. Raises Invalid (naming the field), Refused, NotFound.
    """
    if contact_phone.strip():
        customers.parsed_phone(contact_phone, "contact_phone")
    customer = access.fetch(actor, Customer, customer_id) if customer_id else None
    premises = access.fetch(actor, Premises, premises_id) if premises_id else None
    if customer is None and contact_phone.strip() and actor.may("customer.create"):
        unit = premises.unit if premises else access.unit_of(actor)
        if unit is None:
            raise Invalid({"premises": "—"})
        customer, _new = customers.find_or_create(
            actor=actor, unit=unit, name=contact_name, phone=contact_phone
        )
    intake = cases.Intake(
        customer=customer,
        premises=premises,
        contact_name=contact_name or (customer.name if customer else ""),
        contact_phone=contact_phone or (primary_phone(customer) if customer else ""),
        language=customer.language if customer else "zh-hans",
        **matter,
    )
    if visitor is None and call is None and intake.channel != Channel.PHONE:
        return documents.take_in(actor=actor, intake=intake, scans=scans, solution=solution)
    case = _from_contact(actor, intake, solution, call, visitor)
    documents.attach_pages(actor=actor, case=case, scans=scans)
    return case


def _from_contact(
    actor: Actor, intake: cases.Intake, solution: str, call: Call | None, visitor: Visitor | None
) -> Case:
    """The case of somebody who stands there or is on the line."""
    if visitor is not None:
        return visitors.open_case_for_visitor(actor=actor, visitor=visitor, intake=intake, solution=solution)
    if call is not None:
        return calls.open_case_for_call(actor=actor, call=call, intake=intake, solution=solution)
    if not actor.may(caps.CALL_RECORD):
        return cases.open_case(actor=actor, intake=intake, solution=solution)
    return _with_call(actor, intake, solution)


def _with_call(actor: Actor, intake: cases.Intake, solution: str) -> Case:
    """The call that nobody registered beforehand, its case, and that it is over."""
    home = access.unit_of(actor)
    for row in (intake.premises, intake.customer):
        home = home or (row.unit if row is not None else None)
    call = calls.register_call(
        actor=actor, number=intake.contact_phone, unit=home, caller_name=intake.contact_name
    )
    if call.customer_id is None and intake.customer is not None:
        calls.identify(actor=actor, call=call, customer=intake.customer)
    case = calls.open_case_for_call(actor=actor, call=call, intake=intake, solution=solution)
    calls.finish_call(actor=actor, call=call)
    return case


def primary_phone(customer: Customer) -> str:
    """The number the customer is called at, or nothing."""
    numbers = sorted(customer.phones.all(), key=lambda row: (not row.primary, row.pk))
    return phones.to_call_back(numbers[0].number) if numbers else ""


@dataclass(frozen=True)
class Preview:
    """What will happen when the matter is taken in."""

    holder: str
    reason: Text | None
    finding: Text | None
    due_at: Any
    limit: Text | None
    acceptance: Acceptance
    customer: Customer | None


def preview(
    *,
    actor: Actor,
    type: str,
    severity: str = "",
    subtype: str = "",
    channel: str = "phone",
    customer_id: int | None = None,
    premises_id: int | None = None,
) -> Preview | None:
    """Who would get the matter, why, and until when; nothing is written. None while there is no type."""
    spec = packs.find("case_types", type)
    if spec is None:
        return None
    customer = access.fetch(actor, Customer, customer_id) if customer_id else None
    premises = access.fetch(actor, Premises, premises_id) if premises_id else None
    unit = premises.unit if premises else customer.unit if customer else access.unit_of(actor)
    if unit is None:
        return None
    intake = cases.Intake(type=type, title="", channel=channel, customer=customer)
    case = Case(
        type_code=type,
        release_id=packs.release_of("case_types", type),
        nature=spec.nature,
        severity=severity or spec.severity,
        subtype=subtype,
        channel=channel,
        customer=customer,
        premises=premises,
        area=premises.area if premises else None,
        unit=unit,
        created_by_id=actor.person_id,
    )
    found = cases.route(case)
    target = subjects.policy_target(case, spec.deadline) if spec.deadline else None
    due, said = None, None
    if target is not None:
        limit = limits.parse(target)
        calendar = calendars.for_unit(unit, clock.now())
        said = limits.text(limit, calendar)
        due = (
            businesstime.due(limit, clock.now(), calendar).at
            if not isinstance(limit, limits.Moment)
            else limit.at
        )
    return Preview(
        holder=str(found.chosen.person) if found.chosen else "",
        reason=found.chosen.reason if found.chosen else None,
        finding=None if found.chosen else FINDINGS[found.finding],
        due_at=due,
        limit=said,
        acceptance=identity.acceptance(intake=intake, check=identity.latest(customer)),
        customer=customer,
    )
