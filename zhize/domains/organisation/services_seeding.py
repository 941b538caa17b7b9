"""Copies units, positions with sheets and grants, and outside bodies of a pack into one unit.

What the site changed since the last time stays as it is: a value is only written while the row still has the
value that was seeded before. So a pack can be applied again after every upgrade.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from zhize.domains.organisation import requirements
from zhize.kernel import history
from zhize.kernel.access.models import Grant
from zhize.kernel.db import guarded_update
from zhize.kernel.org.models import Clause, ExternalBody, ExternalContact, Position, Unit
from zhize.kernel.packs.applying import Applying, Change

if TYPE_CHECKING:
    from zhize.domains.organisation.pack import ClauseSpec, ExternalBodySpec, PositionSpec, UnitSpec

TEMPLATE = "template"
"""Key in a unit's sheet that says which unit of the pack it was made from."""


def units(applying: Applying) -> Iterator[Change]:
    """Create the units of the pack below the unit it is applied to; existing ones are left alone."""
    made = seeded_units(applying)
    for code, spec in applying.items.items():
        if code in made:
            continue
        upper = made[spec.parent] if spec.parent else _place(applying)
        made[code] = _make_unit(spec, upper)
        history.record(
            actor=applying.actor, verb="organisation.unit_seeded", subject=made[code], unit=made[code]
        )
        yield applying.change("add", code, made[code].code)


def positions(applying: Applying) -> Iterator[Change]:
    """Create and bring up to date the positions of the pack with their clauses and grants."""
    rows = _position_rows(applying)
    homes = seeded_units(applying)
    changed: dict[str, list[str]] = {}
    for code, spec in applying.items.items():
        row = rows.get(code)
        if row is None:
            unit = homes[spec.unit] if spec.unit else _place(applying)
            rows[code] = Position.objects.create(unit=unit, code=code, **_columns(spec))
            changed[code] = ["new"]
            continue
        changed[code] = _update_columns(row, spec, applying.before(code))
    lines = _reporting_lines(applying, rows)
    clauses, grants = _clauses(applying, rows), _grants(applying, rows)
    for code, row in rows.items():
        touched = [
            *changed.get(code, []),
            *lines.get(code, []),
            *clauses.get(code, []),
            *grants.get(code, []),
        ]
        if not touched:
            continue
        verb = "organisation.position_seeded"
        history.record(actor=applying.actor, verb=verb, subject=row, data={"parts": touched}, unit=row.unit)
        if "new" in touched:
            yield applying.change("add", code, row.name)
        else:
            yield applying.change("change", code, ", ".join(touched))


def external_bodies(applying: Applying) -> Iterator[Change]:
    """Create the outside bodies of the directory that the unit does not have yet."""
    place = _place(applying)
    known = set(ExternalBody.objects.filter(unit=place).values_list("name", flat=True))
    for code, spec in applying.items.items():
        if spec.name in known or applying.before(code) is not None:
            continue
        row = _make_body(spec, place)
        history.record(actor=applying.actor, verb="organisation.body_seeded", subject=row, unit=place)
        yield applying.change("add", code, spec.name)


def seeded_units(applying: Applying) -> dict[str, Unit]:
    """Code in the pack → unit below the one it is applied to."""
    rows = Unit.objects.filter(path__startswith=_place(applying).path or "/")
    return {row.sheet[TEMPLATE]: row for row in rows if row.sheet.get(TEMPLATE)}


def _place(applying: Applying) -> Unit:
    if applying.unit is None:
        raise ValueError("seed sections are applied to a unit")
    return applying.unit


def _make_unit(spec: UnitSpec, upper: Unit) -> Unit:
    row = Unit.objects.create(
        parent=upper,
        kind=spec.kind,
        code=f"{upper.code}-{spec.short}",
        name=spec.name.zh,
        name_en=spec.name.en,
        timezone=upper.timezone,
        sheet={TEMPLATE: spec.code},
    )
    guarded_update(row, path=f"{upper.path}{row.pk}/")
    return row


def _position_rows(applying: Applying) -> dict[str, Position]:
    rows = Position.objects.filter(
        unit__path__startswith=_place(applying).path or "/", code__in=applying.items
    )
    return {row.code: row for row in rows.select_related("unit", "reports_to").prefetch_related("includes")}


def _columns(spec: PositionSpec) -> dict[str, Any]:
    return {
        "name": spec.name.zh,
        "name_en": spec.name.en,
        "family": spec.family.zh if spec.family else "",
        "grade": spec.grade,
        "headcount": spec.headcount,
        "purpose": spec.purpose,
        "sheet": _sheet(spec),
    }


def _sheet(spec: PositionSpec) -> dict[str, Any]:
    return {
        "role": spec.role or "",
        "also_called": list(spec.also_called),
        "knows": list(spec.knows),
        "source": spec.source or "",
        "sections": [
            {"code": section.code, "title": section.title, **({"part": section.part} if section.part else {})}
            for section in spec.sections
        ],
        **_further(spec),
    }


def _further(spec: PositionSpec) -> dict[str, Any]:
    """The columns of the sheet and the requirements that the pack fills in."""
    given = spec.sheet.model_dump(mode="json", exclude_defaults=True) if spec.sheet else {}
    if spec.sheet is not None and spec.sheet.authority:
        given["authority"] = [
            {"text": power.text, "kinds": list(power.kinds or requirements.kinds_of(power.text))}
            for power in spec.sheet.authority
        ]
    if spec.requirements is not None:
        asked = spec.requirements.model_dump(mode="json", exclude_defaults=True)
        given["requirements"] = requirements.kept(asked)
    return given


