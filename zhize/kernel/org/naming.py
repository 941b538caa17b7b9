"""What tells people, positions and units of the same name apart: who does what where, and what belongs to what."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count, Model

from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Appointment, AppointmentKind, Person, Position, Unit
from zhize.lib import clock

BETWEEN = " · "


def hints(model: type[Model], ids: Collection[int]) -> dict[int, str]:
    """What to show beside the name of each row, in the reader's language: position and unit of a person, unit of a
    position, parent of a unit. Empty for rows of other tables. Two queries.
    """
    if not ids:
        return {}
    if issubclass(model, Person):
        return _of_people(ids)
    if issubclass(model, Position):
        rows = list(Position.objects.filter(pk__in=ids).select_related("unit__parent"))
        names = _unit_names([row.unit for row in rows])
        return {row.pk: names[row.unit_id] for row in rows}
    if issubclass(model, Unit):
        below = Unit.objects.filter(pk__in=ids, parent__isnull=False).select_related("parent")
        return {row.pk: str(row.parent) for row in below}
    return {}


def _of_people(ids: Collection[int]) -> dict[int, str]:
    """The position somebody holds himself before those in which he stands in for others."""
    held = Appointment.objects.filter(org.in_force(clock.today()), person__in=ids)
    found: dict[int, Appointment] = {}
    rows = list(held.select_related("position__unit__parent").order_by("from_on", "pk"))
    for row in sorted(rows, key=lambda row: row.kind != AppointmentKind.PRIMARY):
        found.setdefault(row.person_id, row)
    names = _unit_names([row.position.unit for row in found.values()])
    return {pk: f"{row.position}{BETWEEN}{names[row.position.unit_id]}" for pk, row in found.items()}


def _unit_names(units: Collection[Unit]) -> dict[int, str]:
    """Unit by unit its name, after its parent's where another one is called the same."""
    same = Unit.objects.filter(name__in={unit.name for unit in units}, active=True).order_by().values("name")
    doubled = set(same.annotate(n=Count("pk")).filter(n__gt=1).values_list("name", flat=True))
    return {
        unit.pk: f"{unit.parent}{BETWEEN}{unit}" if unit.name in doubled and unit.parent else str(unit)
        for unit in units
    }
