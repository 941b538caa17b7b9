"""Contacts with roles: who may sign what, and when (CUS-04)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import time_machine

from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Contact, ContactRole, Customer, SignedConfirmation
from zhize.kernel import history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Refused

New = Callable[..., Customer]

pytestmark = pytest.mark.req("CUS-04")


@pytest.fixture
def company(new_customer: New) -> Customer:
    return new_customer(
        "华强电子", kind="company", company=customers.CompanyInput(licence_no="440301012345678")
    )


@pytest.fixture
def contact(company: Customer, lead: Actor) -> Contact:
    return customers.add_contact(
        actor=lead, customer=company, name="周敏", title="市场经理", phone="13900001111"
    )


def test_a_confirmation_signed_by_a_contact_without_authority_is_refused(
    lead: Actor, contact: Contact
) -> None:
    with pytest.raises(customers.NotAuthorisedToSign):
        customers.record_confirmation(actor=lead, contact=contact, purpose="advertising", title="3月整版广告")
    assert not SignedConfirmation.objects.exists()


def test_a_role_without_the_right_to_sign_is_not_enough(lead: Actor, contact: Contact) -> None:
    customers.grant_role(actor=lead, contact=contact, purpose="advertising", may_sign=False)
    with pytest.raises(customers.NotAuthorisedToSign):
        customers.record_confirmation(actor=lead, contact=contact, purpose="advertising", title="3月整版广告")


def test_authority_for_another_matter_is_not_enough(lead: Actor, contact: Contact) -> None:
    customers.grant_role(
        actor=lead, contact=contact, purpose="billing", may_sign=True, basis="授权书 2026-01"
    )
    with pytest.raises(customers.NotAuthorisedToSign):
        customers.record_confirmation(actor=lead, contact=contact, purpose="advertising", title="3月整版广告")


def test_an_authorised_contact_signs_and_it_stands_in_the_history(lead: Actor, contact: Contact) -> None:
    customers.grant_role(
        actor=lead, contact=contact, purpose="advertising", may_sign=True, basis="授权书 2026-01"
    )
    signed = customers.record_confirmation(
        actor=lead, contact=contact, purpose="advertising", title="3月整版广告"
    )
    assert signed.role.basis == "授权书 2026-01"
    entry = history.timeline(contact.customer).get(verb="customer.confirmation_signed")
    assert "周敏" in entry.sentence()


def test_authority_counts_only_while_it_lasts(lead: Actor, contact: Contact) -> None:
    with time_machine.travel("2026-03-10 10:00+08:00"):
        role = customers.grant_role(
            actor=lead,
            contact=contact,
            purpose="contract",
            may_sign=True,
            basis="授权书",
            from_on=date(2026, 3, 1),
        )
        customers.end_role(actor=lead, role=role, last_day=date(2026, 3, 9))
        with pytest.raises(customers.NotAuthorisedToSign):
            customers.record_confirmation(actor=lead, contact=contact, purpose="contract", title="补充协议")
        customers.record_confirmation(
            actor=lead, contact=contact, purpose="contract", title="补充协议", signed_on=date(2026, 3, 9)
        )


def test_a_contact_who_left_signs_nothing(lead: Actor, contact: Contact) -> None:
    customers.grant_role(actor=lead, contact=contact, purpose="contract", may_sign=True, basis="授权书")
    customers.update_contact(actor=lead, contact=contact, name="周敏", active=False)
    with pytest.raises(customers.NotAuthorisedToSign):
        customers.record_confirmation(actor=lead, contact=contact, purpose="contract", title="补充协议")


def test_the_right_to_sign_needs_its_basis(lead: Actor, contact: Contact) -> None:
    with pytest.raises(Invalid) as refusal:
        customers.grant_role(actor=lead, contact=contact, purpose="contract", may_sign=True)
    assert "basis" in refusal.value.errors


def test_a_new_role_for_the_same_matter_ends_the_old_one(lead: Actor, contact: Contact) -> None:
    customers.grant_role(actor=lead, contact=contact, purpose="contract", may_sign=False)
    customers.grant_role(actor=lead, contact=contact, purpose="contract", may_sign=True, basis="授权书")
    assert ContactRole.objects.filter(contact=contact, to_on__isnull=True).get().may_sign


def test_who_may_only_look_changes_no_contact(reader: Actor, contact: Contact) -> None:
    with pytest.raises(Refused):
        customers.grant_role(actor=reader, contact=contact, purpose="contract", may_sign=True, basis="授权书")


def test_a_signed_confirmation_can_neither_be_changed_nor_deleted(lead: Actor, contact: Contact) -> None:
    from django.db import IntegrityError, transaction

    customers.grant_role(actor=lead, contact=contact, purpose="contract", may_sign=True, basis="授权书")
    signed = customers.record_confirmation(actor=lead, contact=contact, purpose="contract", title="补充协议")
    with pytest.raises(IntegrityError), transaction.atomic():
        SignedConfirmation.objects.filter(pk=signed.pk).update(title="别的")
    with pytest.raises(IntegrityError), transaction.atomic():
        SignedConfirmation.objects.filter(pk=signed.pk).delete()
