"""The library of duties through the API: what each position owes when, and what its department sets of it."""

from __future__ import annotations

from typing import Any

from zhize import rest
from zhize.domains.duties import services, wording
from zhize.domains.duties.api_library_schemas import (
    ClauseOut,
    DutyDetail,
    DutyOut,
    DutyQuery,
    EffectOut,
    GroupOut,
    NewDutyIn,
    SettingsIn,
)
from zhize.domains.duties.models import Duty
from zhize.domains.duties.selectors import duty as reads
from zhize.domains.duties.selectors import library, occurrences
from zhize.domains.duties.services import points
from zhize.kernel import access, flow
from zhize.kernel.db import Invalid
from zhize.lib.text import Text
from zhize.rest.operations import Request, created
from zhize.rest.paging import page
from zhize.rest.schema import Id, Line, Page, PageQuery

router = rest.Router("duties")


@router.get("/duties", response=Page[DutyOut])
@rest.operation(capability="duty.view")
def list_duties(request: Request, query: rest.Query[DutyQuery]) -> Any:
    """The duties of the units in the caller's sight"""
    rows = library.narrowed(request.actor, **query.model_dump(exclude={"limit", "cursor"}, exclude_none=True))
    found = page(rows.order_by("-pk"), query)
    return found.answer(_out(row) for row in found.rows)


@router.get("/duties/clauses/unlinked", response=Page[ClauseOut])
@rest.operation(capability="duty.edit")
def unlinked(request: Request, query: rest.Query[PageQuery]) -> Any:
    """Clauses that no duty carries out and that are no standing standard"""
    found = page(library.unlinked(request.actor).order_by("-pk"), query)
    return found.answer(_clause(row) for row in found.rows)


@router.post("/duties", response={201: DutyDetail})
@rest.operation(capability="duty.edit")
def add(request: Request, body: NewDutyIn) -> Any:
    """Make a duty of the department's own"""
    position = library.position_to_edit(request.actor, str(body.position))
    if position is None:
        raise Invalid({"position": services.NO_SUCH_POSITION})
    duty = services.add_duty(
        actor=request.actor,
        position=position,
        kind=body.kind,
        title=Text(body.title.zh, body.title.en),
        rule=body.rule,
        clauses=list(library.clauses_of(request.actor, position).filter(pk__in=body.clauses)),
        texts={
            name: Text(getattr(body, name).zh, getattr(body, name).en)
            for name in ("place", "object", "method")
        },
        evidence=body.evidence,
        acceptor_code=body.acceptor,
        weight=body.weight,
        ladder=body.ladder,
        reason=body.reason,
    )
    return created(_detail(duty), location=f"/api/v1/duties/{duty.pk}")


@router.get("/duties/{duty_id}", response=DutyDetail)
@rest.operation(capability="duty.view")
def read(request: Request, duty_id: Id) -> Any:
    """One duty with its clauses, versions and what its pack fixes"""
    return _detail(access.fetch(request.actor, Duty, duty_id))


@router.get("/duties/{duty_id}/occurrences", response=list[GroupOut])
@rest.operation(capability="duty.view")
def next_occurrences(request: Request, duty_id: Id) -> Any:
    """The next twelve due times for each calendar, and how days off moved them"""
    duty = reads.one(access.fetch(request.actor, Duty, duty_id))
    return [_group(group) for group in occurrences.groups(duty, duty.current.rule if duty.current else {})]


@router.post("/duties/{duty_id}/preview", response=EffectOut)
@rest.operation(capability="duty.edit")
def preview(request: Request, duty_id: Id, body: SettingsIn) -> Any:
    """What these settings would do; changes nothing"""
    duty = reads.one(access.fetch(request.actor, Duty, duty_id, "duty.edit"))
    values = _values(body)
    services.check_points(duty, values)
    rule = values.get("rule", duty.current.rule if duty.current else {})
    effect = occurrences.effect(duty)
    return {
        "rule": wording.rule_text(duty.kind, rule).as_dict(),
        "occurrences": [_group(group) for group in occurrences.groups(duty, rule)],
        "replaced": effect.replaced,
        "kept": effect.kept,
    }


@router.post("/duties/{duty_id}/verbs/{verb}", response=DutyDetail)
@rest.operation(capability="duty.edit")
def do(request: Request, duty_id: Id, verb: Line, body: SettingsIn) -> Any:
    """Do a verb: change, reset (to the pack's default), end, restore, link (clauses)"""
    duty = reads.one(access.fetch(request.actor, Duty, duty_id, "duty.edit"))
    given: dict[str, Any] = {"actor": request.actor, "duty": duty, "reason": body.reason}
    match verb:
        case "change":
            services.change_duty(**given, version=body.version, **_values(body))
        case "reset":
            services.reset_duty(**given, version=body.version)
        case "end":
            services.end_duty(**given, version=body.version)
        case "restore":
            services.restore_duty(**given)
        case "link":
            rows = list(reads.clauses_to_link(duty).filter(pk__in=body.clauses or []))
            services.link_clauses(actor=request.actor, duty=duty, clauses=rows)
        case _:
            raise flow.NotNow
    return _detail(duty)


def _values(body: SettingsIn) -> dict[str, Any]:
    """The points that were given."""
    said = body.model_dump(exclude_none=True, exclude={"reason", "version", "clauses"})
    if "acceptor" in said:
        said["acceptor_code"] = said.pop("acceptor")
    return said


def _out(row: Any) -> dict[str, Any]:
    version = row.current
    return {
        "id": row.pk,
        "code": row.code,
        "title": version.name.as_dict() if version else Text(row.code).as_dict(),
        "kind": row.kind,
        "position_code": row.position_code,
        "unit": row.unit_id,
        "refs": row.refs,
        "active": row.active,
        "setting": library.setting(row)[0],
        "rule": library.rule_of_duty(row).as_dict(),
        "evidence": wording.evidence_text(version.evidence).as_dict() if version else Text("").as_dict(),
        "acceptor": version.acceptor_code if version else "",
        "weight": version.weight if version else 1,
        "version": row.version,
    }


def _detail(row: Duty) -> dict[str, Any]:
    duty = reads.one(row)
    version = duty.current
    return {
        **_out(duty),
        "definition": version.rule if version else {},
        "five": {
            name: Text.of((version.spec.get(name) if version else None) or {}).as_dict()
            for name in ("place", "object", "method")
        },
        "fixed": {name: str(why) for name, why in points.fixed(duty).items()},
        "clauses": [_clause(clause) for clause in reads.clauses(duty)],
        "versions": [
            {
                "number": edition.version.number,
                "own": edition.version.own,
                "made_at": edition.version.made_at,
                "made_by": edition.version.made_by,
                "reason": edition.version.reason,
                "changes": [
                    {
                        "point": str(change.label),
                        "before": change.before.as_dict(),
                        "after": change.after.as_dict(),
                    }
                    for change in edition.changes
                ],
            }
            for edition in reads.editions(duty)
        ],
    }


def _clause(row: Any) -> dict[str, Any]:
    return {"id": row.pk, "position": row.position_id, "number": row.number, "text": row.text}


def _group(group: occurrences.Group) -> dict[str, Any]:
    return {
        "positions": [place.pk for place in group.positions],
        "occurrences": [
            {
                "day": row.day.isoformat(),
                "due_at": row.due_at,
                "moved": row.moved.as_dict(),
                "provisional": row.provisional,
            }
            for row in group.occurrences
        ],
    }
