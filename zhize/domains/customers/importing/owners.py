"""Carrying out an owners' list: premises are made where they are missing, customers found or made, ties noted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import catalogue, rules
from zhize.domains.customers import services as customers
from zhize.domains.customers.importing import fields, lines, places
from zhize.domains.customers.importing.lines import Line
from zhize.domains.customers.models import Customer, OccupancyRole, Premises
from zhize.domains.customers.pack import CustomerKind
from zhize.domains.customers.selectors import batches, matching
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, Refused, atomic
from zhize.kernel.documents.imports import BulkImporter, Done, ImportField
from zhize.kernel.documents.models import ImportRun
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Unit
from zhize.lib.text import Text

ROLE_WORDS = {
    "业主": OccupancyRole.OWNER, "产权人": OccupancyRole.OWNER, "房主": OccupancyRole.OWNER, "owner": OccupancyRole.OWNER,
    "住户": OccupancyRole.RESIDENT, "家属": OccupancyRole.RESIDENT, "同住": OccupancyRole.RESIDENT,
    "租户": OccupancyRole.TENANT, "租客": OccupancyRole.TENANT, "承租人": OccupancyRole.TENANT,
    "tenant": OccupancyRole.TENANT, "使用人": OccupancyRole.OCCUPIER, "商户": OccupancyRole.OCCUPIER,
}  # fmt: skip


class Owners(BulkImporter):
    """An owners' list: every line a customer with numbers and, where given, a room."""

    code: ClassVar[str] = "customers.owners"
    label: ClassVar[Text] = Text("客户名单", "Customer list")
    capability: ClassVar[str] = caps.IMPORT
    fields: ClassVar[tuple[ImportField, ...]] = fields.FIELDS

    def key(self, cells: Mapping[str, str]) -> str:
        """Two lines are the same when name, numbers and place are."""
        line = lines.read(cells)
        if not line.name and not line.place:
            return ""
        numbers = sorted(one.phone.number for one in line.phones)
        return "|".join(
            [*map(rules.folded_name, line.names), *numbers, *(code for _kind, code in line.place.segments)]
        )

    def apply(
        self, *, actor: Actor, cells: Mapping[str, str], unit: Unit | None, memory: dict[Any, Any]
    ) -> Done:
        """Make or complete what the line says. Running the same list again changes nothing."""
        if unit is None:
            raise Invalid({"": [_("请先选择导入到哪个单位。")]})
        if lines.is_heading(cells) or lines.is_footing(cells):
            return Done("unchanged", None, [("", _("这一行是表头、合计或说明，已跳过。"))])
        line = lines.read(cells)
        if line.problems:
            raise Invalid(line.problems)
        room, made_room = _room(actor, unit, line, cells, memory)
        if room is not None and made_room:
            line.remarks.append(places.made(room.address))
        if not line.name:
            return _only_premises(line, room, made_room)
        kind = kind_of(cells, line, room is not None)
        found = [_customer(actor, unit, kind, name, line, cells, room) for name in line.names]
        first, outcomes = found[0][0], [outcome for _customer_row, outcome in found]
        _parking(actor, cells, first, room, memory)
        if len(line.names) > 1:
            others = "、".join(line.names[1:])
            line.remarks.append(("name", _("一格里有几个姓名，另外登记了{names}。").format(names=others)))
        best = next(one for one in ("created", "updated", "unchanged") if one in outcomes)
        return Done(best, first, line.remarks)

    at_once: ClassVar[int] = 2000

    def apply_many(
        self, *, actor: Actor, rows: Sequence[Mapping[str, str]], run: ImportRun, trial: bool
    ) -> list[Done | DomainError]:
        """Plan all lines, carry the plan out unless this is a trial, then the lines that complete known customers."""
        from zhize.domains.customers.importing.planning import Planner
        from zhize.domains.customers.services import importing as writing

        if run.unit is None:
            return [Invalid({"": [_("请先选择导入到哪个单位。")]}) for _row in rows]
        try:
            planner = Planner(actor, run.unit, rows, strict=trial)
            plan = planner.make()
        except Refused as refusal:
            return [refusal for _row in rows]
        if trial:
            return [fate.answer() for fate in plan.fates]
        writing.carry_out(actor=actor, unit=run.unit, plan=plan, run=run)
        memory: dict[Any, Any] = {"tree": planner.tree, "strict": False}
        return [
            self._completed(actor, cells, run.unit, memory) if fate.by_services else fate.answer()
            for fate, cells in zip(plan.fates, rows, strict=True)
        ]

    def _completed(
        self, actor: Actor, cells: Mapping[str, str], unit: Unit, memory: dict[Any, Any]
    ) -> Done | DomainError:
        """One line through the verbs, in a savepoint of its own."""
        try:
            with atomic():
                return self.apply(actor=actor, cells=cells, unit=unit, memory=memory)
        except DomainError as refusal:
            return refusal


