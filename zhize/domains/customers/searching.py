"""What customers and premises are found by: names, numbers, phone fragments, addresses."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import Prefetch, QuerySet

from zhize.domains.customers import machine
from zhize.domains.customers.models import OCCUPIABLE, Customer, Occupancy, Premises
from zhize.kernel import search
from zhize.lib import phones

# Premises have no date of their own; among hits they stand below everything that happened.
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


def customers() -> QuerySet[Customer]:
    """Customers with all that `customer_document` reads."""
    places = Occupancy.objects.filter(to_on__isnull=True).select_related("premises")
    return Customer.objects.prefetch_related(
        "phones",
        "emails",
        "contacts",
        "parking_spaces",
        Prefetch("occupancies", queryset=places, to_attr="current"),
    ).select_related("company")


def customer_document(customer: Customer) -> search.Document | None:
    """Names and places can be read among the hits; numbers are only searched."""
    if customer.state == machine.MERGED:
        return None
    company = getattr(customer, "company", None)
    current = getattr(customer, "current", None)
    if current is None:
        current = customer.occupancies.filter(to_on__isnull=True).select_related("premises")
    contacts = list(customer.contacts.all())
    numbers = [phone.number for phone in customer.phones.all()] + [one.phone for one in contacts if one.phone]
    plates = [space.plates for space in customer.parking_spaces.all()]
    return search.Document(
        title=customer.name,
        summary="、".join(row.premises.address for row in current),
        body=" ".join(
            [
                *customer.tags,
                *(email.address for email in customer.emails.all()),
                *(contact.name for contact in contacts),
                *plates,
            ]
        ),
        keys=(
            customer.number,
            customer.external_ref,
            company.licence_no if company else "",
            *(key for number in numbers for key in phones.search_keys(number)),
        ),
        unit_id=customer.unit_id,
        at=customer.created_at,
    )


def premises_document(premises: Premises) -> search.Document | None:
    """Rooms and shops by their address."""
    return search.Document(
        title=premises.address, at=ALWAYS, keys=(premises.external_ref,), unit_id=premises.unit_id
    )


def rooms() -> QuerySet[Premises]:
    return Premises.objects.filter(kind__in=OCCUPIABLE)


search.provide(Customer, zh="客户", en="Customers", document=customer_document, rows=customers)
search.provide(Premises, zh="房产", en="Premises", document=premises_document, rows=rooms)
