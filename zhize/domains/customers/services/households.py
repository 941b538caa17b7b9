"""Who lives together: persons of a household."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers.models import Customer, HouseholdMember, Nature, Relation
from zhize.domains.customers.services.standing import may_change, require_active
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic


@atomic
def add_member(
    *, actor: Actor, household: Customer, member: Customer, relation: str = Relation.OTHER
) -> HouseholdMember:
    """Note that a person belongs to a household. There is one head 户主 at most."""
    may_change(actor, caps.EDIT, household)
    access.require(actor, caps.VIEW, member)
    require_active(member)
    if household.nature != Nature.HOUSEHOLD:
        raise Invalid({"household": [_("只有家庭才有成员。")]})
    if member.nature != Nature.PERSON:
        raise Invalid({"member": [_("家庭成员要是个人客户。")]})
    existing = HouseholdMember.objects.filter(household=household)
    if existing.filter(member=member).exists():
        raise Invalid({"member": [_("已经是这个家庭的成员了。")]})
    if relation == Relation.HEAD and existing.filter(relation=Relation.HEAD).exists():
        raise Invalid({"relation": [_("这个家庭已经有户主了。")]})
    row = HouseholdMember(household=household, member=member, relation=relation)
    row.save()
    history.record(
        actor=actor,
        verb="customer.member_added",
        subject=household,
        data={"name": member.name},
        also=[member],
        marks=[row],
    )
    return row


@atomic
def remove_member(*, actor: Actor, member: HouseholdMember) -> None:
    """Note that a person no longer belongs to the household."""
    may_change(actor, caps.EDIT, member.household)
    household, person, gone = member.household, member.member, HouseholdMember(pk=member.pk)
    member.delete()
    history.record(
        actor=actor,
        verb="customer.member_removed",
        subject=household,
        data={"name": person.name},
        also=[person],
        marks=[gone],
    )