def _update_columns(row: Position, spec: PositionSpec, before: PositionSpec | None) -> list[str]:
    wanted = _columns(spec)
    seeded = _columns(before) if before is not None else {}
    wanted["sheet"] = _merged(row.sheet, wanted["sheet"], seeded.get("sheet", {}))
    names = [
        name
        for name, value in wanted.items()
        if getattr(row, name) != value and (name == "sheet" or getattr(row, name) == seeded.get(name))
    ]
    if names:
        guarded_update(row, **{name: wanted[name] for name in names})
    return names


def _merged(now: dict[str, Any], wanted: dict[str, Any], seeded: dict[str, Any]) -> dict[str, Any]:
    """The sheet with the pack's new values, but for the columns that the site has filled in otherwise."""
    found = dict(now)
    for key in {*wanted, *seeded}:
        if (now.get(key) or None) != (seeded.get(key) or None):
            continue
        if key in wanted:
            found[key] = wanted[key]
        else:
            found.pop(key, None)
    return found


def _reporting_lines(applying: Applying, rows: dict[str, Position]) -> dict[str, list[str]]:
    touched: dict[str, list[str]] = {}
    for code, spec in applying.items.items():
        row, before = rows[code], applying.before(code)
        superior = rows.get(spec.reports_to) if spec.reports_to else None
        former = rows.get(before.reports_to) if before is not None and before.reports_to else None
        if row.reports_to_id != (superior.pk if superior else None) and row.reports_to == former:
            guarded_update(row, reports_to=superior)
            touched.setdefault(code, []).append("reports_to")
        wanted = [rows[name] for name in spec.includes if before is None or name not in before.includes]
        missing = [other for other in wanted if other not in row.includes.all()]
        if missing:
            row.includes.add(*missing)
            touched.setdefault(code, []).append("includes")
    return touched


def _clauses(applying: Applying, rows: dict[str, Position]) -> dict[str, list[str]]:
    ids = [row.pk for row in rows.values()]
    existing = {(row.position_id, row.code): row for row in Clause.objects.filter(position_id__in=ids)}
    fresh: list[Clause] = []
    stale: list[Clause] = []
    touched: dict[str, list[str]] = {}
    for code, spec in applying.items.items():
        before = applying.before(code)
        seeded = {clause.code: clause for clause in before.clauses} if before is not None else {}
        titles = {section.code: section.title for section in spec.sections}
        for order, clause in enumerate(spec.clauses, start=1):
            wanted = _clause_columns(clause, titles, order)
            row = existing.get((rows[code].pk, clause.code))
            if row is None:
                if clause.code in seeded:
                    continue
                fresh.append(Clause(position=rows[code], code=clause.code, **wanted))
            elif row.text == clause.text and all(
                getattr(row, name) == value for name, value in wanted.items()
            ):
                continue
            elif clause.code in seeded and row.text == seeded[clause.code].text:
                for name, value in wanted.items():
                    setattr(row, name, value)
                stale.append(row)
            else:
                continue
            touched[code] = ["clauses"]
    Clause.objects.bulk_create(fresh)
    Clause.objects.bulk_update(stale, ["section", "number", "text", "standing", "source", "order"])
    return touched


def _clause_columns(clause: ClauseSpec, titles: dict[str, str], order: int) -> dict[str, Any]:
    return {
        "section": titles[clause.section],
        "number": clause.number,
        "text": clause.text,
        "standing": clause.standing,
        "source": clause.source or "",
        "order": order,
    }


def _grants(applying: Applying, rows: dict[str, Position]) -> dict[str, list[str]]:
    ids = [row.pk for row in rows.values()]
    existing = {(row.position_id, row.capability): row for row in Grant.objects.filter(position_id__in=ids)}
    fresh: list[Grant] = []
    touched: dict[str, list[str]] = {}
    for code, spec in applying.items.items():
        before = applying.before(code)
        seeded = before.scopes() if before is not None else {}
        wanted = spec.scopes()
        for capability in {*wanted, *seeded}:
            row = existing.get((rows[code].pk, capability))
            scope, former = wanted.get(capability), seeded.get(capability)
            if scope == former or (row.scope if row else None) != former:
                continue
            if row is None and scope is not None:
                fresh.append(Grant(position=rows[code], capability=capability, scope=scope))
            elif row is not None and scope is not None:
                Grant.objects.filter(pk=row.pk).update(scope=scope)
            elif row is not None:
                Grant.objects.filter(pk=row.pk).delete()
            touched.setdefault(code, []).append(f"{capability}: {former or '—'} → {scope or '—'}")
    Grant.objects.bulk_create(fresh)
    return touched


def _make_body(spec: ExternalBodySpec, place: Unit) -> ExternalBody:
    row = ExternalBody.objects.create(unit=place, name=spec.name, kind=spec.kind.zh, phone=spec.phone)
    ExternalContact.objects.bulk_create(
        ExternalContact(body=row, name=contact.name, role=contact.role, phone=contact.phone)
        for contact in spec.contacts
    )
    return row
