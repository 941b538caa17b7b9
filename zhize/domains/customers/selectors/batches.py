"""What a batch of list lines may meet in the archive, read at once: the tree of premises and the customers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from django.db.models import QuerySet

from zhize.domains.customers import addresses, machine, rules
from zhize.domains.customers.models import OCCUPIABLE, Customer, Occupancy, Phone, Premises
from zhize.kernel.org.models import Unit


@dataclass
class Node:
    """A node of the premises tree, on record or to be made (`pk` None)."""

    kind: str
    code: str
    name: str
    parent: Node | None = None
    pk: int | None = None
    path: str = ""
    area_id: int | None = None
    floor_area: Decimal | None = None
    layout: str = ""

    @property
    def key(self) -> str:
        return f"{self.pk or id(self)}"

    @property
    def way(self) -> list[tuple[str, str, str]]:
        above = self.parent.way if self.parent is not None else []
        return [*above, (self.kind, self.code, self.name)]

    @property
    def address(self) -> str:
        """The address as people say it."""
        return addresses.address(self.way)

    @property
    def upwards(self) -> Iterator[Node]:
        """The node itself and all above it."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    @property
    def depth(self) -> int:
        return 0 if self.parent is None else self.parent.depth + 1


ROOMS = ("room", "shop")
NAMED = ("community", "court")


class Written(Protocol):
    """A place as far as a line writes it; a level that is not written is empty."""

    @property
    def building(self) -> str: ...
    @property
    def entrance(self) -> str: ...
    @property
    def room(self) -> str: ...


COLUMNS = ("pk", "parent_id", "kind", "code", "name", "path", "area_id", "floor_area", "layout")


class Tree:
    """The unit's premises as far as the lines may name them: everything above rooms, and the rooms that these places
    may mean (all rooms when none are given). What a line asks is found by key: a list has as many lines as rooms."""

    def __init__(self, unit: Unit, places: Sequence[Written] | None = None) -> None:
        self.nodes: dict[int, Node] = {}
        self.children: dict[tuple[str, str, str], Node] = {}
        self.roots: list[Node] = []
        self.named: list[Node] = []
        self._uppers: dict[tuple[str, str, str], list[Node]] = {}
        self._kinds: dict[str, set[str]] = {}
        self._rooms: dict[tuple[str, str], list[Node]] = {}
        self._take(Premises.objects.filter(unit=unit).exclude(kind__in=OCCUPIABLE))
        rooms = Premises.objects.filter(unit=unit, kind__in=OCCUPIABLE)
        if places is not None:
            codes = {form for one in places for form in addresses.code_forms(one.room)}
            rooms = rooms.filter(code__in=codes, parent__in=self._parents(places))
        self._take(rooms)

    def _take(self, rows: QuerySet[Premises]) -> None:
        # Parents have shorter paths than their children.
        for row in sorted(rows.order_by("path").values_list(*COLUMNS), key=lambda one: len(one[5] or "")):
            pk, parent_id, kind, code, name, path, area_id, floor_area, layout = row
            parent = self.nodes.get(parent_id) if parent_id else None
            node = Node(kind, code, name, parent, pk, path or "", area_id, floor_area, layout)
            self.nodes[pk] = node
            if parent is None:
                self.roots.append(node)
            if kind in NAMED:
                self.named.append(node)
            self._enter(node)
            self._note(node)

    def _parents(self, places: Sequence[Written]) -> list[int]:
        """The nodes right above which the places' rooms can stand: the written entrance, else anything at or below the
        written building, else any community or court."""
        entrances = {addresses.plain_code(one.entrance) for one in places if one.entrance}
        buildings = {
            addresses.plain_code(one.building) for one in places if one.building and not one.entrance
        }
        open_ones = any(not (one.building or one.entrance) for one in places)
        return [
            pk
            for pk, node in self.nodes.items()
            if addresses.plain_code(node.code) in entrances
            or (open_ones and node.kind in NAMED)
            or (buildings and any(addresses.plain_code(one.code) in buildings for one in node.upwards))
        ]

    def _note(self, node: Node) -> None:
        """Let a node on record be found from every node above it."""
        code = addresses.plain_code(node.code)
        for above in node.upwards:
            if above is node:
                continue
            if node.kind in ROOMS:
                self._rooms.setdefault((above.key, code), []).append(node)
            else:
                self._uppers.setdefault((above.key, node.kind, code), []).append(node)
                self._kinds.setdefault(above.key, set()).add(node.kind)

    def _enter(self, node: Node) -> None:
        above = node.parent.key if node.parent is not None else ""
        kind = "room" if node.kind in ROOMS else node.kind
        self.children.setdefault((above, kind, addresses.plain_code(node.code)), node)
        if node.kind in {"community", "court"}:
            self.children.setdefault((above, kind, node.name), node)

    def child(self, parent: Node | None, kind: str, code: str) -> Node | None:
        """The node of this code (or name, for communities and courts) below the parent."""
        above = parent.key if parent is not None else ""
        return self.children.get((above, kind, code)) or self.children.get(
            (above, kind, addresses.plain_code(code))
        )

    def add(self, parent: Node | None, kind: str, code: str) -> Node:
        """A node to be made; it takes its parent's area."""
        name = code if parent is None else addresses.default_name(kind, code)
        node = Node(
            kind, code[:30], name[:60], parent, area_id=parent.area_id if parent is not None else None
        )
        self._enter(node)
        return node

    def below(self, above: Node, kind: str, code: str) -> Sequence[Node]:
        """The nodes on record of this kind and code below one, at any depth; no rooms."""
        return self._uppers.get((above.key, kind, addresses.plain_code(code)), ())

    def kinds(self, above: Node) -> Set[str]:
        """The kinds of nodes on record below one, at any depth, without rooms."""
        return self._kinds.get(above.key, frozenset())

    def rooms(self, above: Node, code: str) -> Sequence[Node]:
        """The rooms on record of this code below a node, at any depth."""
        return self._rooms.get((above.key, addresses.plain_code(code)), ())

    def room_ids(self) -> list[int]:
        return [pk for pk, node in self.nodes.items() if node.kind in ROOMS]


