"""Who is calling or writing: customers by number, mail address, ID number and name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db.models import Count, Model, Prefetch, Q, QuerySet

from zhize.domains.customers import machine, registry, sealing
from zhize.domains.customers.models import Contact, Customer, EmailAddress, HouseholdMember, Occupancy, Phone
from zhize.domains.customers.registry import Panel
from zhize.domains.customers.rules import Given
from zhize.kernel.access import Actor
from zhize.kernel.db import statements
from zhize.kernel.org.models import Unit
from zhize.lib import clock, idnumbers, phones

M = TypeVar("M", bound=Model)

POPUP_LIMIT = 10


def given(customer: Customer) -> Given:
    """What a customer has of the things a kind may ask for; one query."""
    row = (
        Customer.objects.filter(pk=customer.pk)
        .annotate(
            rooms=Count("occupancies", filter=Q(occupancies__to_on__isnull=True), distinct=True),
            numbers=Count("phones", distinct=True),
            people=Count("contacts", filter=Q(contacts__active=True), distinct=True),
        )
        .values("rooms", "numbers", "people", "id_number_digest", "company__licence_no")
        .get()
    )
    return Given(
        premises=bool(row["rooms"]),
        licence=bool(row["company__licence_no"]),
        phone=bool(row["numbers"]),
        id_number=bool(row["id_number_digest"]),
        contact=bool(row["people"]),
    )


def with_number_or_address(unit: Unit, digits: str, address: str) -> list[Customer]:
    """Active customers of the unit or below it who have this number or, where none has, this mail address; the oldest first.

    Unscoped by design: it serves finding-or-creating, which must not make a second entry for a customer whom the
    actor happens not to see. It never leaves the service.
    """
    path = unit.path or "/-/"

    def found(name: str, where: Callable[[Any], QuerySet[Any]], value: str) -> list[Customer]:
        def make(value: Any) -> QuerySet[Customer]:
            rows = Customer.objects.filter(state=machine.ACTIVE, unit__path__startswith=path)
            return rows.filter(pk__in=where(value).values("customer_id")).order_by("pk")

        return statements.rows((name, path), statements.ANYBODY, make, value=value) if value else []

    known = found("customers.with_number", lambda one: Phone.objects.filter(digits=one), digits)
    return known or found(
        "customers.with_address", lambda one: EmailAddress.objects.filter(address=one), address
    )


def dialled_forms(text: str) -> list[str]:
    """The digits a calling number may be stored under: as it is, and without area code for a number kept short."""
    number = phones.parse(text)
    if number is None:
        digits = "".join(ch for ch in text if ch.isdigit())
        return [digits] if len(digits) >= 3 else []
    forms = [number.digits]
    if number.kind == "landline" and number.area:
        forms.append(number.digits[len(number.area) :])
    return forms


@dataclass(frozen=True)
class Caller:
    """A customer who may be calling, with what the desk needs to see at once."""

    customer: Customer
    phone: Phone | None
    contact: Contact | None
    places: Sequence[Occupancy]
    household: Sequence[HouseholdMember]


@dataclass(frozen=True)
class Popup:
    """What opens when a phone rings: the callers, and what other domains know about them and their households."""

    number: str
    callers: Sequence[Caller] = ()
    panels: Sequence[Panel] = field(default_factory=tuple)
    more: int = 0


def by_number(actor: Actor, number: str) -> list[Customer]:
    """Visible active customers with this number, their own or a contact's. Two indexed look-ups."""
    forms = dialled_forms(number)
    if not forms:
        return []

    def rows(**dialled: Any) -> QuerySet[Customer]:
        own = Phone.objects.filter(digits__in=list(dialled.values())).values("customer_id")
        said = Contact.objects.filter(phone_digits__in=list(dialled.values()), active=True).values(
            "customer_id"
        )
        # A union, not an OR: with an OR PostgreSQL reads all customers instead of the two indexes.
        found = Customer.objects.visible_to(actor).filter(pk__in=own.union(said), state=machine.ACTIVE)
        return found.order_by("-vip", "pk")[: POPUP_LIMIT + 1]

    dialled = {f"form{place}": form for place, form in enumerate(forms)}
    return statements.rows(("customers.by_number", len(forms)), actor.key, rows, **dialled)


def popup(actor: Actor, number: str) -> Popup:
    """Everything for the intake desk about a calling number, in a fixed number of queries."""
    found = by_number(actor, number)
    shown, forms = found[:POPUP_LIMIT], set(dialled_forms(number))
    if not shown:
        return Popup(number)
    callers = describe(shown, forms)
    ids = {caller.customer.pk for caller in callers}
    ids |= {member.member_id for caller in callers for member in caller.household}
    panels = registry.panels(actor=actor, customer_ids=sorted(ids))
    return Popup(number, callers, panels, len(found) - len(shown))


