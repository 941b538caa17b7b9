"""Premises through the API."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from zhize import rest
from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import services
from zhize.domains.customers.filters import RoomFilter
from zhize.domains.customers.models import Condition, Occupancy, Premises
from zhize.domains.customers.selectors import premises as reads
from zhize.kernel import access
from zhize.kernel.db import Invalid
from zhize.kernel.org.models import Area, Unit
from zhize.rest.operations import Request, created
from zhize.rest.paging import page
from zhize.rest.schema import Id, Line, Page, PageQuery, Schema, UnitRef

router = rest.Router("premises")

SquareMetres = Annotated[Decimal, Field(gt=0, max_digits=10, decimal_places=2)]
Floor = Annotated[int, Field(ge=-10, le=200)]


class AreaRef(Schema):
    id: Id
    name: str


class OccupantOut(Schema):
    id: Id
    customer: Id
    name: str
    role: str
    living: bool
    from_on: date | None


class PremisesOut(Schema):
    id: Id
    unit: UnitRef
    parent: Id | None
    kind: str
    code: str
    name: str
    address: str
    area: AreaRef | None
    floor: int | None
    floor_area: Decimal | None
    layout: str
    condition: str
    occupied: bool | None
    delivered_on: date | None
    occupants: list[OccupantOut] | None = None


class PremisesIn(Schema):
    """A community has no `parent`; everything else stands below one of a higher level."""

    parent: Id | None = None
    unit: Id | None = None
    kind: Line
    code: Line
    name: Line = ""
    area: Id | None = None
    floor: Floor | None = None
    floor_area: SquareMetres | None = None
    layout: Line = ""
    condition: Line = Condition.NORMAL.value
    delivered_on: date | None = None
    external_ref: Line = ""


class PremisesQuery(PageQuery):
    """`vacant` narrows to rooms without an occupier; `parent` to what stands right below a node."""

    q: Line | None = None
    parent: Id | None = None
    community: Id | None = None
    area: Id | None = None
    kind: Line | None = None
    condition: Line | None = None
    vacant: bool | None = None


class VacateIn(Schema):
    last_day: date | None = None


@router.get("/premises", response=Page[PremisesOut])
@rest.operation(capability=caps.PREMISES_VIEW)
def list_premises(request: Request, query: rest.Query[PremisesQuery]) -> Any:
    """Premises the caller may see; with `vacant=true` the rooms without an occupier"""
    rows = reads.vacant(request.actor) if query.vacant else reads.listed(request.actor)
    if query.parent:
        rows = rows.filter(parent=query.parent)
    given = query.model_dump(exclude={"limit", "cursor", "vacant", "parent"}, exclude_none=True)
    found = RoomFilter(given, queryset=rows, request=request)
    if not found.form.is_valid():
        raise Invalid({name: list(texts) for name, texts in found.form.errors.items()})
    part = page(found.qs.order_by("-pk"), query)
    return part.answer(_out(row) for row in part.rows)


@router.post("/premises", response={201: PremisesOut})
@rest.operation(capability=caps.PREMISES_EDIT)
def create_premises(request: Request, body: PremisesIn) -> Any:
    """Add a node to the premises tree"""
    actor = request.actor
    parent = access.fetch(actor, Premises, body.parent, caps.PREMISES_EDIT) if body.parent else None
    unit = (
        access.fetch(actor, Unit, body.unit)
        if body.unit
        else parent.unit
        if parent
        else access.unit_of(actor)
    )
    if unit is None:
        raise Invalid({"unit": [_("请选择所属单位。")]})
    row = services.create_premises(
        actor=actor,
        unit=unit,
        parent=parent,
        area=access.fetch(actor, Area, body.area) if body.area else None,
        **body.model_dump(exclude={"parent", "unit", "area"}),
    )
    return created(_shown(request, row.pk), location=f"/api/v1/premises/{row.pk}")


@router.get("/premises/{premises_id}", response=PremisesOut)
@rest.operation(capability=caps.PREMISES_VIEW)
def read_premises(request: Request, premises_id: Id) -> Any:
    """One node with who is there now"""
    access.fetch(request.actor, Premises, premises_id)
    return _shown(request, premises_id)


@router.post("/occupancies/{occupancy_id}/vacate", response=PremisesOut)
@rest.operation(capability=caps.PREMISES_EDIT)
def vacate(request: Request, occupancy_id: Id, body: VacateIn) -> Any:
    """Somebody no longer owns or uses a room after `last_day` (today)"""
    row = access.fetch(request.actor, Occupancy, occupancy_id, caps.PREMISES_EDIT)
    services.vacate(actor=request.actor, occupancy=row, last_day=body.last_day)
    return _shown(request, row.premises_id)


def _shown(request: Request, pk: int) -> dict[str, Any]:
    row = reads.one(request.actor, pk)
    occupants = [
        {
            "id": one.pk,
            "customer": one.customer_id,
            "name": one.customer.name,
            "role": one.role,
            "living": one.living,
            "from_on": one.from_on,
        }
        for one in row.current_occupancies
    ]
    return {**_out(row), "occupants": occupants}


def _out(row: Premises) -> dict[str, Any]:
    plain = ("kind", "code", "name", "address", "floor", "floor_area", "layout", "condition", "delivered_on")
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in plain},
        "unit": {"id": row.unit_id, "name": str(row.unit)},
        "parent": row.parent_id,
        "area": {"id": row.area_id, "name": str(row.area)} if row.area else None,
        "occupied": row.is_occupied if row.is_occupiable else None,
    }
