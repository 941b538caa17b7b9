"""Staff: lists, one person's positions, areas, absences and turns of duty."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import (
    Absence,
    Appointment,
    AreaAssignment,
    Person,
    Position,
    Shift,
    Unit,
)
from zhize.lib import clock

HELD = "held"
"""Attribute of a listed person: the appointments in force, with position and unit."""


def _today() -> Q:
    return org.in_force(clock.today())


def running(at: datetime | None = None) -> Q:
    """Turns of duty that have begun and not ended."""
    now = at or clock.now()
    return Q(from_at__lte=now) & (Q(to_at__isnull=True) | Q(to_at__gt=now))


def visible(actor: Actor, capability: str | None = None) -> QuerySet[Person]:
    """People the actor may see, with positions held, whether they are away and on duty. Two queries when listed."""
    now = clock.now()
    held = Appointment.objects.filter(_today()).select_related("position__unit").order_by("kind", "from_on")
    away = Absence.objects.filter(person=OuterRef("pk"), from_at__lte=now, to_at__gt=now)
    on_duty = Shift.objects.filter(running(now), person=OuterRef("pk"))
    rows = access.visible(actor, Person, capability).annotate(away=Exists(away), on_duty=Exists(on_duty))
    return rows.select_related("user").prefetch_related(Prefetch("appointments", queryset=held, to_attr=HELD))


def of_unit(unit: Unit) -> Q:
    """People who hold a position in the unit or below it today."""
    held = Appointment.objects.filter(_today(), position__unit__path__startswith=unit.path or "?")
    return Q(pk__in=held.values("person"))


def of_position(position: Position) -> Q:
    """People who hold the position today."""
    return Q(pk__in=Appointment.objects.filter(_today(), position=position).values("person"))


def without_position() -> Q:
    """People who hold no position today."""
    return ~Q(pk__in=Appointment.objects.filter(_today()).values("person"))


def find(actor: Actor, words: str, capability: str | None = None) -> QuerySet[Person]:
    """Active people by name, number or telephone, for fields that search while one types."""
    rows = access.visible(actor, Person, capability).filter(active=True)
    return matching(rows, words).order_by("name", "pk")


def matching(rows: QuerySet[Person], words: str) -> QuerySet[Person]:
    """Those whose name, number or telephone contains the words."""
    wanted = words.strip()
    if not wanted:
        return rows
    named = Q(name__icontains=wanted) | Q(name_en__icontains=wanted)
    return rows.filter(named | Q(employee_no__icontains=wanted) | Q(phone__contains=wanted))


def one(actor: Actor, person: Person) -> Person:
    """A person as the list shows him, with positions and presence."""
    return visible(actor).get(pk=person.pk)


def appointments(person: Person) -> QuerySet[Appointment]:
    """Every appointment of a person, the present ones first."""
    rows = person.appointments.select_related("position__unit", "on_behalf_of")
    return rows.order_by(F("to_on").desc(nulls_first=True), "-from_on")


def appointment(actor: Actor, pk: int, capability: str) -> Appointment:
    """One appointment, for relieving. NotFound, Refused."""
    found = access.fetch(actor, Appointment, pk)
    access.require(actor, capability, found.position)
    return found


def areas(person: Person) -> QuerySet[AreaAssignment]:
    """The areas a person answers for today."""
    rows = person.area_assignments.filter(_today())
    return rows.select_related("area__unit", "position").order_by("area__unit", "area__code")


def absences(person: Person, limit: int = 20) -> list[Absence]:
    """A person's absences, newest first."""
    return list(person.absences.order_by("-from_at")[:limit])


def shift(person: Person) -> Shift | None:
    """The turn of duty a person is on now."""
    return person.shifts.filter(running()).select_related("unit").order_by("-from_at").first()


def on_duty(actor: Actor) -> QuerySet[Shift]:
    """Who is on duty now, as far as the actor may see it."""
    rows = access.visible(actor, Shift).filter(running())
    return rows.select_related("person", "unit").order_by("unit__path", "from_at")


def away(actor: Actor, capability: str) -> QuerySet[Absence]:
    """Absences that run or are to come of the people the capability reaches, the first to begin first."""
    rows = access.visible(actor, Absence, capability).filter(to_at__gt=clock.now())
    return rows.select_related("person").order_by("from_at", "pk")
