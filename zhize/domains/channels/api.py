"""The desks through the API: calls, progress, visitors, registers, mail; and the signed webhooks of exchanges."""

from __future__ import annotations

from typing import Any, Literal

from zhize import rest
from zhize.domains.cases.models import Case
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels import services
from zhize.domains.channels.models import Call, InboundMail, Line, Relay, Visitor, WorkEntry
from zhize.domains.channels.selectors import desk, mail, progress
from zhize.domains.channels.services import hooks
from zhize.domains.customers.models import Customer
from zhize.kernel import access
from zhize.rest.operations import Request, created
from zhize.rest.paging import page
from zhize.rest.schema import Id, Page, PageQuery, Prose, Schema, When
from zhize.rest.schema import Line as Text

router = rest.Router("channels")


class HookIn(Schema):
    """A message of an exchange or messaging service. Headers: X-Zhize-Signature `t=…,v1=…`, X-Zhize-Delivery."""

    type: Text
    data: dict[str, Any]


class HookOut(Schema):
    delivery: str
    outcome: str
    case: str | None = None
    state: str | None = None
    call: Id | None = None
    reason: str | None = None


@router.post("/hooks/{code}", response=HookOut)
@rest.operation(public=True)
def hook(request: Request, code: Text, body: HookIn) -> Any:
    """A signed message of an exchange or messaging service

    Telephone lines take `call.ringing`, `call.answered` and `call.ended`; other lines take `message`.
    """
    header = request.headers.get("X-Zhize-Signature", "")
    line = hooks.signed_line(code=code, header=header, body=request.body)
    event = hooks.receive(
        line=line,
        delivery_id=request.headers.get("X-Zhize-Delivery", ""),
        kind=body.type,
        data=body.data,
        body=request.body,
    )
    return hooks.as_answer(event)


class LineOut(Schema):
    id: Id
    code: str
    kind: str
    name: str
    address: str
    unit: Id
    hours: str
    case_type: str
    open: bool
    pause_reason: str


@router.get("/lines", response=Page[LineOut])
@rest.operation(capability=caps.VIEW)
def lines(request: Request, query: rest.Query[PageQuery]) -> Any:
    """Hotlines, mailboxes and other ways in"""
    rows = page(desk.lines(request.actor).order_by("pk"), query)
    return rows.answer(_line(row) for row in rows.rows)


class PauseIn(Schema):
    reason: Text = ""


@router.post("/lines/{line_id}/verbs/{verb}", response=LineOut)
@rest.operation(capability=caps.MANAGE)
def line_verb(request: Request, line_id: Id, verb: Literal["pause", "resume"], body: PauseIn) -> Any:
    """Pause or resume a way in"""
    row = access.fetch(request.actor, Line, line_id, caps.MANAGE)
    if verb == "pause":
        return _line(services.pause_line(actor=request.actor, line=row, reason=body.reason))
    return _line(services.resume_line(actor=request.actor, line=row))


class CallIn(Schema):
    number: Text
    line: Id | None = None
    name: Text = ""
    at: When | None = None


class CallOut(Schema):
    id: Id
    number: str
    direction: str
    line: Id | None
    customer: Id | None
    case: str | None
    agent: str | None
    handlers: list[str]
    result: str
    started_at: When
    ended_at: When | None


class PossibleCaller(Schema):
    customer: Id
    name: str
    kind: str
    places: list[str]


class DeskOut(Schema):
    call: CallOut
    callers: list[PossibleCaller]
    open_cases: list[str]
    offers: list[str]


@router.get("/calls", response=Page[CallOut])
@rest.operation(capability=caps.CALL_VIEW)
def calls(request: Request, query: rest.Query[PageQuery]) -> Any:
    """Calls, newest first"""
    rows = page(desk.calls(request.actor).order_by("-started_at", "-pk"), query)
    return rows.answer(_call(row) for row in rows.rows)


