"""Callbacks and opinions through the API."""

from __future__ import annotations

from typing import Any

from zhize import rest
from zhize.domains.cases.models import Case
from zhize.domains.cases.selectors import choices
from zhize.domains.customers.models import Customer
from zhize.domains.visits import selectors, services
from zhize.domains.visits.filters import CallbackQueryFilter, OpinionFilter
from zhize.domains.visits.models import Callback, Opinion
from zhize.kernel import access
from zhize.kernel.db import Invalid
from zhize.kernel.org.models import Unit
from zhize.rest.operations import Request, created
from zhize.rest.paging import page
from zhize.rest.schema import Id, Line, Page, PageQuery, PersonRef, Prose, Schema, When

router = rest.Router("visits")


class AttemptOut(Schema):
    number: int
    at: When
    who: str | None
    outcome: str
    note: str


class CallbackOut(Schema):
    """`round` counts the callbacks of one case; `handler` may not make it."""

    id: Id
    kind: str
    state: str
    round: int
    case: Id
    case_number: str
    case_title: str
    customer: PersonRef | None
    caller: PersonRef | None
    companion: PersonRef | None
    handler: PersonRef | None
    asked_at: When
    due_at: When | None
    next_try_at: When | None
    done_at: When | None
    attempts: int
    max_attempts: int
    score: int | None
    satisfied: bool | None
    problem: bool
    follow_up: str | None
    answers: dict[str, Any]
    remark: str
    by_customer: bool
    tried: list[AttemptOut] | None = None


class CallbackQuery(PageQuery):
    q: Line | None = None
    case: Id | None = None
    kind: Line | None = None
    state: Line | None = None
    caller: Id | None = None
    satisfied: bool | None = None
    done_after: Line | None = None
    done_before: Line | None = None


class AttemptIn(Schema):
    """`outcome`: no_answer, busy, later, refused or wrong_number."""

    outcome: Line
    note: Line = ""
    next_try_at: When | None = None


class FinishIn(Schema):
    """`answers` by the codes of the questionnaire; `follow_up` is the title of the case for a remaining problem."""

    answers: dict[Line, Any] = {}
    follow_up: Line = ""
    remark: Prose = ""


class AssignIn(Schema):
    to: Id


class JointVisitIn(Schema):
    person: Id
    companion: Id


class LinkOut(Schema):
    path: str


class MailedOut(Schema):
    to: list[str]


class CompletionOut(Schema):
    month: str
    caller: str
    planned: int
    done: int
    in_time: int
    pending: int
    rate: int | None


class OpinionOut(Schema):
    id: Id
    state: str
    topic: str
    text: str
    customer: PersonRef | None
    heard_at: When
    heard_by: PersonRef | None
    role: str | None
    unit: Id
    unit_to: Id | None
    sent_at: When | None
    received_at: When | None
    received_by: PersonRef | None
    answer: str


class OpinionQuery(PageQuery):
    topic: Line | None = None
    role: Id | None = None
    heard_by: Id | None = None
    heard_after: Line | None = None
    heard_before: Line | None = None


class OpinionIn(Schema):
    topic: Line
    text: Prose
    customer: Id | None = None
    case: Id | None = None


class TransferIn(Schema):
    unit: Id


class OpinionAnswerIn(Schema):
    text: Prose


@router.get("/callbacks", response=Page[CallbackOut])
@rest.operation(capability="callback.view")
def list_callbacks(request: Request, query: rest.Query[CallbackQuery]) -> Any:
    """Callbacks the caller may see, newest first"""
    part = page(_filtered(CallbackQueryFilter, query, selectors.visible(request.actor), request), query)
    return part.answer(_callback(row) for row in part.rows)


@router.get("/callbacks/completion", response=list[CompletionOut])
@rest.operation(capability="callback.view")
def completion(request: Request) -> Any:
    """Done in time ÷ planned, per person and month, of the last twelve months"""
    since, until = selectors.months_back(12)
    return [
        {
            "month": row.month.strftime("%Y-%m"),
            "caller": row.caller,
            "planned": row.planned,
            "done": row.done,
            "in_time": row.in_time,
            "pending": row.pending,
            "rate": row.rate,
        }
        for row in selectors.completion(request.actor, since, until)
    ]


