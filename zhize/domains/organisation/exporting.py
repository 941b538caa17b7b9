"""Units, positions with sheets and grants, and outside bodies of a unit as items of a pack, as they are now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel

from zhize.domains.organisation.services_seeding import TEMPLATE
from zhize.kernel import access
from zhize.kernel.org.models import Clause, ExternalBody, Position, Unit
from zhize.kernel.packs.sections import Exporting

CODE = re.compile(r"^[a-z][a-z0-9_]*$")


def units(exporting: Exporting) -> Iterator[dict[str, Any]]:
    """The units below, upper ones first."""
    applied = exporting.items["units"]
    codes = unit_codes(exporting.unit)
    for row in _below(exporting.unit):
        code, upper = codes[row.pk], row.parent
        short = row.code.removeprefix(f"{upper.code}-") if upper is not None else row.code
        if not re.fullmatch(r"[A-Z0-9]{1,8}", short):
            exporting.left_out.append(_("单位 {code}：编码不能写进包里。").format(code=row.code))
            continue
        before = applied.get(code, {})
        item = {"code": code, "name": _both(row.name, row.name_en), "kind": row.kind, "short": short}
        if row.parent_id != exporting.unit.pk:
            item["parent"] = codes[row.parent_id or 0]
        yield {**before, **item}


def positions(exporting: Exporting) -> Iterator[dict[str, Any]]:
    """The positions in the unit and below with what stands on their sheets now. Five queries."""
    rows = _positions(exporting)
    clauses: dict[int, list[Clause]] = {}
    for clause in Clause.objects.filter(position__in=rows.values(), active=True).order_by("order", "pk"):
        clauses.setdefault(clause.position_id, []).append(clause)
    codes = unit_codes(exporting.unit)
    for code, row in rows.items():
        before = exporting.items["positions"].get(code, {})
        yield _position(row, before, clauses.get(row.pk, []), codes, set(rows))


def external_bodies(exporting: Exporting) -> Iterator[dict[str, Any]]:
    """The outside bodies of the unit's directory."""
    applied = {item["name"]: item for item in exporting.items["external_bodies"].values()}
    rows = ExternalBody.objects.filter(unit=exporting.unit, active=True).prefetch_related("contacts")
    for number, row in enumerate(rows.order_by("pk"), start=1):
        before = applied.get(row.name, {"code": f"body_{number}"})
        kind = before.get("kind", {})
        said = kind if kind.get("zh") == row.kind else _both(row.kind or _("其他"), "")
        item = {**before, "name": row.name, "kind": said}
        people = [
            {"name": contact.name, "role": contact.role, "phone": contact.phone}
            for contact in row.contacts.all()
            if contact.active
        ]
        yield {**item, **_given(phone=row.phone, contacts=people)}


def unit_codes(unit: Unit) -> dict[int, str]:
    """Id of a unit below → its code in the pack: the one it was made from, else one made of its own."""
    return {
        row.pk: row.sheet.get(TEMPLATE) or re.sub(r"[^a-z0-9]+", "_", f"u_{row.code}".lower())
        for row in _below(unit)
    }


def _below(unit: Unit) -> list[Unit]:
    rows = Unit.objects.filter(path__startswith=unit.path or "/", active=True).exclude(pk=unit.pk)
    return list(rows.select_related("parent").order_by("path"))


def _positions(exporting: Exporting) -> dict[str, Position]:
    """By code; those that a pack cannot name, or names twice, are left out and said so."""
    found: dict[str, Position] = {}
    rows = Position.objects.filter(unit__path__startswith=exporting.unit.path or "/", active=True)
    rows = rows.select_related("unit", "reports_to").prefetch_related("includes", "grants").order_by("pk")
    order = list(exporting.items["positions"])
    for row in sorted(rows, key=lambda row: order.index(row.code) if row.code in order else len(order)):
        if row.code in found or not CODE.match(row.code):
            exporting.left_out.append(
                _("岗位 {name}（{code}）：代码不能写进包里。").format(name=row.name, code=row.code)
            )
            continue
        found[row.code] = row
    return found


def _position(
    row: Position, before: Mapping[str, Any], clauses: list[Clause], codes: Mapping[int, str], known: set[str]
) -> dict[str, Any]:
    # The pack registers these functions, so that it cannot be imported before them.
    from zhize.domains.organisation.pack import RequirementsSpec, SheetSpec

    superior = row.reports_to.code if row.reports_to is not None and row.reports_to.code in known else None
    family = before.get("family", {})
    titles = {part["title"]: part["code"] for part in row.sheet.get("sections", [])}
    parts = {part["title"]: part.get("part") for part in row.sheet.get("sections", [])}
    for clause in clauses:
        titles.setdefault(clause.section, f"part_{len(titles) + 1}")
    return {
        "code": row.code,
        **_given(role=row.sheet.get("role"), unit=codes.get(row.unit_id)),
        "name": _both(row.name, row.name_en),
        **_given(
            also_called=row.sheet.get("also_called"),
            reports_to=superior,
            includes=[other.code for other in row.includes.all() if other.code in known],
        ),
        "headcount": max(row.headcount, 1),
        **_given(
            grade=row.grade,
            family=(family if family.get("zh") == row.family else _both(row.family, ""))
            if row.family
            else None,
            knows=row.sheet.get("knows"),
            source=row.sheet.get("source"),
            purpose=row.purpose,
            grants=_grants(row),
            requirements=_known(row.sheet.get("requirements", {}), RequirementsSpec),
            sheet=_known({**row.sheet, "requirements": None}, SheetSpec),
            sections=[
                {"code": code, "title": title, **_given(part=parts.get(title))}
                for title, code in titles.items()
            ],
            clauses=[_clause(clause, titles) for clause in clauses],
        ),
    }


def _known(kept: Mapping[str, Any], spec: type[BaseModel]) -> dict[str, Any]:
    """What a pack can say of what the sheet keeps."""
    return _given(**{name: kept.get(name) for name in spec.model_fields})


def _grants(row: Position) -> dict[str, list[str]]:
    declared = {capability.code for capability in access.all_capabilities()}
    found: dict[str, list[str]] = {}
    for grant in sorted(row.grants.all(), key=lambda grant: grant.capability):
        if grant.capability in declared:
            found.setdefault(grant.scope, []).append(grant.capability)
    return {scope: found[scope] for scope in ("own", "team", "unit", "subtree", "all") if scope in found}


def _clause(clause: Clause, titles: Mapping[str, str]) -> dict[str, Any]:
    item: dict[str, Any] = {"code": clause.code, "section": titles[clause.section], "number": clause.number}
    return {**item, **_given(standing=clause.standing, source=clause.source), "text": clause.text}


def _both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en or zh}


def _given(**values: Any) -> dict[str, Any]:
    """What is not empty."""
    return {name: value for name, value in values.items() if value}
