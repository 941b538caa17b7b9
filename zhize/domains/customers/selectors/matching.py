"""Finding what a list line means among what is already recorded. Unscoped: it serves services that checked the unit."""

from __future__ import annotations

from dataclasses import dataclass

from zhize.domains.customers import addresses, machine, rules, sealing
from zhize.domains.customers.models import Customer, Occupancy, ParkingSpace, Phone, Premises
from zhize.kernel.org.models import Unit
from zhize.lib import idnumbers


@dataclass(frozen=True)
class Wanted:
    """What identifies the customer of a line, the strongest first."""

    name: str
    numbers: tuple[str, ...] = ()
    id_number: str = ""
    external_ref: str = ""
    premises: Premises | None = None


def find(unit: Unit, wanted: Wanted) -> Customer | None:
    """The active customer of the unit that is meant: by the old number, the ID, number and name, room and name.

    Without any of these, a customer of the same name that has neither number nor room.
    """
    rows = Customer.objects.filter(unit=unit, state=machine.ACTIVE).select_related("unit")
    if wanted.external_ref and (found := rows.filter(external_ref=wanted.external_ref).first()):
        return found
    if wanted.id_number:
        digests = sealing.digests(idnumbers.clean(wanted.id_number))
        if found := rows.filter(id_number_digest__in=digests).first():
            return found
    folded = rules.folded_name(wanted.name)
    if wanted.numbers:
        holders = Phone.objects.filter(number__in=wanted.numbers, customer__unit=unit).values("customer_id")
        for row in rows.filter(pk__in=holders).order_by("pk"):
            if rules.folded_name(row.name) == folded:
                return row
    if wanted.premises is not None:
        there = Occupancy.objects.filter(premises=wanted.premises, to_on__isnull=True).values("customer_id")
        for row in rows.filter(pk__in=there).order_by("pk"):
            if rules.folded_name(row.name) == folded:
                return row
    if not wanted.numbers and wanted.premises is None:
        bare = rows.filter(name=wanted.name, phones__isnull=True, occupancies__isnull=True)
        return bare.order_by("pk").first()
    return None


def numbers_of(customer: Customer) -> set[str]:
    return set(Phone.objects.filter(customer=customer).values_list("number", flat=True))


def is_at(customer: Customer, premises: Premises) -> bool:
    """Whether the customer owns or uses the room now, in whatever role."""
    return Occupancy.objects.filter(customer=customer, premises=premises, to_on__isnull=True).exists()


def child(unit: Unit, parent: Premises | None, kind: str, code: str) -> Premises | None:
    """The node of this code below the parent; a community is also known by its name."""
    rows = Premises.objects.filter(unit=unit, parent=parent).select_related("unit", "area")
    if parent is None:
        return rows.filter(name=code).first() or rows.filter(code=code).first()
    if kind == "court":
        return rows.filter(kind=kind, name=code).first() or rows.filter(kind=kind, code=code).first()
    kinds = ("room", "shop") if kind == "room" else (kind,)
    return rows.filter(kind__in=kinds, code__in=addresses.code_forms(code)).first()


def root_of(room: Premises) -> Premises:
    """The community a room stands in."""
    return Premises.objects.select_related("unit").get(pk=(room.ancestor_ids or [room.pk])[0])


def has_space(community: Premises, code: str, customer: Customer) -> bool:
    return ParkingSpace.objects.filter(community=community, code=code, customer=customer).exists()


def node(pk: int) -> Premises:
    """A node that was found on record, with what making something below it needs."""
    return Premises.objects.select_related("unit", "area").get(pk=pk)
