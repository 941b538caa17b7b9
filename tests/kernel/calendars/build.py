"""Small builders of the organisation for the tests of calendars and clocks."""

from __future__ import annotations

from itertools import count

from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.access.models import Grant, Scope
from zhize.kernel.org.models import Appointment, Person, Position, Unit
from zhize.lib import clock

_numbers = count(1)


def unit(code: str = "", parent: Unit | None = None, **fields: object) -> Unit:
    number = next(_numbers)
    row = Unit.objects.create(
        code=code or f"u{number}", name=code or f"机构{number}", parent=parent, **fields
    )
    row.path = f"{parent.path if parent else '/'}{row.pk}/"
    row.save(update_fields=["path"])
    return row


def person(name: str = "某人") -> Person:
    return Person.objects.create(name=name, employee_no=f"E{next(_numbers):04d}", language="zh-hans")


def position(at: Unit, code: str, reports_to: Position | None = None) -> Position:
    return Position.objects.create(unit=at, code=code, name=code, reports_to=reports_to)


def appoint(who: Person, where: Position, kind: str = "primary") -> Appointment:
    return Appointment.objects.create(
        person=who, position=where, kind=kind, from_on=clock.today("UTC").replace(day=1)
    )


def grant(where: Position, *capabilities: str, scope: str = Scope.SUBTREE) -> None:
    for capability in capabilities:
        Grant.objects.create(position=where, capability=capability, scope=scope)


def actor(who: Person) -> Actor:
    return access.for_person(who, channel="web")


def admin(at: Unit, *capabilities: str, scope: str = Scope.SUBTREE) -> Actor:
    """Somebody in the unit with these capabilities."""
    who, where = person("管理员"), position(at, f"admin{next(_numbers)}")
    grant(where, *capabilities, scope=scope)
    appoint(who, where)
    return actor(who)
