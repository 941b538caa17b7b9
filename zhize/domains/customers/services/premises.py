"""Keeping the premises tree and the parking spaces (CUS-06)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import addresses
from zhize.domains.customers import capabilities as caps
from zhize.domains.customers.models import (
    SPOKEN_BY_NAME,
    Condition,
    Customer,
    ParkingKind,
    ParkingSpace,
    Premises,
    PremisesKind,
)
from zhize.domains.customers.services.standing import require_unit
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Outrun, atomic, guarded_update, one_at_a_time
from zhize.kernel.org.models import Area, Unit
from zhize.lib import digits

Way = list[tuple[str, str, str]]


@atomic
def create_premises(
    *,
    actor: Actor,
    unit: Unit,
    kind: str,
    code: str,
    parent: Premises | None = None,
    name: str = "",
    area: Area | None = None,
    floor: int | None = None,
    floor_area: Decimal | None = None,
    layout: str = "",
    condition: str = Condition.NORMAL,
    delivered_on: date | None = None,
    external_ref: str = "",
) -> Premises:
    """Add a node to the tree. Invalid when it cannot stand under its parent or its address exists already.

    Without an area of its own it takes its parent's.
    """
    unit = parent.unit if parent is not None else unit
    require_unit(actor, caps.PREMISES_EDIT, unit)
    clean_code, clean_name = _named(kind, code, name)
    if not addresses.may_stand_under(kind, parent.kind if parent else None):
        raise Invalid({"parent": [_("这一级不能放在所选的上级下面。")]})
    if area is not None and area.unit_id != unit.pk:
        raise Invalid({"area": [_("责任区域属于另一个单位。")]})
    way = [*(_way(parent) if parent else []), (kind, clean_code, clean_name)]
    address = addresses.address(way)
    one_at_a_time("customers.address", unit.pk, address)
    if Premises.objects.filter(unit=unit, address=address).exists():
        raise Invalid({"code": [_("“{address}”已经有了。").format(address=address)]})
    row = Premises(
        unit=unit,
        parent=parent,
        kind=kind,
        code=clean_code,
        name=clean_name,
        address=address,
        sort_key=addresses.sort_key(way),
        area=area or (parent.area if parent else None),
        area_inherited=area is None,
        floor=floor,
        floor_area=_positive(floor_area),
        layout=layout.strip(),
        condition=condition,
        delivered_on=delivered_on,
        external_ref=external_ref.strip(),
    )
    row.save()
    row.path = f"{parent.path if parent else '/'}{row.pk}/"
    row.save(update_fields=["path"])
    history.record(actor=actor, verb="premises.created", subject=row)
    return row


def _named(kind: str, code: str, name: str) -> tuple[str, str]:
    if kind not in PremisesKind.values:
        raise Invalid({"kind": [_("请选择类型。")]})
    clean = digits.tidy(code)[:30]
    if not clean or "/" in clean:
        raise Invalid({"code": [_("请填写编号，不能有斜线。")]})
    return clean, digits.tidy_name(name)[:60] or addresses.default_name(kind, clean)


def _positive(floor_area: Decimal | None) -> Decimal | None:
    if floor_area is not None and floor_area <= 0:
        raise Invalid({"floor_area": [_("面积要大于零。")]})
    return floor_area


def _way(node: Premises) -> Way:
    """(kind, code, name) from the root to the node; one query."""
    above = Premises.objects.filter(pk__in=node.ancestor_ids).only("pk", "kind", "code", "name")
    by_id = {row.pk: row for row in above}
    rows = [*(by_id[pk] for pk in node.ancestor_ids), node]
    return [(row.kind, row.code, row.name) for row in rows]


CHANGEABLE = frozenset({"name", "floor", "floor_area", "layout", "condition", "delivered_on", "external_ref"})


@atomic
def update_premises(
    *, actor: Actor, premises: Premises, version: int | None = None, **changes: Any
) -> Premises:
    """Change a node's data. A community or court that is renamed renames the addresses below it."""
    access.require(actor, caps.PREMISES_EDIT, premises)
    if version is not None and version != premises.version:
        raise Outrun
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise TypeError(f"not changeable: {sorted(unknown)}")
    if "name" in changes:
        changes["name"] = digits.tidy_name(changes["name"])[:60] or premises.name
    if "floor_area" in changes:
        changes["floor_area"] = _positive(changes["floor_area"])
    renamed = changes.get("name", premises.name) != premises.name
    with history.change(premises, actor=actor, verb="premises.updated"):
        guarded_update(premises, **changes)
    if renamed and premises.kind in SPOKEN_BY_NAME:
        _readdress(premises)
    return premises