@dataclass(frozen=True)
class Wanted:
    """What the lines name of customers."""

    numbers: set[str]
    digests: set[str]
    refs: set[str]
    names: set[str]
    room_ids: list[int]


@dataclass
class Known:
    """A customer on record, as far as completing it goes."""

    pk: int
    name: str
    gender: str
    has_id: bool
    arrears: Decimal
    numbers: set[str] = field(default_factory=set)
    room_ids: set[int] = field(default_factory=set)


class Directory:
    """Customers of the unit that the lines may mean, by every key that identifies one."""

    def __init__(self, unit: Unit, wanted: Wanted) -> None:
        active = Customer.objects.filter(unit=unit, state=machine.ACTIVE)
        self.people: dict[int, Known] = {}
        self.by_key: dict[tuple[str, ...], Known] = {}
        for row in self._columns(active.filter(external_ref__in=wanted.refs)) if wanted.refs else ():
            self.by_key.setdefault(("ref", row[6]), self._known(row))
        for row in (
            self._columns(active.filter(id_number_digest__in=wanted.digests)) if wanted.digests else ()
        ):
            self.by_key.setdefault(("id", row[7]), self._known(row))
        held = Phone.objects.filter(number__in=wanted.numbers, customer__unit=unit)
        ties = Occupancy.objects.filter(premises__in=wanted.room_ids, to_on__isnull=True, customer__unit=unit)
        holders = list(held.order_by("customer_id").values_list("number", "customer_id"))
        there = list(ties.order_by("customer_id").values_list("premises_id", "customer_id"))
        ids = {pk for _key, pk in [*holders, *there]}
        rows = {row[0]: self._known(row) for row in self._columns(active.filter(pk__in=ids))}
        for number, pk in holders:
            if pk in rows:
                self.by_key.setdefault(("number", number, rules.folded_name(rows[pk].name)), rows[pk])
        for room_id, pk in there:
            if pk in rows:
                self.by_key.setdefault(("room", str(room_id), rules.folded_name(rows[pk].name)), rows[pk])
        bare = active.filter(name__in=wanted.names, phones__isnull=True, occupancies__isnull=True)
        for row in self._columns(bare):
            self.by_key.setdefault(("bare", row[1]), self._known(row))
        self._fill()

    def _columns(self, rows: Any) -> list[tuple[Any, ...]]:
        return list(
            rows.order_by("pk").values_list(
                "pk",
                "name",
                "gender",
                "id_number_digest",
                "arrears_amount",
                "state",
                "external_ref",
                "id_number_digest",
            )
        )

    def _known(self, row: tuple[Any, ...]) -> Known:
        pk, name, gender, digest, arrears, *_rest = row
        return self.people.setdefault(pk, Known(pk, name, gender, bool(digest), arrears))

    def _fill(self) -> None:
        """The numbers and rooms of everybody found: two queries."""
        for pk, number in Phone.objects.filter(customer__in=self.people).values_list("customer_id", "number"):
            self.people[pk].numbers.add(number)
        ties = Occupancy.objects.filter(customer__in=self.people, to_on__isnull=True)
        for pk, premises_id in ties.values_list("customer_id", "premises_id"):
            self.people[pk].room_ids.add(premises_id)

    def get(self, key: tuple[str, ...]) -> Known | None:
        return self.by_key.get(key)