@router.get("/callbacks/{callback_id}", response=CallbackOut)
@rest.operation(capability="callback.view")
def read_callback(request: Request, callback_id: Id) -> Any:
    """One callback with its attempts"""
    return _shown(request, access.fetch(request.actor, Callback, callback_id))


@router.post("/callbacks/{callback_id}/attempts", response=CallbackOut)
@rest.operation(capability="callback.make")
def attempt(request: Request, callback_id: Id, body: AttemptIn) -> Any:
    """The customer was not reached; the last try at different times ends the callback"""
    row = access.fetch(request.actor, Callback, callback_id, "callback.make")
    return _shown(request, services.attempt(actor=request.actor, callback=row, **body.model_dump()))


@router.post("/callbacks/{callback_id}/finish", response=CallbackOut)
@rest.operation(capability="callback.make")
def finish(request: Request, callback_id: Id, body: FinishIn) -> Any:
    """What the customer said; dissatisfied reopens the case, a problem opens one"""
    row = access.fetch(request.actor, Callback, callback_id, "callback.make")
    return _shown(request, services.finish(actor=request.actor, callback=row, **body.model_dump()))


@router.post("/callbacks/{callback_id}/assign", response=CallbackOut)
@rest.operation(capability="callback.assign")
def assign(request: Request, callback_id: Id, body: AssignIn) -> Any:
    """Give the callback to somebody else, never to the handler of the case"""
    row = access.fetch(request.actor, Callback, callback_id, "callback.assign")
    to = _person(row.unit, body.to, "to")
    return _shown(request, services.assign(actor=request.actor, callback=row, to=to))


@router.post("/callbacks/{callback_id}/survey-mail", response=MailedOut)
@rest.operation(capability="callback.survey")
def survey_mail(request: Request, callback_id: Id) -> Any:
    """Send the customer a survey link by mail"""
    row = access.fetch(request.actor, Callback, callback_id, "callback.survey")
    return {"to": services.mail_link(actor=request.actor, callback=row).to}


@router.post("/callbacks/{callback_id}/survey-link", response=LinkOut)
@rest.operation(capability="callback.survey")
def survey_link(request: Request, callback_id: Id) -> Any:
    """A link by which the customer answers himself; an earlier one stops working"""
    row = access.fetch(request.actor, Callback, callback_id, "callback.survey")
    return {"path": f"/p/survey/{services.send_link(actor=request.actor, callback=row)}/"}


@router.post("/cases/{case_id}/joint-visits", response={201: CallbackOut})
@rest.operation(capability="callback.assign")
def joint_visit(request: Request, case_id: Id, body: JointVisitIn) -> Any:
    """Two people go together to apologise"""
    case = access.fetch(request.actor, Case, case_id)
    people = {name: _person(case.unit, getattr(body, name), name) for name in ("person", "companion")}
    row = services.ask_visit(actor=request.actor, case=case, **people)
    if row is None:
        raise Invalid({"": services.VISIT_IS_PLANNED})
    return created(_shown(request, row), location=f"/api/v1/callbacks/{row.pk}")


@router.get("/opinions", response=Page[OpinionOut])
@rest.operation(capability="opinion.view")
def list_opinions(request: Request, query: rest.Query[OpinionQuery]) -> Any:
    """The register of opinions by role and topic, newest first"""
    part = page(_filtered(OpinionFilter, query, selectors.opinions(request.actor), request), query)
    return part.answer(_opinion(row) for row in part.rows)


@router.post("/opinions", response={201: OpinionOut})
@rest.operation(capability="opinion.record")
def record_opinion(request: Request, body: OpinionIn) -> Any:
    """Register an opinion as heard by the caller in the own position"""
    customer = access.fetch(request.actor, Customer, body.customer) if body.customer else None
    case = access.fetch(request.actor, Case, body.case) if body.case else None
    row = services.record(actor=request.actor, topic=body.topic, text=body.text, customer=customer, case=case)
    return created(_opinion(row), location=f"/api/v1/opinions/{row.pk}")


