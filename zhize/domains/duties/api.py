"""Obligations through the API: what is owed, with the verbs open to the caller now, and acting on it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize import rest
from zhize.domains.duties import api_library, selectors, services
from zhize.domains.duties.api_schemas import (
    CoverageOut,
    CoverageQuery,
    DayOut,
    ManyIn,
    ManyOut,
    ObligationOut,
    ObligationQuery,
    ObligationVerbIn,
    TaskIn,
    TextOut,
)
from zhize.domains.duties.filters import ObligationFilter
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors import board
from zhize.domains.duties.selectors.coverage import Counters
from zhize.kernel import access, flow
from zhize.kernel.db import DomainError, Invalid, NotFound, atomic
from zhize.lib import clock
from zhize.lib.text import Text
from zhize.rest.operations import Request, created
from zhize.rest.paging import page
from zhize.rest.schema import Id, Line, Page
from zhize.rest.services_idempotency import HEADER

router = rest.Router("obligations")
router.add_router("", api_library.router)
# Verbs that need nothing of each single one.
MANY = frozenset({"remind", "explain", "excuse", "miss", "cancel", "move_due", "reassign"})
# Filters that only the API has; the others are those of the screen.
PLAIN = frozenset({"state", "unit", "subject_type", "subject_id", "open"})


@router.get("/obligations", response=Page[ObligationOut])
@rest.operation(capability="obligation.view")
def list_obligations(request: Request, query: rest.Query[ObligationQuery]) -> Any:
    """Obligations the caller may see, newest first, with the same filters as the screen"""
    given: dict[str, Any] = query.model_dump(exclude={"limit", "cursor"}, exclude_none=True)
    own = {name: given.pop(name) for name in PLAIN & set(given)}
    if "fact" in given:
        given["fact"] = [part.strip() for part in given["fact"].split(",") if part.strip()]
    found = ObligationFilter(given, queryset=selectors.filtered(request.actor, **own), request=request)
    if not found.form.is_valid():
        raise Invalid({name: list(texts) for name, texts in found.form.errors.items()})
    rows = page(found.qs.order_by("-pk"), query)
    return rows.answer(_out(row) for row in rows.rows)


@router.get("/coverage", response=CoverageOut)
@rest.operation(capability="obligation.view")
def coverage(request: Request, query: rest.Query[CoverageQuery]) -> Any:
    """Coverage of a unit and days: what was owed and what became of it, by position, person, duty, unit or role"""
    actor = request.actor
    if query.by not in board.BY:
        raise Invalid({"by": _("没有这种分法。")})
    unit = board.unit_of(actor, query.unit, board.units(actor))
    first, last = board.preset("this_month", clock.today(unit.timezone))
    first, last = query.first or first, query.last or last
    if last < first or last - first > board.LONGEST:
        raise Invalid({"last": _("结束日期在开始日期之前，或者超过三年。")})
    found = board.overview(actor, board.Span(unit, first, last), query.by)
    return {
        "unit": unit.pk,
        "first": first,
        "last": last,
        "by": found.by,
        "rows": [
            {"key": line.key, "label": line.label, "numbers": _numbers(line.total, line.evidence)}
            for line in found.lines
        ],
        "others": found.others,
        "total": _numbers(found.total, found.evidence),
    }


def _numbers(counts: Counters, evidence: int) -> dict[str, Any]:
    return {
        "owed": counts.owed,
        "in_time": counts.in_time,
        "late": counts.done_late,
        "missed": counts.missed,
        "overdue": counts.overdue,
        "excused": counts.excused,
        "ahead": counts.ahead,
        "paused": counts.paused,
        "rate": str(counts.rate) if counts.rate is not None else None,
        "evidence": evidence,
    }


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
            "should": month.owed,
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
def do(request: Request, obligation_id: Id, verb: Line, body: ObligationVerbIn) -> Any:
    """Do a verb: fulfil, accept, give_back, remind, explain, excuse, miss, cancel, move_due, reassign"""
    row = access.fetch(request.actor, Obligation, obligation_id)
    _do(request, row, verb, body)
    return _shown(request, row)


@router.post("/obligations/verbs/{verb}", response=ManyOut)
@rest.operation(capability="obligation.view")
def do_many(request: Request, verb: Line, body: ManyIn) -> Any:
    """Do a verb on up to 500: remind, explain, excuse, miss, cancel, move_due or reassign. Needs an Idempotency-Key

    Each is decided by itself with the right of the single act; what is refused is reported and stops no other.
    """
    if not request.headers.get(HEADER):
        raise Invalid({HEADER: [_("一次办理很多件时必须带上，以免重复的请求再办一次。")]})
    if verb not in MANY:
        raise flow.NotNow
    given = ObligationVerbIn(**body.model_dump(exclude={"ids"}))
    rows = {row.pk: row for row in selectors.visible(request.actor).filter(pk__in=body.ids)}
    done, refused = [], []
    for pk in dict.fromkeys(body.ids):
        try:
            if pk not in rows:
                raise NotFound
            with atomic():
                _do(request, rows[pk], verb, given)
        except DomainError as error:
            refused.append({"id": pk, "code": error.code, "reason": str(error)})
        else:
            done.append(pk)
    return {"done": done, "refused": refused}


def _do(request: Request, row: Obligation, verb: str, body: ObligationVerbIn) -> None:
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
        case "remind":
            services.remind(actor=actor, obligation=row, note=why)
        case "explain":
            services.explain_failure(actor=actor, obligation=row, reason=why)
        case "excuse":
            services.excuse(actor=actor, obligation=row, reason=why)
        case "miss":
            services.miss(actor=actor, obligation=row, reason=why)
        case "cancel":
            services.cancel(actor=actor, obligation=row, reason=why)
        case "move_due" if body.days is not None and body.due_at is None:
            services.postpone(actor=actor, obligation=row, days=body.days, working=body.working, reason=why)
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
        for offer in services.offers(fresh, request.actor)
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
