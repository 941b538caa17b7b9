"""Small builders for tests that need somebody in a position with grants, and nothing of any pack."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import Any

from zhize.kernel import access
from zhize.kernel.access.models import Grant
from zhize.kernel.accounts.models import User
from zhize.kernel.org.models import Appointment, Person, Position, Unit

_numbers = count(1)
PASSWORD = "right-horse-1"


def unit(name: str = "中心", parent: Unit | None = None) -> Unit:
    number = next(_numbers)
    row = Unit.objects.create(code=f"U{number}", name=name, parent=parent)
    if not row.path:
        row.path = f"{parent.path if parent else '/'}{row.pk}/"
        row.save(update_fields=["path"])
    return row


def position(where: Unit, grants: Mapping[str, str] | None = None, **fields: Any) -> Position:
    number = next(_numbers)
    row = Position.objects.create(
        unit=where, code=f"p{number}", name=fields.pop("name", f"岗位{number}"), **fields
    )
    for capability, scope in (grants or {}).items():
        Grant.objects.create(position=row, capability=capability, scope=scope)
    return row


def person(name: str = "李敏", held: Position | None = None, **fields: Any) -> Person:
    number = next(_numbers)
    row = Person.objects.create(name=name, employee_no=f"E{number}", **fields)
    if held is not None:
        Appointment.objects.create(person=row, position=held, from_on=date(2020, 1, 1))
    return row


def user(whose: Person | None = None, login: str = "", **fields: Any) -> User:
    row = User(login=login or f"user{next(_numbers)}", person=whose, **fields)
    row.set_password(PASSWORD)
    row.save()
    return row


def somebody(grants: Mapping[str, str] | None = None, where: Unit | None = None, **fields: Any) -> User:
    """A user whose person holds one position with these grants."""
    held = position(where or unit(), grants)
    return user(person(held=held), **fields)


def actor(of: User, channel: str = "web") -> access.Actor:
    return access.for_user(of, channel=channel)