def _readdress(top: Premises) -> None:
    """Compute the addresses of a node and everything below it again: two queries and one bulk update."""
    below = list(Premises.objects.filter(path__startswith=top.prefix).order_by("path"))
    ways: dict[int, Way] = {}
    above = _way(top)[:-1]
    # A parent's path is shorter than its children's, so sorting by length visits parents first.
    for row in sorted(below, key=lambda node: len(node.path or "")):
        parent_way = above if row.pk == top.pk else ways[row.parent_id or 0]
        ways[row.pk] = [*parent_way, (row.kind, row.code, row.name)]
        row.address = addresses.address(ways[row.pk])
        row.sort_key = addresses.sort_key(ways[row.pk])
    Premises.objects.bulk_update(below, ["address", "sort_key"], batch_size=500)
    top.refresh_from_db(fields=["address", "sort_key"])


@atomic
def set_area(*, actor: Actor, premises: Premises, area: Area | None) -> int:
    """Say who answers for a node: everything below without an area of its own follows. Returns how many nodes changed.

    None takes the node's own area away, so that it inherits from above again.
    """
    access.require(actor, caps.PREMISES_EDIT, premises)
    if area is not None and area.unit_id != premises.unit_id:
        raise Invalid({"area": [_("责任区域属于另一个单位。")]})
    inherited = area is None
    effective = area or (premises.parent.area if premises.parent else None)
    followers = _followers(premises)
    with history.change(
        premises, actor=actor, verb="premises.area_set", data={"area": str(effective or "—")}
    ):
        guarded_update(premises, area=effective, area_inherited=inherited)
    Premises.objects.filter(pk__in=followers).update(area=effective)
    return 1 + len(followers)


def _followers(top: Premises) -> list[int]:
    """Ids of the nodes below that inherit their area from `top`."""
    below = Premises.objects.filter(path__startswith=top.prefix).exclude(pk=top.pk)
    following, found = {top.pk}, []
    rows = sorted(
        below.values_list("pk", "parent_id", "area_inherited", "path"), key=lambda row: len(row[3] or "")
    )
    for pk, parent_id, inherited, _path in rows:
        if inherited and parent_id in following:
            following.add(pk)
            found.append(pk)
    return found


@atomic
def record_parking(
    *,
    actor: Actor,
    community: Premises,
    code: str,
    kind: str = ParkingKind.SHARED,
    customer: Customer | None = None,
    room: Premises | None = None,
    plates: Iterable[str] = (),
    until_on: date | None = None,
) -> ParkingSpace:
    """Record a parking space, or who uses a known one from now on."""
    access.require(actor, caps.PREMISES_EDIT, community)
    clean = digits.tidy(code)[:30]
    if not clean:
        raise Invalid({"code": [_("请填写车位号。")]})
    if kind != ParkingKind.SHARED and customer is None:
        raise Invalid({"customer": [_("产权和月租车位要登记客户。")]})
    shown = "、".join(dict.fromkeys(digits.tidy(plate).upper() for plate in plates if plate.strip()))[:80]
    values: dict[str, Any] = {
        "kind": kind,
        "customer": customer,
        "room": room,
        "plates": shown,
        "until_on": until_on,
    }
    space = ParkingSpace.objects.filter(community=community, code=clean).first()
    users = {space.customer_id if space is not None else None, customer.pk if customer is not None else None}
    if space is None:
        space = ParkingSpace(unit=community.unit, community=community, code=clean, **values)
        space.save()
    else:
        guarded_update(space, **values)
    history.record(
        actor=actor,
        verb="premises.parking_recorded",
        subject=community,
        data={"space": clean, "users": sorted(pk for pk in users if pk is not None)},
        also=[row for row in (customer, room) if row is not None],
        marks=[space],
    )
    return space
