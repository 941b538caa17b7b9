"""Units and people through the API."""

from __future__ import annotations

from typing import Any

from zhize import rest
from zhize.domains.organisation import capabilities as caps
from zhize.domains.organisation.selectors import people, units
from zhize.kernel import access
from zhize.kernel.org.models import Person, Unit
from zhize.rest.operations import Request
from zhize.rest.paging import page
from zhize.rest.schema import Id, Line, Page, PageQuery, Schema

router = rest.Router("organisation")


class UnitOut(Schema):
    id: Id
    parent: int | None
    kind: str
    code: str
    name: str
    name_en: str
    short_name: str
    level: str
    timezone: str
    active: bool


class UnitFilter(PageQuery):
    q: Line | None = None
    parent: Id | None = None
    kind: Line | None = None
    active: bool | None = None


class PositionOut(Schema):
    id: Id
    code: str
    name: str
    unit: int
    kind: str


class PersonOut(Schema):
    id: Id
    name: str
    name_en: str
    employee_no: str
    phone: str
    email: str
    active: bool
    away: bool
    on_duty: bool
    positions: list[PositionOut]


class PersonFilter(PageQuery):
    q: Line | None = None
    unit: Id | None = None
    active: bool | None = None


@router.get("/units", response=Page[UnitOut])
@rest.operation(capability=caps.VIEW)
def list_units(request: Request, query: rest.Query[UnitFilter]) -> Any:
    """Units the caller may see; `q` finds by code, full or short name"""
    rows = units.matching(units.visible(request.actor), query.q or "")
    for name in ("parent", "kind", "active"):
        value = getattr(query, name)
        if value is not None:
            rows = rows.filter(**{name: value})
    found = page(rows.order_by("pk"), query)
    return found.answer(_unit(row) for row in found.rows)


@router.get("/units/{unit_id}", response=UnitOut)
@rest.operation(capability=caps.VIEW)
def read_unit(request: Request, unit_id: Id) -> Any:
    """One unit"""
    return _unit(access.fetch(request.actor, Unit, unit_id))


@router.get("/people", response=Page[PersonOut])
@rest.operation(capability=caps.PERSON_VIEW)
def list_people(request: Request, query: rest.Query[PersonFilter]) -> Any:
    """People the caller may see, with the positions they hold today; `unit` includes the units below it"""
    rows = people.matching(people.visible(request.actor), query.q or "")
    if query.active is not None:
        rows = rows.filter(active=query.active)
    if query.unit is not None:
        rows = rows.filter(people.of_unit(access.fetch(request.actor, Unit, query.unit)))
    found = page(rows.order_by("pk"), query)
    return found.answer(_person(row) for row in found.rows)


@router.get("/people/{person_id}", response=PersonOut)
@rest.operation(capability=caps.PERSON_VIEW)
def read_person(request: Request, person_id: Id) -> Any:
    """One member of staff"""
    return _person(people.one(request.actor, access.fetch(request.actor, Person, person_id)))


def _unit(row: Unit) -> dict[str, Any]:
    names = ("kind", "code", "name", "name_en", "short_name", "level", "timezone", "active")
    return {"id": row.pk, "parent": row.parent_id, **{name: getattr(row, name) for name in names}}


def _person(row: Any) -> dict[str, Any]:
    names = ("name", "name_en", "employee_no", "phone", "email", "active", "away", "on_duty")
    held = [
        {"id": each.position_id, "code": each.position.code, "name": each.position.name, "unit": each.position.unit_id, "kind": each.kind}
        for each in getattr(row, people.HELD)
    ]  # fmt: skip
    return {"id": row.pk, **{name: getattr(row, name) for name in names}, "positions": held}
