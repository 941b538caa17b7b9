"""Who owns and uses which room, and since when (CUS-06)."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers.models import Customer, Occupancy, OccupancyRole, Premises
from zhize.domains.customers.services import duplicates
from zhize.domains.customers.services.inputs import OccupancyInput
from zhize.domains.customers.services.standing import may_change
from zhize.kernel import history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update, one_at_a_time
from zhize.kernel.org import selectors as org


@atomic
def occupy(
    *,
    actor: Actor,
    customer: Customer,
    premises: Premises,
    role: str,
    living: bool = True,
    from_on: date | None = None,
    share: str = "",
) -> Occupancy:
    """Note that a customer owns or uses a room. Refused for what cannot be occupied or is already noted."""
    may_change(actor, caps.PREMISES_EDIT, premises_customer(customer, premises))
    found = place(
        actor=actor,
        customer=customer,
        at=OccupancyInput(premises, role=role, living=living, from_on=from_on, share=share),
    )
    duplicates.propose_for(actor=actor, customer=customer)
    return found


def premises_customer(customer: Customer, premises: Premises) -> Customer:
    """The customer, whose unit must be the premises' unit or above or below it."""
    mine, theirs = customer.unit.path or "", premises.unit.path or ""
    if not (mine.startswith(theirs) or theirs.startswith(mine)):
        raise Invalid({"premises": [_("这处房产属于另一个单位。")]})
    return customer


def place(*, actor: Actor, customer: Customer, at: OccupancyInput) -> Occupancy:
    """Write an occupancy inside a verb that has checked the actor's right (recording a customer, an import)."""
    premises_customer(customer, at.premises)
    if not at.premises.is_occupiable:
        raise Invalid({"premises": [_("只能登记到房间或商铺。")]})
    if at.role not in OccupancyRole.values:
        raise Invalid({"role": [_("请选择与房产的关系。")]})
    one_at_a_time("customers.occupancy", at.premises.pk)
    if Occupancy.objects.filter(
        customer=customer, premises=at.premises, role=at.role, to_on__isnull=True
    ).exists():
        raise Invalid({"premises": [_("这位客户已经登记在这处房产了。")]})
    row = Occupancy(
        customer=customer,
        premises=at.premises,
        role=at.role,
        living=at.living or at.role != OccupancyRole.OWNER,
        from_on=at.from_on,
        share=at.share.strip()[:20],
    )
    row.save()
    history.record(
        actor=actor,
        verb="customer.occupied",
        subject=customer,
        data={
            "customer": customer.name,
            "premises": at.premises.address,
            "role": history.both(OccupancyRole(row.role).label),
        },
        also=[at.premises],
        marks=[row],
    )
    return row


@atomic
def vacate(*, actor: Actor, occupancy: Occupancy, last_day: date | None = None) -> Occupancy:
    """Note that a customer no longer owns or uses a room after `last_day` (today, in the unit's zone, by default)."""
    may_change(actor, caps.PREMISES_EDIT, occupancy.customer)
    day = last_day or org.local_day(occupancy.premises.unit)
    if occupancy.to_on is not None:
        raise Invalid({"last_day": [_("这条入住关系已经结束。")]})
    if occupancy.from_on is not None and day < occupancy.from_on:
        raise Invalid({"last_day": [_("结束日期不能早于开始日期。")]})
    guarded_update(occupancy, to_on=day, expect={"to_on": None})
    history.record(
        actor=actor,
        verb="customer.vacated",
        subject=occupancy.customer,
        data={
            "customer": occupancy.customer.name,
            "premises": occupancy.premises.address,
            "role": history.both(OccupancyRole(occupancy.role).label),
            "day": day + timedelta(days=1),
        },
        also=[occupancy.premises],
        marks=[occupancy],
    )
    return occupancy


@atomic
def set_living(*, actor: Actor, occupancy: Occupancy, living: bool) -> Occupancy:
    """Note whether an owner lives in the room himself; others always do."""
    may_change(actor, caps.PREMISES_EDIT, occupancy.customer)
    if not living and occupancy.role != OccupancyRole.OWNER:
        raise Invalid({"living": [_("住户、租户和使用人总是在住的；搬走请结束入住关系。")]})
    with history.change(
        occupancy, actor=actor, verb="customer.living_changed", also=[occupancy.customer, occupancy.premises]
    ):
        guarded_update(occupancy, living=living)
    return occupancy
