"""Texts to read and sign: who is asked, who has signed, who has not (ORG-14)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from zhize.domains.organisation.models import Reading, Signature
from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.db import NotFound
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Appointment, Person, Position
from zhize.lib import clock


@dataclass(frozen=True)
class Reader:
    """Somebody who is asked to sign: in which position since when, and the signature once it is there."""

    person: Person
    position: Position
    since: date
    signature: Signature | None


@dataclass(frozen=True)
class Progress:
    """How many are asked and how many of them have signed."""

    asked: int
    signed: int

    @property
    def unsigned(self) -> int:
        return self.asked - self.signed

    @property
    def percent_unsigned(self) -> int:
        """100 at first; rounded up, so that 0 means that everybody has signed."""
        return -(-100 * self.unsigned // self.asked) if self.asked else 0


def _reach(reading: Reading) -> Q:
    """Which appointments make somebody a reader: of the position, or of the unit (and below)."""
    if reading.position_id is not None:
        return Q(position_id=reading.position_id)
    if reading.below:
        return Q(position__unit__path__startswith=reading.unit.path or "?")
    return Q(position__unit_id=reading.unit_id)


def _held(reading: Reading) -> QuerySet[Appointment]:
    day = org.local_day(reading.unit)
    return Appointment.objects.filter(org.in_force(day), _reach(reading), person__active=True)


def is_reader(reading: Reading, person: Person) -> bool:
    """Whether the person is asked to sign today."""
    return _held(reading).filter(person=person).exists()


def readers(reading: Reading) -> list[Reader]:
    """Everybody who is asked, those who have not signed first, then by unit. Two queries."""
    signed = {row.person_id: row for row in reading.signatures.all()}
    rows = _held(reading).select_related("person", "position__unit")
    found: dict[int, Reader] = {}
    for row in rows.order_by("position__unit__path", "position", "from_on", "pk"):
        found.setdefault(
            row.person_id, Reader(row.person, row.position, row.from_on, signed.get(row.person_id))
        )
    return sorted(found.values(), key=lambda reader: reader.signature is not None)


def progress(listed: Iterable[Reader]) -> Progress:
    rows = list(listed)
    return Progress(len(rows), sum(reader.signature is not None for reader in rows))


def open_readings(position: Position | None = None) -> QuerySet[Reading]:
    """Texts in force that are to be signed; with a position those that its holders are asked for."""
    rows = Reading.objects.filter(replaced_at__isnull=True).select_related("unit", "position")
    if position is None:
        return rows
    above = [int(part) for part in (position.unit.path or "").strip("/").split("/") if part]
    of_unit = Q(unit_id=position.unit_id) | Q(unit_id__in=above, below=True)
    return rows.filter(Q(position=position) | (Q(position__isnull=True) & of_unit))


def of_position(position: Position) -> Reading | None:
    """What the holders of the position are asked to sign now: the sheet in its last version."""
    rows = Reading.objects.filter(position=position, replaced_at__isnull=True)
    return rows.select_related("unit", "position").first()


def listed(actor: Actor) -> QuerySet[Reading]:
    """Texts the actor may see or is asked to sign, with how many are asked and have signed. One query."""
    seen = access.visible(actor, Reading) | Reading.objects.filter(mine(actor))
    rows = Reading.objects.filter(pk__in=seen.values("pk")).select_related("unit", "position", "sheet")
    return rows.annotate(n_asked=_count(Q()), n_signed=_count(_has_signed()))


def mine(actor: Actor) -> Q:
    """Those that the actor is asked to sign, whether he has or not."""
    where = Q(pk__in=[])
    for row in Position.objects.filter(
        pk__in=[holding.position_id for holding in actor.positions]
    ).select_related("unit"):
        above = [int(part) for part in (row.unit.path or "").strip("/").split("/") if part]
        of_unit = Q(unit_id=row.unit_id) | Q(unit_id__in=above, below=True)
        where |= Q(position_id=row.pk) | (Q(position__isnull=True) & of_unit)
    return where


def unsigned_by(actor: Actor) -> Q:
    """Those that wait for the actor's signature."""
    signed = Signature.objects.filter(person_id=actor.person_id or 0).values("reading")
    return mine(actor) & Q(replaced_at__isnull=True) & ~Q(pk__in=signed)


def _has_signed() -> Q:
    return Q(Exists(Signature.objects.filter(reading=OuterRef(OuterRef("pk")), person=OuterRef("person"))))


def _count(more: Q) -> Any:
    """How many people hold an appointment that makes them readers of the row outside, and `more`."""
    held = Appointment.objects.filter(org.in_force(clock.today()), more, person__active=True)
    of_unit = held.filter(position__unit_id=OuterRef("unit_id"))
    below = held.filter(position__unit__path__startswith=OuterRef("unit__path"))
    return Case(
        When(position__isnull=False, then=_number(held.filter(position_id=OuterRef("position_id")))),
        When(below=True, then=_number(below)),
        default=_number(of_unit),
    )


def _number(rows: QuerySet[Any]) -> Any:
    one = rows.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("person", distinct=True))
    return Coalesce(Subquery(one.values("n")), 0)


def get(actor: Actor, pk: int) -> Reading:
    """One text that the actor may see or is asked to sign. NotFound."""
    found = listed(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