def describe(customers: Sequence[Customer], forms: Collection[str] = ()) -> list[Caller]:
    """The customers with their current places, their household and the number or contact that matched."""
    ids = [customer.pk for customer in customers]
    numbers = _by(_of("phones", ids, lambda ids: Phone.objects.filter(_any("customer", ids))), "customer_id")
    contacts = _by(
        _of("contacts", ids, lambda ids: Contact.objects.filter(_any("customer", ids), active=True)),
        "customer_id",
    )
    places = _by(current_places(ids), "customer_id")
    households = _households(ids)
    return [
        Caller(
            customer=customer,
            phone=_matching(numbers.get(customer.pk, []), "digits", forms),
            contact=_matching(contacts.get(customer.pk, []), "phone_digits", forms) if forms else None,
            places=places.get(customer.pk, []),
            household=households.get(customer.pk, []),
        )
        for customer in customers
    ]


def current_places(customer_ids: Sequence[int], on: date | None = None) -> list[Occupancy]:
    """The rooms these customers own or use on a day (today by default), with address and area."""
    return _of(
        "places",
        customer_ids,
        lambda ids, day: (
            Occupancy.objects.filter(_any("customer", ids))
            .filter(Q(to_on__isnull=True) | Q(to_on__gte=day))
            .select_related("premises__area")
            .order_by("-living", "premises__sort_key")
        ),
        day=on or clock.today(),
    )


def _any(path: str, ids: Iterable[Any]) -> Q:
    return Q(*((path, pk) for pk in ids), _connector=Q.OR)


def _of(what: str, customer_ids: Sequence[int], make: Callable[..., QuerySet[M]], **given: Any) -> list[M]:
    """Rows of a few customers, mostly of one: the statement is composed once for each number of them."""
    if not customer_ids:
        return []
    ids = {f"id{place}": pk for place, pk in enumerate(customer_ids)}

    def rows(**values: Any) -> QuerySet[M]:
        return make([values.pop(name) for name in ids], **values)

    return statements.rows(("customers.of", what, len(ids)), statements.ANYBODY, rows, **ids, **given)


def _matching(rows: Sequence[M], column: str, forms: Collection[str]) -> M | None:
    """The row whose number was dialled; without a number, the first."""
    matching = [row for row in rows if getattr(row, column) in forms]
    return matching[0] if matching else (rows[0] if rows and not forms else None)


def _by(rows: Iterable[M], column: str) -> dict[int, list[M]]:
    found: dict[int, list[M]] = {}
    for row in rows:
        found.setdefault(getattr(row, column), []).append(row)
    return found


def _households(customer_ids: Sequence[int]) -> dict[int, list[HouseholdMember]]:
    """For each customer the members of his households (as member) or of itself (as household), without himself."""
    mine = _of(
        "households",
        customer_ids,
        lambda ids: HouseholdMember.objects.filter(_any("member", ids) | _any("household", ids)),
    )
    of_household: dict[int, set[int]] = {}
    for row in mine:
        for side in (row.member_id, row.household_id):
            if side in customer_ids:
                of_household.setdefault(side, set()).add(row.household_id)
    wanted = {household for ids in of_household.values() for household in ids}
    if not wanted:
        return {}
    rows = HouseholdMember.objects.filter(household__in=wanted).select_related("member")
    rows = rows.prefetch_related(
        Prefetch("member__phones", queryset=Phone.objects.order_by("-primary", "pk"))
    )
    members = _by(rows, "household_id")
    return {
        customer_id: [
            row for pk in sorted(ids) for row in members.get(pk, []) if row.member_id != customer_id
        ]
        for customer_id, ids in of_household.items()
    }


def by_email(address: str) -> list[Customer]:
    """Active customers known by this mail address (their own or a contact's). For mail intake, which is a system actor's."""
    clean = address.strip().lower()
    own = EmailAddress.objects.filter(address=clean).values("customer_id")
    spoken_for = Contact.objects.filter(email=clean, active=True).values("customer_id")
    rows = Customer.objects.filter(pk__in=own.union(spoken_for), state=machine.ACTIVE)
    return list(rows.select_related("unit").order_by("pk")[:20])


def by_id_number(actor: Actor, number: str) -> list[Customer]:
    """Visible customers with this ID number; found by digest, so the number itself is read nowhere."""
    clean = idnumbers.clean(number)
    if not clean:
        return []
    return list(Customer.objects.visible_to(actor).filter(id_number_digest__in=sealing.digests(clean))[:20])


def family(customer: Customer) -> list[int]:
    """Ids of the customer and of every entry merged into it, at any depth: whose histories it carries."""
    found, edge = {customer.pk}, {customer.pk}
    while edge:
        edge = set(Customer.objects.filter(merged_into__in=edge).values_list("pk", flat=True)) - found
        found |= edge
    return sorted(found)


def survivor(customer: Customer) -> Customer:
    """The customer that took this one over, or itself."""
    current = customer
    while current.merged_into is not None:
        current = current.merged_into
    return current


def holders_of(actor: Actor, text: str) -> list[Customer]:
    """Visible active customers who have one of the numbers in a text, for the warning while one types."""
    numbers = [named.phone.digits for named in phones.split_cell(text).phones]
    if not numbers:
        return []
    own = Phone.objects.filter(digits__in=numbers).values("customer_id")
    rows = Customer.objects.visible_to(actor).filter(pk__in=own, state=machine.ACTIVE)
    return list(rows.order_by("pk")[:POPUP_LIMIT])