@router.post("/calls", response={201: DeskOut})
@rest.operation(capability=caps.CALL_RECORD)
def register_call(request: Request, body: CallIn) -> Any:
    """Register a call: answers with the possible callers and what can be done"""
    line = access.fetch(request.actor, Line, body.line) if body.line else None
    call = services.register_call(
        actor=request.actor, number=body.number, line=line, caller_name=body.name, at=body.at
    )
    return created(_desk(request, call), location=f"/api/v1/calls/{call.pk}")


@router.get("/calls/{call_id}", response=DeskOut)
@rest.operation(capability=caps.CALL_VIEW)
def call(request: Request, call_id: Id) -> Any:
    """One call with its possible callers"""
    return _desk(request, access.fetch(request.actor, Call, call_id))


class CallVerbIn(Schema):
    to: Id | None = None
    to_number: Text = ""
    reason: Text = ""
    customer: Id | None = None
    case: Text = ""
    body: Prose = ""
    result: Text = ""
    note: Prose = ""


@router.post("/calls/{call_id}/verbs/{verb}", response=CallOut)
@rest.operation(capability=(caps.CALL_RECORD, caps.CALL_TRANSFER))
def call_verb(
    request: Request,
    call_id: Id,
    verb: Literal["transfer", "identify", "follow_up", "finish"],
    body: CallVerbIn,
) -> Any:
    """Transfer, identify, follow up or finish a call"""
    actor = request.actor
    row = access.fetch(actor, Call, call_id)
    if verb == "transfer":
        to = desk.colleague(body.to) if body.to else None
        services.transfer_call(actor=actor, call=row, to=to, to_number=body.to_number, reason=body.reason)
    elif verb == "identify":
        customer = access.fetch(actor, Customer, body.customer) if body.customer else None
        services.identify(actor=actor, call=row, customer=customer)
    elif verb == "follow_up":
        case = access.fetch(actor, Case, None, number=body.case)
        services.follow_up(actor=actor, call=row, case=case, body=body.body)
    else:
        services.finish_call(actor=actor, call=row, result=body.result, note=body.note)
    return _call(row)


class ProgressOut(Schema):
    number: str
    title: str
    state: Any
    holder: str
    position: str
    unit: str
    due_at: When | None
    late: bool


class ProgressQuery(Schema):
    q: Text


@router.get("/progress", response=list[ProgressOut])
@rest.operation(capability=caps.PROGRESS_TELL)
def how_it_stands(request: Request, query: rest.Query[ProgressQuery]) -> Any:
    """How matters stand, by phone or case number"""
    return [
        {
            "number": row.number,
            "title": row.title,
            "state": row.state,
            "holder": row.holder,
            "position": row.holder_position,
            "unit": row.unit,
            "due_at": row.next_due_at,
            "late": row.is_late,
        }
        for row in progress.progress(request.actor, query.q)
    ]


class MailOut(Schema):
    id: Id
    sender: str
    subject: str
    received_at: When
    outcome: str
    reason: str
    case: str | None


class MailQuery(PageQuery):
    outcome: Text | None = None


@router.get("/mail", response=Page[MailOut])
@rest.operation(capability=caps.MAIL_VIEW)
def inbound_mail(request: Request, query: rest.Query[MailQuery]) -> Any:
    """Mail that came in, and what became of it"""
    rows = page(mail.inbound(request.actor, outcome=query.outcome).order_by("-pk"), query)
    return rows.answer(_mail(row) for row in rows.rows)


class MailVerbIn(Schema):
    case: Text = ""
    reason: Text = ""


@router.post("/mail/{mail_id}/verbs/{verb}", response=MailOut)
@rest.operation(capability=caps.MAIL_HANDLE)
def mail_verb(request: Request, mail_id: Id, verb: Literal["release", "discard"], body: MailVerbIn) -> Any:
    """Let quarantined mail in, or discard it"""
    row = access.fetch(request.actor, InboundMail, mail_id, caps.MAIL_HANDLE)
    if verb == "discard":
        return _mail(services.discard_mail(actor=request.actor, mail=row, reason=body.reason))
    case = access.fetch(request.actor, Case, None, number=body.case) if body.case else None
    return _mail(services.release_mail(actor=request.actor, mail=row, case=case))


