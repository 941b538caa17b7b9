"""Reads of the premises tree: what stands where, who is there, what is vacant (CUS-06)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from zhize.domains.customers.addresses import code_forms, plain_code
from zhize.domains.customers.models import (
    OCCUPIABLE,
    Asset,
    Condition,
    Occupancy,
    ParkingSpace,
    Premises,
)
from zhize.kernel import search
from zhize.kernel.access import Actor
from zhize.kernel.org.models import Unit
from zhize.lib import clock, digits, tokens
from zhize.lib import rooms as places

NOT_TO_LET = (Condition.UNSOLD, Condition.WITHDRAWN)


def in_force(on: date | None = None) -> Q:
    """Occupancies that hold on a day (today by default); an unknown start counts as long ago."""
    day = on or clock.today()
    return (Q(from_on__isnull=True) | Q(from_on__lte=day)) & (Q(to_on__isnull=True) | Q(to_on__gte=day))


def occupied(on: date | None = None) -> Exists:
    """Whether somebody is in the room, as an annotation."""
    return Exists(Occupancy.objects.filter(in_force(on), premises=OuterRef("pk"), living=True))


def rooms(actor: Actor, on: date | None = None) -> QuerySet[Premises]:
    """Visible rooms and shops, annotated with `is_occupied`."""
    return Premises.objects.visible_to(actor).filter(kind__in=OCCUPIABLE).annotate(is_occupied=occupied(on))


def vacant(actor: Actor, on: date | None = None, below: Premises | None = None) -> QuerySet[Premises]:
    """Rooms and shops without an occupier 空置房; unsold and withdrawn ones are not to let and are left out."""
    rows: QuerySet[Any] = rooms(actor, on)
    rows = rows.filter(is_occupied=False).exclude(condition__in=NOT_TO_LET)
    rows = rows.filter(path__startswith=below.prefix) if below is not None else rows
    return rows.select_related("area", "unit").prefetch_related(_owners(on))


def listed(actor: Actor) -> QuerySet[Premises]:
    """All visible premises with area, unit and whether somebody is there."""
    rows = Premises.objects.visible_to(actor).annotate(is_occupied=occupied())
    return rows.select_related("area", "unit").prefetch_related(_owners(None))


def one(actor: Actor, pk: int) -> Premises:
    """One visible node as `listed` reads it. The caller has been through the door."""
    return listed(actor).get(pk=pk)


def _owners(on: date | None) -> Prefetch:
    rows = Occupancy.objects.filter(in_force(on)).select_related("customer").order_by("pk")
    return Prefetch("occupancies", queryset=rows, to_attr="current_occupancies")


def visible(actor: Actor) -> QuerySet[Premises]:
    """All premises the actor sees, for fields that point at one."""
    return Premises.objects.visible_to(actor)


def roots(actor: Actor) -> QuerySet[Premises]:
    """Visible communities, with their figures."""
    return counted(Premises.objects.visible_to(actor).filter(parent__isnull=True)).select_related(
        "unit", "area"
    )


def children(actor: Actor, node: Premises) -> QuerySet[Premises]:
    """The nodes right below one, with their figures and, for rooms, who is there now."""
    rows = counted(Premises.objects.visible_to(actor).filter(parent=node)).select_related("area")
    return rows.prefetch_related(_owners(None)).order_by("sort_key")


def counted(rows: QuerySet[Premises]) -> QuerySet[Premises]:
    """Annotated with `room_count`, `occupied_count` and `square_metres` of everything below each node (or itself)."""
    below = Premises.objects.filter(path__startswith=OuterRef("path"), kind__in=OCCUPIABLE).order_by()
    number = {"output_field": IntegerField()}

    def count(queryset: QuerySet[Premises]) -> Coalesce:
        totals = queryset.annotate(one=Value(1)).values("one").annotate(total=Count("pk")).values("total")
        return Coalesce(Subquery(totals, **number), 0)

    areas = below.annotate(one=Value(1)).values("one").annotate(total=Sum("floor_area")).values("total")
    return rows.annotate(
        room_count=count(below),
        occupied_count=count(below.filter(occupied())),
        square_metres=Subquery(areas),
        is_occupied=occupied(),
    )


def way_to(node: Premises) -> list[Premises]:
    """The nodes from the root to this one."""
    above = {row.pk: row for row in Premises.objects.filter(pk__in=node.ancestor_ids)}
    return [*(above[pk] for pk in node.ancestor_ids if pk in above), node]


@dataclass(frozen=True)
class PremisesPage:
    """One node with everything its page shows."""

    node: Premises
    way: Sequence[Premises]
    children: Sequence[Premises]
    current: Sequence[Occupancy]
    past: Sequence[Occupancy]
    parking: Sequence[ParkingSpace]
    assets: Sequence[Asset]


def page(actor: Actor, node: Premises) -> PremisesPage:
    """The page of a node, in a fixed number of queries."""
    ties = list(Occupancy.objects.filter(premises=node).select_related("customer").order_by("-to_on", "pk"))
    today = clock.today()
    current = [row for row in ties if row.to_on is None or row.to_on >= today]
    spaces = ParkingSpace.objects.filter(Q(community=node) | Q(room=node)).select_related("customer", "room")
    assets = Asset.objects.filter(premises=node).prefetch_related("events")
    return PremisesPage(
        node=node,
        way=way_to(node),
        children=list(children(actor, node)),
        current=current,
        past=[row for row in ties if row not in current],
        parking=list(spaces[:200]),
        assets=list(assets[:100]),
    )


def find(actor: Actor, text: str, limit: int = 20) -> list[Premises]:
    """Visible rooms whose address contains what was typed so far ("3-2-3", "碧水园 3-2"), or that it means in other
    words ("三栋二单元301")."""
    wanted = digits.tidy(text)
    if not wanted:
        return []
    rows = Premises.objects.visible_to(actor).filter(kind__in=OCCUPIABLE)
    typed = Q()
    for word in wanted.split():
        typed &= Q(address__icontains=word)
    meant = search.narrow(Premises.objects.order_by(), wanted).values("pk")
    return list(rows.filter(typed | Q(pk__in=meant)).select_related("area")[:limit])


def by_address(unit: Unit, address: str) -> Premises | None:
    """The one room in the unit or below it that an address means, as people write it. None when none or several do.

    "春华苑3-2-201" and "3栋2单元201室" are enough where only one place is called so. For what customers write.
    """
    own = Premises.objects.filter(unit__path__startswith=unit.path or "/-/").select_related("unit", "area")
    if exact := own.filter(address=address.strip()).first():
        return exact
    head, codes = _read(address)
    if not codes:
        return None
    rows = own.filter(kind__in=OCCUPIABLE, code__in=code_forms(codes[-1].upper()))
    found = [row for row in rows if _means(head, codes, row.address)]
    return found[0] if len(found) == 1 else None


def _read(address: str) -> tuple[str, list[str]]:
    """What stands before the room at the end of an address, and the room's codes; none when it names no room."""
    folded = tokens.fold(address).strip()
    room = next((one for one in places.find(folded) if one.room), None)
    if room is None or folded[room.end :].strip(" 室房号户,，。"):
        return "", []
    return folded[: room.start], room.codes


def _means(head: str, codes: Sequence[str], recorded: str) -> bool:
    """Whether the recorded address is what was written: the same codes (an entrance may be left unsaid), and the names
    before them are its own or the last of them."""
    above, own = _read(recorded)
    same = [plain_code(code) for code in own]
    said = [plain_code(code) for code in codes]
    if said != same and not (len(same) == 3 and said == [same[0], same[2]]):
        return False
    names = above.split()
    return "".join(head.split()) in {"", *("".join(names[start:]) for start in range(len(names)))}


def labels(ids: Iterable[int]) -> dict[int, str]:
    """Addresses by id: what a form field that points at premises shows."""
    return dict(Premises.objects.filter(pk__in=list(ids)).values_list("pk", "address"))
