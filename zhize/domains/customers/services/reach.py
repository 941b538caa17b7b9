"""How a customer is reached: numbers and mail addresses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers.models import Customer, EmailAddress, Phone
from zhize.domains.customers.services import duplicates, inputs
from zhize.domains.customers.services.standing import may_change
from zhize.kernel import history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, NotFound, atomic, one_at_a_time
from zhize.lib import clock


@atomic
def add_phone(
    *,
    actor: Actor,
    customer: Customer,
    number: str,
    label: str = "",
    owner_note: str = "",
    primary: bool = False,
) -> Phone:
    """Record a number. The first one is the preferred one; Invalid when it is malformed or already there."""
    may_change(actor, caps.EDIT, customer)
    found = inputs.parsed_phone(number, "number")
    mine = _numbers(customer)
    if any(phone.number == found.number for phone in mine):
        raise Invalid({"number": [_("这个号码已经登记过了。")]})
    if primary:
        _demote(mine)
    phone = Phone(
        customer=customer,
        number=found.number,
        digits=found.digits,
        label=label or inputs.phone_label(found),
        owner_note=owner_note[:40],
        primary=primary or not mine,
        created_at=clock.now(),
    )
    phone.save()
    history.record(
        actor=actor,
        verb="customer.phone_added",
        subject=customer,
        data={"phone": phone.masked},
        marks=[phone, *mine],
    )
    duplicates.propose_for(actor=actor, customer=customer)
    return phone


def _numbers(customer: Customer) -> list[Phone]:
    """The customer's numbers as they are, oldest first, kept until the transaction ends."""
    one_at_a_time("customers.phones", customer.pk)
    return list(Phone.objects.select_for_update().filter(customer=customer).order_by("pk"))


def _as_it_is(phone: Phone, among: list[Phone]) -> Phone:
    for now in among:
        if now.pk == phone.pk:
            return now
    raise NotFound


def _demote(phones: list[Phone]) -> None:
    for phone in phones:
        if phone.primary:
            phone.primary = False
            phone.save(update_fields=["primary"])


@atomic
def prefer_phone(*, actor: Actor, phone: Phone) -> Phone:
    """Make this the number to call first. Doing it twice changes nothing; NotFound when it was taken off meanwhile."""
    customer = phone.customer
    may_change(actor, caps.EDIT, customer)
    mine = _numbers(customer)
    phone = _as_it_is(phone, mine)
    if phone.primary:
        return phone
    others = [other for other in mine if other.primary]
    _demote(others)
    phone.primary = True
    phone.save(update_fields=["primary"])
    history.record(
        actor=actor,
        verb="customer.phone_preferred",
        subject=customer,
        data={"phone": phone.masked},
        marks=[phone, *others],
    )
    return phone


@atomic
def remove_phone(*, actor: Actor, phone: Phone) -> None:
    """Take a number off the record; when it was the preferred one, the oldest other one takes its place.

    Raises NotFound when somebody has taken it off already.
    """
    customer = phone.customer
    may_change(actor, caps.EDIT, customer)
    mine = _numbers(customer)
    phone = _as_it_is(phone, mine)
    shown, gone = phone.masked, Phone(pk=phone.pk)
    heir = next((other for other in mine if other.pk != phone.pk), None) if phone.primary else None
    phone.delete()
    if heir is not None:
        heir.primary = True
        heir.save(update_fields=["primary"])
    marks = [gone] if heir is None else [gone, heir]
    history.record(
        actor=actor, verb="customer.phone_removed", subject=customer, data={"phone": shown}, marks=marks
    )


@atomic
def add_email(*, actor: Actor, customer: Customer, address: str) -> EmailAddress:
    """Record a mail address; mail from it is then known to be this customer's."""
    may_change(actor, caps.EDIT, customer)
    clean = inputs.email(address)
    one_at_a_time("customers.emails", customer.pk)
    mine = list(EmailAddress.objects.filter(customer=customer).values_list("address", flat=True))
    if clean in mine:
        raise Invalid({"address": [_("这个邮箱已经登记过了。")]})
    email = EmailAddress(customer=customer, address=clean, primary=not mine, created_at=clock.now())
    email.save()
    history.record(
        actor=actor, verb="customer.email_added", subject=customer, data={"email": clean}, marks=[email]
    )
    return email


@atomic
def remove_email(*, actor: Actor, email: EmailAddress) -> None:
    """Take a mail address off the record."""
    may_change(actor, caps.EDIT, email.customer)
    customer, shown, gone = email.customer, email.address, EmailAddress(pk=email.pk)
    email.delete()
    history.record(
        actor=actor, verb="customer.email_removed", subject=customer, data={"email": shown}, marks=[gone]
    )
