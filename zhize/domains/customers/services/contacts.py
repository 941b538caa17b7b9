"""Contacts of a customer: what they are there for, and confirmations they sign (CUS-04)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import rules
from zhize.domains.customers.models import Contact, ContactRole, Customer, Purpose, SignedConfirmation
from zhize.domains.customers.services import inputs
from zhize.domains.customers.services.standing import may_change
from zhize.kernel import history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Refused, atomic, guarded_update
from zhize.kernel.org import selectors as org
from zhize.lib import clock
from zhize.lib.text import Text


class NotAuthorisedToSign(Refused):
    """The contact may not sign for this purpose on this day."""

    code = "customer.contact_may_not_sign"
    message = _("这位联系人没有签字确认这类事项的授权。")
    status = 409


@atomic
def add_contact(
    *, actor: Actor, customer: Customer, name: str, title: str = "", phone: str = "", email: str = ""
) -> Contact:
    """Record somebody who speaks for the customer."""
    may_change(actor, caps.EDIT, customer)
    contact = Contact(customer=customer, created_at=clock.now(), **_values(name, title, phone, email))
    contact.save()
    history.record(
        actor=actor,
        verb="customer.contact_added",
        subject=customer,
        data={"name": contact.name},
        marks=[contact],
    )
    return contact


@atomic
def update_contact(
    *,
    actor: Actor,
    contact: Contact,
    name: str,
    title: str = "",
    phone: str = "",
    email: str = "",
    active: bool = True,
) -> Contact:
    """Change a contact's data; an inactive contact is kept for what he signed."""
    may_change(actor, caps.EDIT, contact.customer)
    guarded_update(contact, active=active, **_values(name, title, phone, email))
    history.record(
        actor=actor,
        verb="customer.contact_changed",
        subject=contact.customer,
        data={"name": contact.name},
        marks=[contact],
    )
    return contact


def _values(name: str, title: str, phone: str, email: str) -> dict[str, Any]:
    number = inputs.parsed_phone(phone, "phone") if phone.strip() else None
    return {
        "name": inputs.name(name)[:60],
        "title": title.strip()[:60],
        "phone": number.number if number else "",
        "phone_digits": number.digits if number else "",
        "email": inputs.email(email) if email.strip() else "",
    }


@atomic
def grant_role(
    *,
    actor: Actor,
    contact: Contact,
    purpose: str,
    may_sign: bool,
    from_on: date | None = None,
    to_on: date | None = None,
    basis: str = "",
) -> ContactRole:
    """Note what a contact is there for. The right to sign names its basis (a letter of authority)."""
    customer = contact.customer
    may_change(actor, caps.EDIT, customer)
    start = from_on or org.local_day(customer.unit)
    if purpose not in Purpose.values:
        raise Invalid({"purpose": [_("请选择事项。")]})
    if may_sign and not basis.strip():
        raise Invalid({"basis": [_("有权签字的，请写明授权依据。")]})
    if to_on is not None and to_on < start:
        raise Invalid({"to_on": [_("结束日期不能早于开始日期。")]})
    current = ContactRole.objects.filter(contact=contact, purpose=purpose, to_on__isnull=True).first()
    if current is not None:
        current.to_on = max(current.from_on, start - timedelta(days=1))
        current.save(update_fields=["to_on"])
    role = ContactRole(
        contact=contact,
        purpose=purpose,
        may_sign=may_sign,
        from_on=start,
        to_on=to_on,
        basis=basis.strip()[:120],
    )
    role.save()
    history.record(
        actor=actor,
        verb="customer.contact_authorised",
        subject=customer,
        data={
            "name": contact.name,
            "purpose": history.both(Purpose(role.purpose).label),
            "sign": Text("有权签字", "may sign") if may_sign else Text("无签字权", "may not sign"),
        },
        note=basis,
        marks=[role, *([current] if current else [])],
    )
    return role


@atomic
def end_role(*, actor: Actor, role: ContactRole, last_day: date | None = None) -> ContactRole:
    """End what a contact is there for, after `last_day` (today by default)."""
    customer = role.contact.customer
    may_change(actor, caps.EDIT, customer)
    to_on = max(role.from_on, last_day or org.local_day(customer.unit))
    guarded_update(role, expect={"to_on": role.to_on}, to_on=to_on)
    history.record(
        actor=actor,
        verb="customer.contact_role_ended",
        subject=customer,
        data={"name": role.contact.name, "purpose": history.both(Purpose(role.purpose).label)},
        marks=[role],
    )
    return role


def authority(*, contact: Contact, purpose: str, on: date) -> ContactRole:
    """The role by which the contact may sign for the purpose on this day. Raises NotAuthorisedToSign.

    Other domains ask this before they take a contact's signature for anything.
    """
    roles = list(ContactRole.objects.filter(contact=contact)) if contact.active else []
    authorities = [rules.Authority(role.purpose, role.may_sign, role.from_on, role.to_on) for role in roles]
    found = rules.authority_to_sign(authorities, purpose, on)
    if found is None:
        raise NotAuthorisedToSign
    return roles[authorities.index(found)]


@atomic
def record_confirmation(
    *, actor: Actor, contact: Contact, purpose: str, title: str, signed_on: date | None = None
) -> SignedConfirmation:
    """Record a confirmation slip signed by a contact. Refused when he is not authorised for the purpose (CUS-04)."""
    customer = contact.customer
    may_change(actor, caps.RECORD, customer)
    today = org.local_day(customer.unit)
    day = signed_on or today
    problems = {}
    if not title.strip():
        problems["title"] = [_("请填写确认的内容。")]
    if day > today:
        problems["signed_on"] = [_("签字日期不能晚于今天。")]
    if problems:
        raise Invalid(problems)
    role = authority(contact=contact, purpose=purpose, on=day)
    signed = SignedConfirmation(
        customer=customer,
        contact=contact,
        role=role,
        purpose=purpose,
        title=title.strip()[:200],
        signed_on=day,
        recorded_at=clock.now(),
        recorded_by_id=actor.person_id,
    )
    signed.save()
    history.record(
        actor=actor,
        verb="customer.confirmation_signed",
        subject=customer,
        data={"name": contact.name, "title": signed.title},
        marks=[signed],
    )
    return signed
