"""Carrying out the plan of an owners' list: everything new is written together, table by table.

One history entry accounts for a batch and stands in the timeline of every customer and room it made. The search index
follows in a job of its own, duplicates are looked for when the import is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

from zhize.domains.customers import addresses, catalogue, machine, rules, sealing
from zhize.domains.customers import capabilities as caps
from zhize.domains.customers.models import (
    CompanyFacts,
    Contact,
    Customer,
    EmailAddress,
    Note,
    Occupancy,
    ParkingKind,
    ParkingSpace,
    Phone,
    Premises,
)
from zhize.domains.customers.selectors.batches import Node
from zhize.domains.customers.services import inputs
from zhize.domains.customers.services.standing import only_own
from zhize.kernel import flow, history, jobs
from zhize.kernel.access import Actor
from zhize.kernel.db import atomic, copying
from zhize.kernel.documents.models import ImportRun
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Unit
from zhize.lib import clock, idnumbers

if TYPE_CHECKING:
    from zhize.domains.customers.importing.planning import Plan, Planned

TOGETHER = 1000
INDEX_AT_ONCE = 2000


@atomic
def carry_out(*, actor: Actor, unit: Unit, plan: Plan, run: ImportRun) -> None:
    """Write what the plan makes. The rights were decided while planning; planned rows get their rows here."""
    rooms = _premises(unit, plan.nodes)
    customers = _customers(actor, unit, plan.customers)
    _belongings(actor, unit, plan.customers)
    if not customers and not rooms:
        return
    history.record(
        actor=actor,
        verb="customer.imported",
        subject=run,
        unit=unit,
        data={"file": run.name, "customers": len(customers), "premises": len(rooms)},
        also=[*customers, *rooms],
    )
    for start in range(0, len(customers), INDEX_AT_ONCE):
        ids = [row.pk for row in customers[start : start + INDEX_AT_ONCE]]
        jobs.defer("customers.index", label="customers.customer", ids=ids)
    ids = [row.pk for row in rooms if row.is_occupiable]
    for start in range(0, len(ids), INDEX_AT_ONCE):
        jobs.defer("customers.index", label="customers.premises", ids=ids[start : start + INDEX_AT_ONCE])


def _premises(unit: Unit, nodes: Sequence[Node]) -> list[Premises]:
    """The new nodes, level by level, so that every parent has its id before its children."""
    made: list[Premises] = []
    for node, pk in zip(
        sorted(nodes, key=attrgetter("depth")), copying.reserve(Premises, len(nodes)), strict=True
    ):
        node.pk = pk
        node.path = f"{node.parent.path if node.parent is not None else '/'}{pk}/"
        made.append(_premises_row(unit, node))
    copying.copy_in(made)
    return made


def _premises_row(unit: Unit, node: Node) -> Premises:
    way = node.way
    return Premises(
        pk=node.pk,
        unit_id=unit.pk,
        parent_id=node.parent.pk if node.parent is not None else None,
        path=node.path,
        kind=node.kind,
        code=node.code,
        name=node.name,
        address=addresses.address(way),
        sort_key=addresses.sort_key(way),
        area_id=node.parent.area_id if node.parent is not None else None,
        floor_area=node.floor_area,
        layout=node.layout,
    )


def _customers(actor: Actor, unit: Unit, planned: Sequence[Planned]) -> list[Customer]:
    now, today = clock.now(), org.local_day(unit)
    keeper = actor.person_id if only_own(actor, caps.CREATE) else None
    grades = {grade.code: grade for grade in catalogue.grades()}
    rows = []
    for one in planned:
        grade = grades.get(one.grade)
        row = Customer(
            unit_id=unit.pk,
            nature=one.kind.nature,
            kind_code=one.kind.code,
            name=one.name,
            gender=one.gender,
            id_number_sealed=sealing.seal(one.id_number),
            id_number_digest=sealing.digest(one.id_number),
            id_number_masked=idnumbers.mask(one.id_number) if one.id_number else "",
            grade_code=one.grade,
            graded_on=today if grade else None,
            next_visit_on=rules.next_visit(today, grade.visit_days, today) if grade else None,
            tags=list(one.tags),
            arrears_amount=one.arrears or 0,
            arrears_as_of=today if one.arrears is not None else None,
            answers=one.kind.form.document({}) if one.kind.form is not None else {},
            external_ref=one.external_ref,
            keeper_id=keeper,
            created_at=now,
            created_by_id=actor.person_id,
            **flow.begin(machine.CUSTOMER),
        )
        one.row = row
        rows.append(row)
    copying.copy_in(rows)
    return rows


def _belongings(actor: Actor, unit: Unit, planned: Sequence[Planned]) -> None:
    """Numbers, addresses, licence, contacts, rooms, notes and parking spaces of the new customers."""
    now = clock.now()
    copying.copy_in(
        [
            Phone(
                customer_id=one.id,
                number=number.number,
                digits=number.digits,
                label=inputs.phone_label(number),
                owner_note=note,
                primary=index == 0,
                created_at=now,
            )
            for one in planned
            for index, (number, note) in enumerate(one.numbers.values())
        ]
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(customer_id=one.id, address=one.email, primary=True, created_at=now)
        for one in planned
        if one.email
    )
    CompanyFacts.objects.bulk_create(
        CompanyFacts(customer_id=one.id, licence_no=one.licence_no) for one in planned if one.licence_no
    )
    Contact.objects.bulk_create(
        Contact(customer_id=one.id, name=one.contact[:60], created_at=now) for one in planned if one.contact
    )
    copying.copy_in(
        [
            Occupancy(customer_id=one.id, premises_id=room.pk or 0, role=role, living=living, from_on=from_on)
            for one in planned
            for room, role, living, from_on in one.rooms.values()
        ]
    )
    Note.objects.bulk_create(
        Note(customer_id=one.id, text=one.note, written_at=now, author_id=actor.person_id)
        for one in planned
        if one.note
    )
    _parking(unit, planned)


def _parking(unit: Unit, planned: Sequence[Planned]) -> None:
    """Parking spaces: new ones are made, known ones get their user."""
    wanted: dict[tuple[int, str], tuple[Planned, str, Node]] = {}
    for one in planned:
        for code, plates, room in one.parking:
            root = room
            while root.parent is not None:
                root = root.parent
            wanted[root.pk or 0, code[:30]] = (one, plates, room)
    known = {
        (space.community_id, space.code): space
        for space in ParkingSpace.objects.filter(community__in={pk for pk, _code in wanted})
    }
    made, changed = [], []
    for (community_id, code), (one, plates, room) in wanted.items():
        space = known.get((community_id, code))
        if space is None:
            space = ParkingSpace(unit=unit, community_id=community_id, code=code)
            made.append(space)
        else:
            changed.append(space)
        space.kind, space.customer_id, space.room_id = ParkingKind.RENTED, one.id, room.pk
        space.plates = plates.replace("，", "、").replace(",", "、")[:80]
    ParkingSpace.objects.bulk_create(made, batch_size=TOGETHER)
    ParkingSpace.objects.bulk_update(changed, ["kind", "customer", "room", "plates"], batch_size=TOGETHER)
