"""What a pack says about the organisation: units, positions with their sheet text and grants, outside bodies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints, model_validator

from zhize.domains.organisation import exporting
from zhize.domains.organisation import services_seeding as seeding
from zhize.kernel import access, history, packs
from zhize.kernel.packs.specs import Code, Item, PackText, Positive, Spec, VerbName

Scope = Literal["own", "team", "unit", "subtree", "all"]
Source = Annotated[str, StringConstraints(pattern=r"^\d{3}:\d+(-\d+)?$")]
"""Where a text stands in its source document: document and line."""
SheetPart = Literal[
    "authority", "kpi", "supervised_by", "supervises", "cooperates", "contacts", "contacts_inside",
    "contacts_outside", "requirements", "conditions",
]  # fmt: skip
PowerKind = Literal["approve", "decide", "suggest", "examine"]
Rating = Literal["must", "need", "none"]
"""极需要, 需要, 不需要."""


class UnitSpec(Item):
    """A unit below the one the pack is applied to (`parent` empty: directly below)."""

    name: PackText
    kind: Literal["department", "centre", "office", "station", "team", "hall", "local_office"] = "department"
    short: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,8}$")]
    """Added to the upper unit's code: ZX01 + GC → ZX01-GC."""
    parent: Code | None = None


class ClauseSpec(Spec):
    """One sentence of the position sheet, word for word, with the number as printed.

    `standing`: a standard that holds always and has no clock (a heading of sub-clauses counts as one).
    """

    code: Code
    section: Code
    number: Annotated[str, StringConstraints(max_length=20)]
    text: Annotated[str, StringConstraints(min_length=1)]
    source: Source | None = None
    standing: bool = False


class SheetSectionSpec(Spec):
    """A heading of the sheet. `part`: what its clauses are, where they are no duties, so that they print in their place."""

    code: Code
    title: str
    part: SheetPart | None = None


class PowerSpec(Spec):
    """A right of the position (ORG-10). Without `kinds` its own words say them (审批, 决定, 建议, 审查)."""

    text: Annotated[str, StringConstraints(min_length=1)]
    kinds: tuple[PowerKind, ...] = ()


class ControlSpec(Spec):
    """Document control as the source prints it (ORG-15), until a version is issued here."""

    written_on: str = ""
    reviewer: str = ""
    approver: str = ""
    prepared_by: str = ""


class SheetSpec(Spec):
    """The further columns of a position sheet (ORG-05), as printed. `layout`: which of the house's layouts it has."""

    layout: Literal["full", "purpose", "summary", "authority"] | None = None
    pay: str = ""
    headcount_note: str = ""
    place: str = ""
    environment: str = ""
    hazard: str = ""
    promotion: str = ""
    rotation: str = ""
    authority: tuple[PowerSpec, ...] = ()
    kpi: str = ""
    supervised_by: str = ""
    supervises: str = ""
    cooperates: str = ""
    contacts: str = ""
    contacts_inside: str = ""
    contacts_outside: str = ""
    remarks: str = ""
    control: ControlSpec | None = None


class AbilitiesSpec(Spec):
    """The six ratings; one that the source leaves unticked is left out."""

    leadership: Rating | None = None
    adaptability: Rating | None = None
    planning: Rating | None = None
    creativity: Rating | None = None
    mental: Rating | None = None
    physical: Rating | None = None


class RequirementsSpec(Spec):
    """What the position asks of its holder 任职要求 (ORG-06), word for word. Never part of pay or appraisal."""

    sex: str = ""
    age: str = ""
    education: str = ""
    major: str = ""
    languages: str = ""
    computer: str = ""
    knowledge: str = ""
    certificates: str = ""
    training: str = ""
    experience: str = ""
    skills: str = ""
    attitude: str = ""
    other: str = ""
    equipment: str = ""
    software: str = ""
    abilities: AbilitiesSpec | None = None


