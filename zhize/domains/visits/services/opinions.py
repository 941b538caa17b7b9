"""Opinions heard: registered by role and topic, passed on with receipt, answered (VIS-14, VIS-18, REP-45)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.models import Case
from zhize.domains.customers.models import Customer
from zhize.domains.visits import capabilities as caps
from zhize.domains.visits.machine import OPINION
from zhize.domains.visits.models import Opinion
from zhize.kernel import access, flow, history, packs
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic
from zhize.kernel.org.models import Unit
from zhize.lib import clock


@atomic
def record(
    *,
    actor: Actor,
    topic: str,
    text: str,
    customer: Customer | None = None,
    case: Case | None = None,
    unit: Unit | None = None,
) -> Opinion:
    """Register an opinion as heard by the actor in the position he signs with. Raises Invalid, Refused."""
    access.require(actor, caps.OPINION_RECORD)
    errors: dict[str, Any] = {}
    spec = packs.find("opinion_topics", topic)
    if spec is None:
        errors["topic"] = _("没有这个主题。")
    if not text.strip():
        errors["text"] = _("请写意见内容。")
    home = unit or (customer.unit if customer else None) or access.unit_of(actor)
    if home is None:
        errors["unit"] = _("请选择部门。")
    if errors or home is None or spec is None:
        raise Invalid(errors)
    row = Opinion(
        unit=home,
        customer=customer,
        case=case,
        topic=topic,
        text=text.strip(),
        heard_at=clock.now(),
        heard_by_id=actor.person_id,
        heard_in_id=actor.position_id,
        **flow.begin(OPINION),
    )
    row.save()
    access.require(actor, caps.OPINION_RECORD, row)
    history.record(
        actor=actor,
        verb="opinion.recorded",
        subject=row,
        data={"topic": spec.label.as_dict()},
        also=[customer] if customer else [],
    )
    return row


@atomic
def transfer(*, actor: Actor, opinion: Opinion, unit: Unit) -> Opinion:
    """Pass the opinion on to a unit, to be received by it."""
    flow.perform(
        opinion,
        "transfer",
        actor=actor,
        data={"to": str(unit)},
        changes={"unit_to": unit, "sent_at": clock.now()},
    )
    return opinion


@atomic
def receive(*, actor: Actor, opinion: Opinion) -> Opinion:
    """The unit signs for it."""
    flow.perform(
        opinion,
        "receive",
        actor=actor,
        changes={"received_at": clock.now(), "received_by_id": actor.person_id},
    )
    return opinion


@atomic
def answer(*, actor: Actor, opinion: Opinion, text: str) -> Opinion:
    """What is done about it."""
    flow.perform(opinion, "answer", actor=actor, data={"answer": text}, changes={"answer": text.strip()})
    return opinion
