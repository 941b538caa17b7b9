"""A few units and people for tests of single mechanisms; the full cast stands in tests/kit."""

from __future__ import annotations

from datetime import date

from zhize.kernel import access
from zhize.kernel.access.models import Grant, Scope
from zhize.kernel.org.models import Appointment, AppointmentKind, Person, Position, Unit


def unit(code: str, parent: Unit | None = None) -> Unit:
    made = Unit.objects.create(code=code, name=code, parent=parent)
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save(update_fields=["path"])
    return made


def position(code: str, where: Unit, *, reports_to: Position | None = None, **grants: str) -> Position:
    """A position with grants, written `case_view="unit"` for case.view within the unit."""
    made = Position.objects.create(code=code, name=code, unit=where, reports_to=reports_to)
    for name, scope in grants.items():
        Grant.objects.create(position=made, capability=name.replace("_", ".", 1), scope=Scope(scope))
    return made


def person(name: str, *held: Position, kind: str = AppointmentKind.PRIMARY) -> Person:
    made = Person.objects.create(name=name, employee_no=name)
    for one in held:
        Appointment.objects.create(person=made, position=one, from_on=date(2020, 1, 1), kind=kind)
    return made


def actor(who: Person, *, channel: str = "web") -> access.Actor:
    return access.for_person(who, channel=channel)