class PositionSpec(Item):
    """A position 岗位: reporting line, what it includes, its sheet clause by clause, its grants.

    `unit` empty: in the unit the pack is applied to. `grants` lists capabilities under the scope they reach.
    """

    name: PackText
    unit: Code | None = None
    role: Annotated[str, StringConstraints(pattern=r"^ROL-\d{2,3}$")] | None = None
    also_called: tuple[str, ...] = ()
    reports_to: Code | None = None
    includes: tuple[Code, ...] = ()
    headcount: Positive = 1
    family: PackText | None = None
    grade: Annotated[str, StringConstraints(max_length=40)] = ""
    purpose: str = ""
    sheet: SheetSpec | None = None
    requirements: RequirementsSpec | None = None
    source: Source | None = None
    knows: tuple[str, ...] = ()
    sections: tuple[SheetSectionSpec, ...] = ()
    clauses: tuple[ClauseSpec, ...] = ()
    grants: dict[Scope, tuple[VerbName, ...]] = Field({})

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        codes = [clause.code for clause in self.clauses]
        twice = {code for code in codes if codes.count(code) > 1}
        if twice:
            raise ValueError(_("条款代码重复：") + "、".join(sorted(twice)))
        named = [capability for listed in self.grants.values() for capability in listed]
        twice = {name for name in named if named.count(name) > 1}
        if twice:
            raise ValueError(_("同一项权限只能写一种范围：") + "、".join(sorted(twice)))
        return self

    def scopes(self) -> dict[str, Scope]:
        """Capability → scope."""
        return {capability: scope for scope, listed in self.grants.items() for capability in listed}


class ContactSpec(Spec):
    name: str
    role: str = ""
    phone: str = ""


class ExternalBodySpec(Item):
    """An outside body the department deals with 重要工作联系 (ORG-12)."""

    name: str
    kind: PackText
    phone: str = ""
    contacts: tuple[ContactSpec, ...] = ()


def check_units(pack: packs.Pack) -> Iterator[packs.Problem]:
    """Parents exist and come first."""
    seen: set[str] = set()
    for unit in pack.items("units"):
        if unit.parent is not None and unit.parent not in seen:
            message = _("上级单位“{name}”要写在前面。").format(name=unit.parent)
            yield pack.problem("units", unit.code, ("parent",), message)
        seen.add(unit.code)


def check_positions(pack: packs.Pack) -> Iterator[packs.Problem]:
    """Units, superiors and capabilities exist; the reporting line and the inclusions have no circle (ORG-07)."""
    declared = {capability.code for capability in access.all_capabilities()}
    for position in pack.items("positions"):
        where = ("positions", position.code)
        if position.unit is not None and position.unit not in pack.codes("units"):
            yield pack.problem(*where, ("unit",), _("没有叫“{name}”的单位。").format(name=position.unit))
        if position.reports_to is not None and position.reports_to not in pack.codes("positions"):
            yield pack.problem(
                *where, ("reports_to",), _("没有叫“{name}”的岗位。").format(name=position.reports_to)
            )
        yield from pack.unknown(*where, ("includes",), position.includes, pack.codes("positions"), _("岗位"))
        if _circles(pack, position.code):
            yield pack.problem(*where, ("reports_to",), _("上下级关系绕成了一圈。"))
        for scope, listed in position.grants.items():
            yield from pack.unknown(*where, ("grants", scope), listed, declared, _("权限"))
        sections = {section.code for section in position.sections}
        for index, clause in enumerate(position.clauses):
            if clause.section not in sections:
                message = _("没有叫“{name}”的部分。").format(name=clause.section)
                yield pack.problem(*where, ("clauses", index, "section"), message)


def _circles(pack: packs.Pack, code: str) -> bool:
    seen: set[str] = set()
    current: str | None = code
    while current is not None and current not in seen:
        seen.add(current)
        position = pack.get("positions", current)
        current = position.reports_to if position else None
    return current == code


history.verb(
    "organisation.unit_seeded",
    zh="{actor}按行业包建立了单位 {subject}",
    en="{actor} set up the unit {subject} from a pack",
    privacy="keep",
)
history.verb(
    "organisation.position_seeded",
    zh="{actor}按行业包写入了岗位 {subject}",
    en="{actor} wrote the position {subject} from a pack",
    privacy="keep",
)
history.verb(
    "organisation.body_seeded",
    zh="{actor}按行业包登记了外部单位 {subject}",
    en="{actor} registered the outside body {subject} from a pack",
    privacy="keep",
)

packs.section(
    "units", model=UnitSpec, kind="seed", check=check_units, apply=seeding.units, export=exporting.units
)
packs.section(
    "positions",
    model=PositionSpec,
    kind="seed",
    check=check_positions,
    apply=seeding.positions,
    export=exporting.positions,
)
packs.section(
    "external_bodies",
    model=ExternalBodySpec,
    kind="seed",
    apply=seeding.external_bodies,
    export=exporting.external_bodies,
)
