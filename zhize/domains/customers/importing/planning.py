"""What would come of many lines of an owners' list, worked out with a handful of queries and without writing.

The trial shows the plan, the import carries the same plan out (`services.importing`), so what was shown is what
happens. A line that completes a customer on record is marked `by_services`: it goes through the verbs one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import catalogue, rules, sealing
from zhize.domains.customers.importing import lines, places
from zhize.domains.customers.importing.lines import Line
from zhize.domains.customers.importing.owners import kind_of, role_of
from zhize.domains.customers.models import Customer, Premises
from zhize.domains.customers.pack import CustomerKind
from zhize.domains.customers.selectors import batches
from zhize.domains.customers.selectors.batches import Known, Node
from zhize.domains.customers.services import inputs
from zhize.domains.customers.services.standing import require_unit
from zhize.kernel import forms
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid
from zhize.kernel.documents.imports import Done
from zhize.kernel.org.models import Unit
from zhize.lib import idnumbers


@dataclass
class Planned:
    """A customer to be made, with everything the lines say about him."""

    name: str
    kind: CustomerKind
    gender: str = ""
    id_number: str = ""
    external_ref: str = ""
    grade: str = ""
    licence_no: str = ""
    contact: str = ""
    email: str = ""
    note: str = ""
    arrears: Any = None
    tags: tuple[str, ...] = ()
    numbers: dict[str, tuple[Any, str]] = field(default_factory=dict)
    rooms: dict[int, tuple[Node, str, bool, Any]] = field(default_factory=dict)
    parking: list[tuple[str, str, Node]] = field(default_factory=list)
    row: Customer | None = None

    @property
    def id(self) -> int:
        """Of the row, once it is written."""
        return self.row.pk if self.row is not None else 0


@dataclass
class Fate:
    """What one line comes to."""

    done: Done | None = None
    refusal: DomainError | None = None
    first: Planned | Known | None = None
    room: Node | None = None
    by_services: bool = False

    def answer(self) -> Done | DomainError:
        """The refusal, or what is done with the row it is about (once that was written)."""
        if self.refusal is not None or self.done is None:
            return self.refusal or Done("unchanged")
        return replace(self.done, subject=self._subject())

    def _subject(self) -> Customer | Premises | None:
        if isinstance(self.first, Planned):
            return self.first.row
        if self.first is not None:
            return Customer(pk=self.first.pk)
        return Premises(pk=self.room.pk) if self.room is not None and self.room.pk else None


@dataclass
class Plan:
    """What comes of all lines, and what there is to make."""

    fates: list[Fate] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    customers: list[Planned] = field(default_factory=list)


class Planner:
    """Works through the lines in order; a later line finds what an earlier one will have made.

    `strict` refuses to invent premises beside those on record (`places.settle`); what a trial has let pass is made.
    """

    def __init__(
        self, actor: Actor, unit: Unit, rows: Sequence[Mapping[str, str]], *, strict: bool = True
    ) -> None:
        self.actor, self.unit, self.rows, self.strict = actor, unit, rows, strict
        self.read = [lines.read(cells) for cells in rows]
        self.plan = Plan()
        self.tree = batches.Tree(unit, [line.place for line in self.read if line.place])
        self.known = batches.Directory(unit, self._wanted())
        self.planned: dict[tuple[str, ...], Planned] = {}
        self.kinds, self.grades = catalogue.kinds(), catalogue.grades()
        self.forms: dict[str, dict[str, list[Any]]] = {}

    def _wanted(self) -> batches.Wanted:
        return batches.Wanted(
            numbers={one.phone.number for line in self.read for one in line.phones},
            digests={sealing.digest(line.id_number) for line in self.read if line.id_number},
            refs={ref for cells in self.rows if (ref := cells.get("external_ref", "").strip())},
            names={
                name
                for line in self.read
                if not line.place
                for name in line.names
                if not line.phones_of(name)
            },
            room_ids=self.tree.room_ids(),
        )

    def make(self) -> Plan:
        """The plan. Raises Refused when the actor may not record customers in the unit at all."""
        require_unit(self.actor, caps.CREATE, self.unit)
        for cells, line in zip(self.rows, self.read, strict=True):
            fate = Fate()
            try:
                self._line(fate, cells, line)
            except DomainError as refusal:
                fate.refusal = refusal
            self.plan.fates.append(fate)
        return self.plan

    def _line(self, fate: Fate, cells: Mapping[str, str], line: Line) -> None:
        if lines.is_heading(cells) or lines.is_footing(cells):
            fate.done = Done("unchanged", None, [("", _("这一行是表头、合计或说明，已跳过。"))])
            return
        if line.problems:
            raise Invalid(line.problems)
        kind = kind_of(cells, line, bool(line.place), self.kinds) if line.name else None
        if kind is not None:
            self._check(kind, cells, line)
        room, made = self._room(line, cells)
        fate.room = room
        if kind is None:
            self._only_room(fate, line, room, made)
            return
        outcomes = []
        for name in line.names:
            outcome, whom = self._customer(kind, name, line, cells, room)
            outcomes.append(outcome)
            fate.first = fate.first or whom
        fate.by_services = "completed" in outcomes
        if self.strict and set(outcomes) == {"unchanged"} and isinstance(fate.first, Planned):
            fate.done = Done(
                "repeated", None, [("", _("文件里前面已有同一个人、同一处，这一行没有新内容。"))]
            )
            return
        if len(line.names) > 1:
            others = "、".join(line.names[1:])
            line.remarks.append(("name", _("一格里有几个姓名，另外登记了{names}。").format(names=others)))
        said = {"completed": "updated"}
        ranked = [said.get(one, one) for one in outcomes]
        best: Any = next(one for one in ("created", "updated", "unchanged") if one in ranked)
        fate.done = Done(best, None, line.remarks)

    def _only_room(self, fate: Fate, line: Line, room: Node | None, made: bool) -> None:
        if room is None:
            raise Invalid({"name": [_("这一行没有姓名，也没有房号。")]})
        line.remarks.append(("name", _("没有姓名，只登记了房产。")))
        fate.done = Done("created" if made else "unchanged", None, line.remarks)

    def _check(self, kind: CustomerKind, cells: Mapping[str, str], line: Line) -> None:
        """What recording such a customer would refuse."""
        inputs.id_number(line.id_number)
        inputs.licence(cells.get("licence_no", ""))
        if line.email:
            inputs.email(line.email)
        given = rules.Given(
            premises=bool(line.place),
            licence=bool(cells.get("licence_no")),
            phone=bool(line.phones),
            id_number=bool(line.id_number),
            contact=bool(cells.get("contact")) and kind.nature == "company",
        )
        problems = rules.missing(kind.asks, given) or self._asked_by_form(kind)
        if problems:
            raise Invalid(problems, code="customer.kind_asks_for_more")

    def _asked_by_form(self, kind: CustomerKind) -> dict[str, list[Any]]:
        """What the kind's own fields demand and no list brings; worked out once per kind."""
        if kind.code not in self.forms:
            try:
                self.forms[kind.code] = {}
                if kind.form is not None:
                    forms.clean(kind.form, {})
            except Invalid as refusal:
                self.forms[kind.code] = refusal.errors
        return self.forms[kind.code]

    def _room(self, line: Line, cells: Mapping[str, str]) -> tuple[Node | None, bool]:
        if not line.place:
            return None, False
        node, rest = places.settle(self.tree, line.place, field=places.column(cells), strict=self.strict)
        made = False
        for kind, code in rest:
            node, new = self._node(node, kind, code)
            made = made or new
        if node is None:
            return None, False
        if made:
            line.remarks.append(places.made(node.address))
        if node.pk is None:
            node.floor_area = node.floor_area or line.floor_area
            node.layout = node.layout or cells.get("layout", "").strip()[:40]
        return node, made

    def _node(self, parent: Node | None, kind: str, code: str) -> tuple[Node, bool]:
        found = self.tree.child(parent, kind, code)
        if found is not None:
            return found, False
        require_unit(self.actor, caps.PREMISES_EDIT, self.unit)
        made = self.tree.add(parent, kind, code)
        self.plan.nodes.append(made)
        return made, True

    def _customer(
        self, kind: CustomerKind, name: str, line: Line, cells: Mapping[str, str], room: Node | None
    ) -> tuple[str, Planned | Known]:
        numbers = [one.phone.number for one in line.phones_of(name)]
        keys = self._keys(name, line, cells, numbers, room)
        planned = next((self.planned[key] for key in keys if key in self.planned), None)
        if planned is not None:
            outcome = "updated" if self._add(planned, name, line, cells, room) else "unchanged"
            self._remember(keys, planned)
            return outcome, planned
        known = next((found for key in keys if (found := self.known.get(key)) is not None), None)
        if known is not None:
            return ("completed" if self._knows_more(known, name, line, room) else "unchanged"), known
        planned = self._new(kind, name, line, cells)
        self._add(planned, name, line, cells, room)
        self._remember(keys, planned)
        self.plan.customers.append(planned)
        return "created", planned

    def _keys(
        self, name: str, line: Line, cells: Mapping[str, str], numbers: Sequence[str], room: Node | None
    ) -> list[tuple[str, ...]]:
        """By what a customer is the same, the strongest first (as `selectors.matching.find`)."""
        folded, is_first = rules.folded_name(name), name == line.name
        keys: list[tuple[str, ...]] = []
        if is_first and (ref := cells.get("external_ref", "").strip()):
            keys.append(("ref", ref))
        if is_first and line.id_number:
            keys.append(("id", sealing.digest(line.id_number)))
        keys += [("number", number, folded) for number in numbers]
        if room is not None:
            keys.append(("room", room.key, folded))
        if not numbers and room is None:
            keys.append(("bare", name))
        return keys

    def _remember(self, keys: Sequence[tuple[str, ...]], planned: Planned) -> None:
        for key in keys:
            self.planned.setdefault(key, planned)

    def _new(self, kind: CustomerKind, name: str, line: Line, cells: Mapping[str, str]) -> Planned:
        is_first = name == line.name
        word = cells.get("grade", "").strip() if is_first else ""
        grade = catalogue.grade_by_word(word, self.grades) if word else None
        if word and grade is None:
            line.remarks.append(("grade", _("没有“{word}”这个客户等级，没有采用。").format(word=word[:20])))
        tags = cells.get("tags", "").replace("，", ",").replace("、", ",").split(",")
        return Planned(
            name=inputs.name(name),
            kind=kind,
            gender=line.gender if is_first else "",
            id_number=idnumbers.clean(line.id_number) if is_first else "",
            external_ref=cells.get("external_ref", "").strip()[:60] if is_first else "",
            grade=grade.code if grade else "",
            licence_no=inputs.licence(cells.get("licence_no", "")),
            contact=cells.get("contact", "").strip() if kind.nature == "company" else "",
            email=inputs.email(line.email) if line.email and is_first else "",
            note=line.note if is_first else "",
            arrears=line.arrears if is_first else None,
            tags=tuple(inputs.tags(tags)),
        )

    def _add(
        self, planned: Planned, name: str, line: Line, cells: Mapping[str, str], room: Node | None
    ) -> bool:
        """Let a planned customer have this line's numbers and room too. True when anything was new."""
        before = (len(planned.numbers), len(planned.rooms))
        for one in line.phones_of(name):
            said = "" if rules.names_agree(name, one.name) else one.name[:40]
            planned.numbers.setdefault(one.phone.number, (one.phone, said))
        if room is not None and id(room) not in planned.rooms:
            role = role_of(cells, planned.kind)
            living = True if line.living is None or role != "owner" else line.living
            planned.rooms[id(room)] = (room, role, living, line.from_on)
        code = cells.get("parking", "").strip()
        if code and room is not None and name == line.name:
            planned.parking.append((code, cells.get("plates", ""), room))
        return before != (len(planned.numbers), len(planned.rooms))

    def _knows_more(self, known: Known, name: str, line: Line, room: Node | None) -> bool:
        """Whether the line says more of a customer on record than the record does."""
        is_first = name == line.name
        return bool(
            any(one.phone.number not in known.numbers for one in line.phones_of(name))
            or (room is not None and (room.pk is None or room.pk not in known.room_ids))
            or (is_first and line.gender and not known.gender)
            or (is_first and line.id_number and not known.has_id)
            or (is_first and line.arrears is not None and line.arrears != known.arrears)
        )