class VisitorOut(Schema):
    id: Id
    number: str
    name: str
    purpose: str
    evidence: list[str]
    sent_to: str
    state: str
    came_at: When
    case: str | None


class RelayOut(Schema):
    id: Id
    receiver: str
    name: str
    content: str
    sent_at: When
    read_at: When | None
    handled_at: When | None


class WorkOut(Schema):
    id: Id
    at: When
    kind: str
    content: str
    to_handle: bool
    informed: str | None
    result: str
    closed_at: When | None


@router.get("/visitors", response=Page[VisitorOut])
@rest.operation(capability=caps.VISITOR_VIEW)
def visitors(request: Request, query: rest.Query[PageQuery]) -> Any:
    """Visitors, newest first"""
    rows = page(desk.visitors(request.actor).order_by("-came_at", "-pk"), query)
    return rows.answer(_visitor(row) for row in rows.rows)


@router.get("/relays", response=Page[RelayOut])
@rest.operation(capability=caps.RELAY_VIEW)
def relays(request: Request, query: rest.Query[PageQuery]) -> Any:
    """Messages taken for colleagues, newest first"""
    rows = page(desk.relays(request.actor).order_by("-sent_at", "-pk"), query)
    return rows.answer(_relay(row) for row in rows.rows)


@router.get("/work-entries", response=Page[WorkOut])
@rest.operation(capability=caps.WORKLOG_VIEW)
def work_entries(request: Request, query: rest.Query[PageQuery]) -> Any:
    """The work register, newest first"""
    rows = page(desk.work_entries(request.actor).order_by("-at", "-pk"), query)
    return rows.answer(_work(row) for row in rows.rows)


def _line(row: Line) -> dict[str, Any]:
    fields = ("code", "kind", "name", "address", "hours", "case_type", "pause_reason")
    return {
        "id": row.pk,
        "unit": row.unit_id,
        "open": row.is_open,
        **{name: getattr(row, name) for name in fields},
    }


def _call(row: Call) -> dict[str, Any]:
    return {
        "id": row.pk,
        "number": row.masked,
        "direction": row.direction,
        "line": row.line_id,
        "customer": row.customer_id,
        "case": row.case.number if row.case else None,
        "agent": row.agent.name if row.agent else None,
        "handlers": desk.handlers(row),
        "result": row.result,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
    }


def _desk(request: Request, row: Call) -> dict[str, Any]:
    shown = desk.phone_desk(request.actor, row)
    callers = [
        {
            "customer": caller.customer.pk,
            "name": caller.customer.name,
            "kind": caller.customer.kind_code,
            "places": [str(place.premises) for place in caller.places],
        }
        for caller in shown.popup.callers
    ]
    cases = [case.number for case in shown.open_cases]
    return {"call": _call(row), "callers": callers, "open_cases": cases, "offers": list(shown.offers)}


def _mail(row: InboundMail) -> dict[str, Any]:
    fields = ("sender", "subject", "received_at", "outcome", "reason")
    return {
        "id": row.pk,
        "case": row.case.number if row.case else None,
        **{name: getattr(row, name) for name in fields},
    }


def _visitor(row: Visitor) -> dict[str, Any]:
    sent = row.to_person.name if row.to_person else str(row.to_unit) if row.to_unit else row.window
    fields = ("number", "name", "purpose", "evidence", "state", "came_at")
    case = row.case.number if row.case else None
    return {"id": row.pk, "sent_to": sent, "case": case, **{name: getattr(row, name) for name in fields}}


def _relay(row: Relay) -> dict[str, Any]:
    fields = ("content", "sent_at", "read_at", "handled_at")
    return {
        "id": row.pk,
        "receiver": row.receiver.name,
        "name": row.from_name,
        **{name: getattr(row, name) for name in fields},
    }


def _work(row: WorkEntry) -> dict[str, Any]:
    fields = ("at", "kind", "content", "to_handle", "result", "closed_at")
    informed = row.informed.name if row.informed else None
    return {"id": row.pk, "informed": informed, **{name: getattr(row, name) for name in fields}}
