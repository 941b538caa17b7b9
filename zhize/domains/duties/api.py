"""Obligations through the API: what is owed, with the verbs open to the caller now, and acting on it."""

from __future__ import annotations

from typing import Any

from zhize import rest
from zhize.domains.duties import selectors, services
from zhize.domains.duties.models import Obligation
from zhize.kernel import access, flow
from zhize.lib.text import Text
from zhize.rest.operations import Request, created
from zhize.rest.paging import page
from zhize.rest.schema import Id, Line, Page, PageQuery, Prose, Schema, When

router = rest.Router("obligations")


class TextOut(Schema):
    zh: str
    en: str


class VerbOut(Schema):
    verb: str
    label: TextOut
    enabled: bool
    reason: str | None


class ObligationOut(Schema):
    id: Id
    kind: str
    reference: str
    title: TextOut
    state: str
    category: str
    unit: int
    position: int | None
    holder: int | None
    holder_name: str | None
    acceptor: int | None
    subject_type: str
    subject_id: int | None
    opened_at: When
    due_at: When | None
    first_due_at: When | None
    done_at: When | None
    late: bool | None
    quota: int
    progress: int
    evidence: str
    verbs: list[VerbOut] | None = None


class ObligationFilter(PageQuery):
    state: Line | None = None
    holder: Id | None = None
    unit: Id | None = None
    subject_type: Line | None = None
    subject_id: Id | None = None
    open: bool | None = None


class TaskIn(Schema):
    title: Line
    holder: Id
    due_at: When | None = None
    detail: Prose = ""
    report_back: bool = True
    urgent: bool = False


class VerbIn(Schema):
    """What a verb may need: `note` or `reason`, `count` for duties that count, `due_at`, `to` (a person).

    `answers`: filled-in forms, form code → answers.
    """

    note: Prose = ""
    reason: Prose = ""
    count: Id | None = None
    due_at: When | None = None
    to: Id | None = None
    answers: dict[str, dict[str, Any]] = {}


class BlockOut(Schema):
    code: str
    label: TextOut
    obligations: list[ObligationOut]


class CountersOut(Schema):
    should: int
    done: int
    late: int
    missed: int
    excused: int
    rate: str | None


class DayOut(Schema):
    at: When
    blocks: list[BlockOut]
    given: int
    returned: int
    to_accept: int
    month: CountersOut


@router.get("/obligations", response=Page[ObligationOut])
@rest.operation(capability="obligation.view")
def list_obligations(request: Request, query: rest.Query[ObligationFilter]) -> Any:
    """Obligations the caller may see, newest first"""
    wanted = query.model_dump(exclude={"limit", "cursor"}, exclude_none=True)
    rows = page(selectors.filtered(request.actor, **wanted).order_by("-pk"), query)
    return rows.answer(_out(row) for row in rows.rows)


@router.get("/obligations/day", response=DayOut)
@rest.operation(login=True)
def day(request: Request) -> Any:
    """My day: everything the caller owes now, in blocks"""
    found = selectors.my_day(request.actor)
    month = found.month
    return {
        "at": found.at,
        "blocks": [
            {
                "code": block.code,
                "label": _text(block.label),
                "obligations": [_out(item.obligation) for item in block.items],
            }
            for block in found.blocks
        ],
        "given": found.given,
        "returned": found.returned,
        "to_accept": found.to_accept,
        "month": {
            "should": month.should,
            "done": month.done,
            "late": month.late,
            "missed": month.missed,
            "excused": month.excused,
            "rate": str(month.rate) if month.rate is not None else None,
        },
    }


@router.post("/obligations", response={201: ObligationOut})
@rest.operation(capability="obligation.assign")
def assign(request: Request, body: TaskIn) -> Any:
    """Give somebody a task"""
    holder = selectors.person_to_task(request.actor, body.holder)
    unit = selectors.unit_of_task(request.actor, holder)
    given = body.model_dump(exclude={"holder"})
    row = services.assign_task(actor=request.actor, unit=unit, holder=holder, **given)
    return created(_shown(request, row), location=f"/api/v1/obligations/{row.pk}")


@router.get("/obligations/{obligation_id}", response=ObligationOut)
@rest.operation(capability="obligation.view")
def read(request: Request, obligation_id: Id) -> Any:
    """One obligation with the verbs open to the caller now"""
    return _shown(request, access.fetch(request.actor, Obligation, obligation_id))


@router.get("/obligations/{obligation_id}/explanation", response=list[TextOut])
@rest.operation(capability="obligation.view")
def explanation(request: Request, obligation_id: Id) -> Any:
    """How the due time was computed, line by line"""
    row = access.fetch(request.actor, Obligation, obligation_id)
    return [_text(line) for line in selectors.explain(row)]


@router.post("/obligations/{obligation_id}/verbs/{verb}", response=ObligationOut)
@rest.operation(capability="obligation.view")
def do(request: Request, obligation_id: Id, verb: Line, body: VerbIn) -> Any:
    """Do a verb: fulfil, accept, give_back, excuse, cancel, move_due, reassign"""
    row = access.fetch(request.actor, Obligation, obligation_id)
    _do(request, row, verb, body)
    return _shown(request, row)


def _do(request: Request, row: Obligation, verb: str, body: VerbIn) -> None:
    actor, why = request.actor, body.reason or body.note
    match verb:
        case "fulfil" | "submit":
            services.hand_in(
                actor=actor, obligation=row, note=body.note, count=body.count, answers=body.answers
            )
        case "accept":
            services.accept(actor=actor, obligation=row, note=body.note)
        case "give_back":
            services.give_back(actor=actor, obligation=row, reason=why, due_at=body.due_at)
        case "excuse":
            services.excuse(actor=actor, obligation=row, reason=why)
        case "cancel":
            services.cancel(actor=actor, obligation=row, reason=why)
        case "move_due" if body.due_at is not None:
            services.move_due(actor=actor, obligation=row, due_at=body.due_at, reason=why)
        case "reassign":
            to = selectors.candidate(row, body.to) if body.to is not None else None
            services.reassign(actor=actor, obligation=row, to=to, reason=why)
        case _:
            raise flow.NotNow


def _text(text: Text) -> dict[str, str]:
    return text.as_dict()


def _shown(request: Request, row: Obligation) -> dict[str, Any]:
    fresh = selectors.with_people(row)
    offers = [
        {
            "verb": offer.verb,
            "label": _text(offer.label),
            "enabled": offer.enabled,
            "reason": str(offer.reason) if offer.reason is not None else None,
        }
        for offer in flow.offers(fresh, request.actor)
        if offer.verb != "miss"
    ]
    return {**_out(fresh), "verbs": offers}


def _out(row: Obligation) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "reference": row.reference,
        "title": _text(row.name),
        "state": row.state,
        "category": row.category,
        "unit": row.unit_id,
        "position": row.position_id,
        "holder": row.holder_id,
        "holder_name": str(row.holder) if row.holder is not None else None,
        "acceptor": row.acceptor_id,
        "subject_type": row.subject_type,
        "subject_id": row.subject_id,
        "opened_at": row.opened_at,
        "due_at": row.due_at,
        "first_due_at": row.first_due_at,
        "done_at": row.done_at,
        "late": row.late,
        "quota": row.quota,
        "progress": row.progress,
        "evidence": str(row.evidence_spec.get("kind") or "note"),
    }
