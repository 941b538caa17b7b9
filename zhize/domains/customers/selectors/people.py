"""Colleagues who can be put in charge of a customer."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Appointment, Area, Person, Unit
from zhize.lib import clock


def colleagues(actor: Actor, text: str = "") -> QuerySet[Person]:
    """Active people of the actor's units and of what lies below or right above them, by name or number."""
    where = Q(pk__in=[])
    for holding in actor.positions:
        above = [int(part) for part in holding.unit_path.strip("/").split("/")]
        where |= Q(position__unit__path__startswith=holding.unit_path) | Q(position__unit__in=above)
    held = Appointment.objects.filter(org.in_force(clock.today())).filter(where)
    rows = Person.objects.filter(active=True, pk__in=held.values("person"))
    if text.strip():
        rows = rows.filter(Q(name__icontains=text.strip()) | Q(employee_no__istartswith=text.strip()))
    return rows.order_by("name", "pk")


def active() -> QuerySet[Person]:
    """Everybody who works here, for fields that point at a person."""
    return Person.objects.filter(active=True).order_by("name", "pk")


def units_for(actor: Actor, capability: str) -> QuerySet[Unit]:
    """Units in which the actor may make new rows by this capability, the own one first."""
    return Unit.objects.filter(access.units_within(actor, capability, own=True), active=True).order_by("path")


def areas_of(unit: Unit | None) -> QuerySet[Area]:
    """Areas of responsibility of a unit."""
    return Area.objects.filter(unit=unit, active=True).order_by("code")