def _only_premises(line: Line, room: Premises | None, made: bool) -> Done:
    """A line with a room and nobody in it: an empty flat."""
    if room is None:
        raise Invalid({"name": [_("这一行没有姓名，也没有房号。")]})
    line.remarks.append(("name", _("没有姓名，只登记了房产。")))
    return Done("created" if made else "unchanged", room, line.remarks)


def _room(
    actor: Actor, unit: Unit, line: Line, cells: Mapping[str, str], memory: dict[Any, Any]
) -> tuple[Premises | None, bool]:
    """The room the line names, made with the levels above it that may be made (see `places`)."""
    if not line.place:
        return None, False
    # The tree as it was before the batch: what earlier lines made does not forbid what later ones make beside it.
    if "tree" not in memory:
        memory["tree"] = batches.Tree(unit)
    known, rest = places.settle(
        memory["tree"], line.place, field=places.column(cells), strict=memory.get("strict", True)
    )
    room, made = (None if known is None or known.pk is None else matching.node(known.pk)), False
    for kind, code in rest:
        room, new = _node(actor, unit, room, kind, code, memory)
        made = made or new
    wanted: dict[str, Any] = {"floor_area": line.floor_area, "layout": cells.get("layout", "").strip()}
    changes = {name: value for name, value in wanted.items() if value and not getattr(room, name)}
    if changes and room is not None:
        customers.update_premises(actor=actor, premises=room, **changes)
    return room, made


def _node(
    actor: Actor, unit: Unit, parent: Premises | None, kind: str, code: str, memory: dict[Any, Any]
) -> tuple[Premises, bool]:
    key = ("node", parent.pk if parent else None, kind, code)
    if key not in memory:
        found = matching.child(unit, parent, kind, code)
        memory[key] = found
        if found is None:
            memory[key] = customers.create_premises(
                actor=actor,
                unit=unit,
                kind=kind,
                code=code,
                parent=parent,
                name=code if parent is None else "",
            )
            return memory[key], True
    return memory[key], False


def kind_of(
    cells: Mapping[str, str], line: Line, has_room: bool, kinds: Iterable[CustomerKind] | None = None
) -> CustomerKind:
    """The kind the line names, else the one its facts suggest."""
    word, listed = cells.get("kind", "").strip(), list(catalogue.kinds() if kinds is None else kinds)
    if word:
        found = catalogue.kind_by_word(word, listed)
        if found is None:
            raise Invalid({"kind": [_("没有“{word}”这个客户类别。").format(word=word[:20])]})
        return found
    role = ROLE_WORDS.get(cells.get("role", "").strip().casefold(), OccupancyRole.OWNER)
    for kind in listed:
        if cells.get("licence_no") and "licence" in kind.asks and ("premises" in kind.asks) == has_room:
            return kind
        if not cells.get("licence_no") and has_room and kind.nature == "person" and kind.occupancy == role:
            return kind
    return catalogue.fallback_kind(listed)


def role_of(cells: Mapping[str, str], kind: CustomerKind) -> str:
    """What the line says of the tie to the room, else what the kind usually is."""
    return ROLE_WORDS.get(cells.get("role", "").strip().casefold(), kind.occupancy or OccupancyRole.OCCUPIER)


