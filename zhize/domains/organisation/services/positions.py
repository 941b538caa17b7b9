"""Positions: sheets with versions, reporting lines without circles, grants (ORG-05, ORG-07, ORG-15, ORG-30)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.organisation import capabilities as caps
from zhize.domains.organisation import requirements
from zhize.domains.organisation.services import reading
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.access.models import Grant, Scope
from zhize.kernel.db import Invalid, Refused, atomic, guarded_update, one_at_a_time
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Clause, Position, SheetVersion, Unit

CLAUSE_EDITABLE = ("section", "number", "text", "standing", "order", "active")
# Scopes stand from the narrowest to the widest.
WIDTH = tuple(Scope)
EDITABLE = ("code", "name", "name_en", "reports_to", "family", "grade", "headcount", "purpose", "sheet")


def _check(values: dict[str, Any], unit: Unit, *, but: Position | None = None) -> None:
    errors: dict[str, Any] = {}
    if "name" in values and not str(values["name"]).strip():
        errors["name"] = _("请填写岗位名称。")
    code = str(values.get("code", "")).strip()
    one_at_a_time("organisation.position", unit.pk, code)
    if "code" in values and not code:
        errors["code"] = _("请填写职位代码。")
    elif code and Position.objects.filter(unit=unit, code=code).exclude(pk=but.pk if but else 0).exists():
        errors["code"] = _("这个单位里已有这个职位代码。")
    above = values.get("reports_to")
    if but is not None and above is not None:
        # Two changes at once could make a circle of two lines that are none by themselves.
        one_at_a_time("organisation.reporting_line")
        line = [above, *org.superiors(above)]
        if but in line:
            errors["reports_to"] = _("汇报关系不能成环。")
    if errors:
        raise Invalid(errors)


@atomic
def create_position(*, actor: Actor, unit: Unit, code: str, name: str, **more: Any) -> Position:
    """Set up a position in a unit. Raises Invalid, Refused."""
    access.require(actor, caps.EDIT, unit)
    values = {
        "code": code.strip(),
        "name": name.strip(),
        **{key: value for key, value in more.items() if key in EDITABLE},
    }
    _check(values, unit)
    position = Position.objects.create(unit=unit, **values)
    history.record(actor=actor, verb="position.created", subject=position, unit=unit)
    return position


@atomic
def update_position(*, actor: Actor, position: Position, **changes: Any) -> Position:
    """Change a position's sheet. Raises Invalid (a circle in the reporting line, a doubled code), Refused."""
    access.require(actor, caps.SHEET, position)
    values = {name: value for name, value in changes.items() if name in EDITABLE}
    _check(values, position.unit, but=position)
    before = _audited(position)
    guarded_update(position, **values)
    if "includes" in changes:
        position.includes.set(_included(position, changes["includes"]))
    after = _audited(position)
    differences = {
        name: [before.get(name), after.get(name)]
        for name in (*before, *(name for name in after if name not in before))
        if before.get(name) != after.get(name)
    }
    history.record(actor=actor, verb="position.changed", subject=position, changes=differences)
    return position


def _audited(position: Position) -> dict[str, Any]:
    """The head of the sheet and each of its columns under the key of `sheets.LABELS`: what the log keeps of a change."""
    return {
        **{name: getattr(position, name) for name in EDITABLE if name != "sheet"},
        "includes": sorted(str(row) for row in position.includes.all()),
        **requirements.columns(position.sheet),
    }


def _included(position: Position, wanted: Iterable[Position]) -> list[Position]:
    chosen = list(wanted)
    if position in chosen:
        raise Invalid({"includes": _("岗位不能包含自己的职责。")})
    return chosen


@atomic
def close_position(*, actor: Actor, position: Position) -> Position:
    """Close a position that nobody holds any more and nobody reports to. Raises Invalid, Refused."""
    access.require(actor, caps.EDIT, position)
    if position.appointments.filter(
        Q(to_on__isnull=True) | Q(to_on__gte=org.local_day(position.unit))
    ).exists():
        raise Invalid({"": _("岗位上还有在任人员，先办理免职。")})
    if position.reports.filter(active=True).exists():
        raise Invalid({"": _("还有岗位向它汇报，先改汇报关系。")})
    with history.change(position, actor=actor, verb="position.closed"):
        guarded_update(position, active=False)
    return position


@atomic
def add_clause(
    *, actor: Actor, position: Position, section: str, number: str, text: str, standing: bool = False
) -> Clause:
    """Write a further sentence into the sheet, with its number as printed (ORG-08)."""
    access.require(actor, caps.SHEET, position)
    _check_clause(text)
    one_at_a_time("organisation.sheet", position.pk)
    last = position.clauses.aggregate(order=Max("order"), pk=Max("pk"))
    row = Clause.objects.create(
        position=position,
        code=f"own_{(last['pk'] or 0) + 1}",
        section=section.strip(),
        number=number.strip(),
        text=text.strip(),
        standing=standing,
        order=(last["order"] or 0) + 1,
    )
    history.record(
        actor=actor, verb="clause.added", subject=position, data={"number": row.number, "text": row.text}
    )
    return row