@router.get("/opinions/{opinion_id}", response=OpinionOut)
@rest.operation(capability="opinion.view")
def read_opinion(request: Request, opinion_id: Id) -> Any:
    """One opinion with its receipt"""
    return _opinion(access.fetch(request.actor, Opinion, opinion_id))


@router.post("/opinions/{opinion_id}/transfer", response=OpinionOut)
@rest.operation(capability="opinion.record")
def transfer_opinion(request: Request, opinion_id: Id, body: TransferIn) -> Any:
    """Pass the opinion on to a department"""
    row = access.fetch(request.actor, Opinion, opinion_id, "opinion.record")
    unit = choices.units_near(row.unit).filter(pk=body.unit).first()
    if unit is None:
        raise Invalid({"unit": services.NO_SUCH_UNIT})
    return _opinion(services.transfer(actor=request.actor, opinion=row, unit=unit))


@router.post("/opinions/{opinion_id}/receive", response=OpinionOut)
@rest.operation(capability="opinion.receive")
def receive_opinion(request: Request, opinion_id: Id) -> Any:
    """Sign for an opinion that was passed on to the own department"""
    row = access.fetch(request.actor, Opinion, opinion_id, "opinion.receive")
    return _opinion(services.receive(actor=request.actor, opinion=row))


@router.post("/opinions/{opinion_id}/answer", response=OpinionOut)
@rest.operation(capability="opinion.receive")
def answer_opinion(request: Request, opinion_id: Id, body: OpinionAnswerIn) -> Any:
    """Say what is done about it"""
    row = access.fetch(request.actor, Opinion, opinion_id, "opinion.receive")
    return _opinion(services.answer(actor=request.actor, opinion=row, text=body.text))


def _filtered(filters: Any, query: PageQuery, rows: Any, request: Request) -> Any:
    given: dict[str, Any] = query.model_dump(exclude={"limit", "cursor"}, exclude_none=True)
    found = filters(given, queryset=rows, request=request)
    if not found.form.is_valid():
        raise Invalid({name: list(texts) for name, texts in found.form.errors.items()})
    return found.qs.order_by("-pk")


def _person(unit: Unit, pk: int, field: str) -> Any:
    found = choices.people_near(unit).filter(pk=pk).first()
    if found is None:
        raise Invalid({field: services.NO_SUCH_PERSON})
    return found


def _who(row: Any) -> dict[str, Any] | None:
    return {"id": row.pk, "name": row.name} if row is not None else None


def _shown(request: Request, callback: Callback) -> dict[str, Any]:
    row = selectors.visible(request.actor).get(pk=callback.pk)
    tried = [
        {
            "number": one.number,
            "at": one.at,
            "who": str(one.person) if one.person else None,
            "outcome": one.outcome,
            "note": one.note,
        }
        for one in row.attempts.all()
    ]
    return {**_callback(row), "tried": tried}


def _callback(row: Callback) -> dict[str, Any]:
    same = ("id", "kind", "state", "round", "asked_at", "due_at", "next_try_at", "done_at", "max_attempts", "score",
            "satisfied", "problem", "answers", "remark", "by_customer")  # fmt: skip
    return {
        **{name: getattr(row, name) for name in same},
        "case": row.case.pk,
        "case_number": row.case.number,
        "case_title": row.case.title,
        "customer": _who(row.customer),
        "caller": _who(row.caller),
        "companion": _who(row.companion),
        "handler": _who(row.handler),
        "attempts": row.attempt_count,
        "follow_up": row.follow_up.number if row.follow_up else None,
    }


def _opinion(row: Opinion) -> dict[str, Any]:
    same = ("id", "state", "topic", "text", "heard_at", "sent_at", "received_at", "answer")
    return {
        **{name: getattr(row, name) for name in same},
        "customer": _who(row.customer),
        "heard_by": _who(row.heard_by),
        "role": row.heard_in.code if row.heard_in else None,
        "unit": row.unit.pk,
        "unit_to": row.unit_to.pk if row.unit_to else None,
        "received_by": _who(row.received_by),
    }