def _customer(
    actor: Actor,
    unit: Unit,
    kind: CustomerKind,
    name: str,
    line: Line,
    cells: Mapping[str, str],
    room: Premises | None,
) -> tuple[Customer, str]:
    is_first = name == line.name
    numbers = line.phones_of(name)
    wanted = matching.Wanted(
        name=name,
        numbers=tuple(one.phone.number for one in numbers),
        id_number=line.id_number if is_first else "",
        external_ref=cells.get("external_ref", "").strip() if is_first else "",
        premises=room,
    )
    known = matching.find(unit, wanted)
    if known is not None:
        return known, "updated" if _complete(actor, known, kind, line, cells, room, name) else "unchanged"
    return _create(actor, unit, kind, name, line, cells, room), "created"


def _create(
    actor: Actor,
    unit: Unit,
    kind: CustomerKind,
    name: str,
    line: Line,
    cells: Mapping[str, str],
    room: Premises | None,
) -> Customer:
    is_first = name == line.name
    grade = cells.get("grade", "").strip() if is_first else ""
    found_grade = catalogue.grade_by_word(grade) if grade else None
    if grade and found_grade is None:
        line.remarks.append(("grade", _("没有“{word}”这个客户等级，没有采用。").format(word=grade[:20])))
    said = customers.Details(
        gender=line.gender if is_first else "",
        id_number=line.id_number if is_first else "",
        grade=found_grade.code if found_grade else "",
        tags=[
            tag
            for tag in cells.get("tags", "").replace("，", ",").replace("、", ",").split(",")
            if tag.strip()
        ],
        external_ref=cells.get("external_ref", "") if is_first else "",
        company=customers.CompanyInput(licence_no=cells["licence_no"]) if cells.get("licence_no") else None,
        contact_name=cells.get("contact", "") if kind.nature == "company" else "",
        arrears_amount=line.arrears if is_first else None,
    )
    created = customers.create_customer(
        actor=actor,
        unit=unit,
        kind=kind.code,
        name=name,
        phone_numbers=[
            customers.PhoneInput(
                one.phone.number, owner_note="" if rules.names_agree(name, one.name) else one.name
            )
            for one in line.phones_of(name)
        ],
        emails=[line.email] if line.email and is_first else [],
        at=[_place(cells, kind, line, room)] if room is not None else [],
        details=said,
    )
    if line.note and is_first:
        customers.write_note(actor=actor, customer=created, text=line.note)
    return created


def _place(
    cells: Mapping[str, str], kind: CustomerKind, line: Line, room: Premises
) -> customers.OccupancyInput:
    living = True if line.living is None else line.living
    return customers.OccupancyInput(room, role=role_of(cells, kind), living=living, from_on=line.from_on)


def _complete(
    actor: Actor,
    known: Customer,
    kind: CustomerKind,
    line: Line,
    cells: Mapping[str, str],
    room: Premises | None,
    name: str,
) -> bool:
    """Add to a known customer what the line knows more of: numbers, a room, empty columns. True when anything was."""
    added = False
    have = matching.numbers_of(known)
    for one in line.phones_of(name):
        if one.phone.number not in have:
            customers.add_phone(actor=actor, customer=known, number=one.phone.number)
            added = True
    if room is not None and not matching.is_at(known, room):
        place = _place(cells, kind, line, room)
        customers.occupy(
            actor=actor,
            customer=known,
            premises=room,
            role=place.role,
            living=place.living,
            from_on=place.from_on,
        )
        added = True
    is_first = name == line.name
    changes: dict[str, Any] = {}
    if is_first and line.gender and not known.gender:
        changes["gender"] = line.gender
    if is_first and line.id_number and not known.id_number_digest:
        changes["id_number"] = line.id_number
    if changes:
        customers.update_customer(actor=actor, customer=known, **changes)
    if is_first and line.arrears is not None and line.arrears != known.arrears_amount:
        today = org.local_day(known.unit)
        customers.report_arrears(actor=actor, customer=known, amount=line.arrears, as_of=today)
        return True
    return added or bool(changes)


def _parking(
    actor: Actor, cells: Mapping[str, str], customer: Customer, room: Premises | None, memory: dict[Any, Any]
) -> None:
    code = cells.get("parking", "").strip()
    if not code or room is None:
        return
    community = memory.setdefault(("root", room.pk), matching.root_of(room))
    if matching.has_space(community, code, customer):
        return
    customers.record_parking(
        actor=actor,
        community=community,
        code=code,
        kind="rented",
        customer=customer,
        room=room,
        plates=cells.get("plates", "").replace("，", ",").replace("、", ",").split(","),
    )