@atomic
def change_clause(*, actor: Actor, clause: Clause, **changes: Any) -> Clause:
    """Change a sentence, or take it out of the sheet (`active=False`); issued versions keep what they said."""
    access.require(actor, caps.SHEET, clause.position)
    values = {name: value for name, value in changes.items() if name in CLAUSE_EDITABLE}
    if "text" in values:
        _check_clause(values["text"])
    differences = {
        name: [getattr(clause, name), value]
        for name, value in values.items()
        if getattr(clause, name) != value
    }
    guarded_update(clause, **values)
    verb = "clause.changed" if clause.active else "clause.dropped"
    history.record(
        actor=actor, verb=verb, subject=clause.position, changes=differences, data={"number": clause.number}
    )
    return clause


def _check_clause(text: str) -> None:
    if not text.strip():
        raise Invalid({"text": _("请填写条款原文。")})


@atomic
def issue_sheet(
    *,
    actor: Actor,
    position: Position,
    effective_from: date,
    reviewer: str = "",
    approver: str = "",
    prepared_by: str = "",
    written_on: date | None = None,
    signed_off_by: str = "",
    signed_off_on: date | None = None,
    read_in_days: int | None = reading.DAYS,
) -> SheetVersion:
    """Put the sheet as it stands in force from a day, as its next version; the one before ends the day before (ORG-15).

    Without `signed_off_on` it was signed off today. The holders are asked to read and sign it in so many days (ORG-14),
    unless `read_in_days` is empty; the version before is signed no more either way. Raises Invalid for a day that is not after the version before.
    """
    access.require(actor, caps.SHEET, position)
    one_at_a_time("organisation.sheet", position.pk)
    last = position.versions.order_by("-number").first()
    if last is not None and effective_from <= last.effective_from:
        raise Invalid({"effective_from": _("生效日期要晚于上一版。")})
    if last is not None and last.effective_to is None:
        guarded_update(last, effective_to=effective_from - timedelta(days=1))
    version = SheetVersion.objects.create(
        position=position,
        number=last.number + 1 if last else 1,
        content=content(position),
        effective_from=effective_from,
        reviewer=reviewer,
        approver=approver,
        prepared_by=prepared_by,
        written_on=written_on,
        signed_off_by=signed_off_by,
        signed_off_on=signed_off_on or org.local_day(position.unit),
    )
    history.record(
        actor=actor,
        verb="sheet.issued",
        subject=position,
        data={"number": version.number},
        unit=position.unit,
    )
    if read_in_days is not None:
        reading.ask_for_sheet(actor=actor, version=version, days=read_in_days)
    else:
        reading.ask_no_more(actor=actor, version=version)
    return version


def content(position: Position) -> dict[str, Any]:
    """The whole sheet as it stands, for a version."""
    direct = position.reports.filter(active=True).order_by("unit__path", "pk")
    below = org.reporting_positions([position.pk])
    clauses = position.clauses.filter(active=True).values("code", "section", "number", "text", "standing")
    return {
        "name": position.name,
        "code": position.code,
        "unit": position.unit.name,
        "reports_to": position.reports_to.name if position.reports_to else "",
        "direct": [row.name for row in direct],
        "indirect": [
            row.name
            for row in Position.objects.filter(pk__in=below, active=True)
            .exclude(pk__in=direct)
            .order_by("unit__path", "pk")
        ],
        "family": position.family,
        "grade": position.grade,
        "headcount": position.headcount,
        "purpose": position.purpose,
        "sheet": position.sheet,
        "clauses": list(clauses),
    }


def _guard_own(actor: Actor, position: Position) -> None:
    if any(holding.position_id == position.pk for holding in actor.positions):
        raise Refused(_("不能给自己的岗位授权。"), code="refused.own_grant")


@atomic
def grant(*, actor: Actor, position: Position, capability: str, scope: str) -> Grant:
    """Let a position use a capability within a scope.

    Nobody grants to the own position, what he does not hold, or a wider scope than his own.
    """
    access.require(actor, caps.GRANT, position)
    known = access.known(capability)
    _guard_own(actor, position)
    if actor.kind != "system" and not actor.may(capability):
        raise Refused(_("不能授予自己没有的权限。"), code="refused.grant_not_held")
    if scope not in Scope.values:
        raise Invalid({"scope": _("没有这个范围。")})
    widest = max((WIDTH.index(reach.scope) for reach in actor.scopes(capability)), default=-1)
    if actor.kind != "system" and WIDTH.index(Scope(scope)) > widest:
        raise Refused(_("不能授予比自己更大的范围。"), code="refused.grant_wider_than_held")
    row, _new = Grant.objects.update_or_create(
        position=position, capability=capability, defaults={"scope": scope}
    )
    history.record(
        actor=actor,
        verb="position.granted",
        subject=position,
        data={"capability_text": known.text.as_dict(), "capability": capability, "scope": scope},
        unit=position.unit,
        marks=[row],
    )
    return row


@atomic
def revoke(*, actor: Actor, row: Grant) -> None:
    """Take a grant back."""
    access.require(actor, caps.GRANT, row.position)
    _guard_own(actor, row.position)
    gone = Grant(pk=row.pk)
    known = access.known(row.capability)
    row.delete()
    history.record(
        actor=actor,
        verb="position.revoked",
        subject=row.position,
        data={"capability_text": known.text.as_dict(), "capability": row.capability},
        unit=row.position.unit,
        marks=[gone],
    )
