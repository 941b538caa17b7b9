"""Cases through the API: open, list with the filters of the screen, read, verbs, messages, files, timeline."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize import rest
from zhize.domains.cases import services
from zhize.domains.cases.api_schemas import (
    CaseCustomerIn,
    CaseIn,
    CaseOut,
    CaseQuery,
    CaseVerbIn,
    FileOut,
    MessageIn,
    MessageOut,
    TimelineOut,
)
from zhize.domains.cases.filters import CaseFilter
from zhize.domains.cases.models import Case
from zhize.domains.cases.selectors import choices, details, lists
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer, Premises
from zhize.domains.duties import selectors as duties
from zhize.kernel import access, files, flow
from zhize.kernel.db import Invalid, atomic
from zhize.kernel.org.models import Unit
from zhize.rest.operations import Request, created
from zhize.rest.paging import page
from zhize.rest.schema import Id, Line, Page

router = rest.Router("cases")


@router.get("/cases", response=Page[CaseOut])
@rest.operation(capability="case.view")
def list_cases(request: Request, query: rest.Query[CaseQuery]) -> Any:
    """Cases the caller may see, newest first, with the same filters as the screen"""
    given: dict[str, Any] = query.model_dump(exclude={"limit", "cursor"}, exclude_none=True)
    for name in {"state", "nature"} & set(given):
        given[name] = [part.strip() for part in given[name].split(",") if part.strip()]
    found = CaseFilter(given, queryset=lists.visible(request.actor), request=request)
    if not found.form.is_valid():
        raise Invalid({name: list(texts) for name, texts in found.form.errors.items()})
    part = page(found.qs.order_by("-pk"), query)
    return part.answer(_out(row) for row in part.rows)


@router.post("/cases", response={201: CaseOut})
@rest.operation(capability="case.open")
def open_case(request: Request, body: CaseIn) -> Any:
    """Take a matter in: number, holder, clocks; or solved on the spot with `solution`"""
    case = _open(request.actor, body)
    return created(_shown(request, case.pk), location=f"/api/v1/cases/{case.pk}")


@atomic
def _open(actor: access.Actor, body: CaseIn) -> Case:
    premises = access.fetch(actor, Premises, body.premises) if body.premises else None
    unit = access.fetch(actor, Unit, body.unit) if body.unit else None
    said = body.customer or CaseCustomerIn()
    customer = access.fetch(actor, Customer, said.id) if said.id else None
    if customer is None and (said.phone or said.email):
        home = premises.unit if premises else unit or access.unit_of(actor)
        if home is None:
            raise Invalid({"unit": _("请选择受理部门。")})
        customer, _new = customers.find_or_create(
            actor=actor, unit=home, name=said.name, phone=said.phone, email=said.email
        )
    intake = services.Intake(
        type=body.type,
        title=body.title,
        channel=body.channel,
        description=body.description,
        severity=body.severity,
        subtype=body.subtype,
        unit=unit,
        customer=customer,
        contact_name=said.name,
        contact_phone=said.phone,
        contact_email=said.email,
        premises=premises,
        answers=body.answers,
        tags=body.tags,
        external_ref=body.external_ref,
        consent=body.consent,
        object_code=body.object,
    )
    return services.open_case(actor=actor, intake=intake, solution=body.solution)


@router.get("/cases/{case_id}", response=CaseOut)
@rest.operation(capability="case.view")
def read(request: Request, case_id: Id) -> Any:
    """One case with its due times and the verbs open to the caller now"""
    return _shown(request, case_id)


@router.post("/cases/{case_id}/verbs/{verb}", response=CaseOut)
@rest.operation(capability="case.view")
def do(request: Request, case_id: Id, verb: Line, body: CaseVerbIn) -> Any:
    """Do a verb: a move of the lifecycle, or assign, take, audit, inform, urge, consult, make_major"""
    _do(request.actor, access.fetch(request.actor, Case, case_id), verb, body)
    return _shown(request, case_id)


def _do(actor: access.Actor, case: Case, verb: str, body: CaseVerbIn) -> None:
    match verb:
        case "assign":
            to = choices.assignable(case.unit).filter(pk=body.to or 0).first()
            if to is None:
                raise Invalid({"to": _("请选择本部门在岗的人。")})
            services.assign(actor=actor, case=case, to=to, note=body.note)
        case "take":
            services.take(actor=actor, case=case, note=body.note)
        case "audit":
            services.audit(actor=actor, case=case, passed=body.passed is not False, note=body.note)
        case "inform":
            services.inform(actor=actor, case=case, channel=body.channel, note=body.note)
        case "urge":
            services.urge(actor=actor, case=case, note=body.note)
        case "consult":
            services.consult(actor=actor, case=case, body=body.note)
        case "make_major":
            services.make_major(actor=actor, case=case, reason=body.reason or body.note)
        case _:
            names = {"reason", "until", "solution", "outcome", "cause", "analysis", "plan"}
            data = {name: value for name, value in body.model_dump(include=names).items() if value}
            services.act(actor=actor, case=case, verb=verb, data=data, note=body.note)


@router.post("/cases/{case_id}/messages", response={201: MessageOut})
@rest.operation(capability="case.view")
def say(request: Request, case_id: Id, body: MessageIn) -> Any:
    """Reply to the customer, note something, or record what the customer said"""
    case = details.whole(request.actor, case_id)
    if body.kind == "reply":
        row = services.reply(
            actor=request.actor, case=case, body=body.body, channel=body.channel, result=body.result
        )
    elif body.kind == "from_customer":
        row = services.receive(actor=request.actor, case=case, body=body.body, channel=body.channel)
    else:
        row = services.note(actor=request.actor, case=case, body=body.body, kind=body.kind)
    return created({"id": row.pk, "kind": row.kind}, location=f"/api/v1/cases/{case_id}/timeline")


@router.get("/cases/{case_id}/timeline", response=list[TimelineOut])
@rest.operation(capability="case.view")
def timeline(request: Request, case_id: Id) -> Any:
    """Messages and history of the case in one order, oldest first"""
    case = access.fetch(request.actor, Case, case_id)
    return [_line(line) for line in details.timeline(case, request.actor)]


def _line(line: details.Line) -> dict[str, Any]:
    if line.message is not None:
        said = line.message
        return {
            "at": line.at,
            "kind": line.kind,
            "who": said.author_label,
            "text": said.body,
            "verb": None,
            "note": None,
        }
    entry = line.entry
    return {
        "at": line.at,
        "kind": "entry",
        "who": entry.actor_label,
        "text": entry.sentence(),
        "verb": entry.verb,
        "note": entry.note or None,
    }


@router.get("/cases/{case_id}/files", response=list[FileOut])
@rest.operation(capability="case.view")
def list_files(request: Request, case_id: Id) -> Any:
    """Files attached to the case itself"""
    case = access.fetch(request.actor, Case, case_id)
    return [_file(row) for row in files.for_subject(case)]


@router.post("/cases/{case_id}/files", response={201: FileOut})
@rest.operation(capability="case.note")
def attach(request: Request, case_id: Id, upload: rest.File[rest.UploadedFile]) -> Any:
    """Attach a file"""
    case = access.fetch(request.actor, Case, case_id, "case.note")
    row = services.attach(actor=request.actor, case=case, upload=upload)
    return created(_file(row), location=f"/api/v1/cases/{case_id}/files")


def _file(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "media_type": row.blob.media_type,
        "size": row.blob.size,
        "at": row.created_at,
    }


def _shown(request: Request, pk: int) -> dict[str, Any]:
    case = details.whole(request.actor, pk)
    owed = duties.open_about(case)
    return {
        **_out(case),
        "description": case.description,
        "solution": case.solution,
        "due": [
            {
                "obligation": row.pk,
                "title": str(row),
                "due_at": row.due_at,
                "holder": row.holder.name if row.holder else None,
            }
            for row in owed
        ],
        "verbs": [
            {
                "verb": offer.verb,
                "label": choices.said(offer.label),
                "enabled": offer.enabled,
                "reason": str(offer.reason) if offer.reason is not None else None,
                "needs": list(offer.needs),
            }
            for offer in flow.offers(case, request.actor)
        ],
    }


def _out(row: Case) -> dict[str, Any]:
    return {
        "id": row.pk,
        "number": row.number,
        "type": row.type_code,
        "nature": row.nature,
        "subtype": row.subtype,
        "title": row.title,
        "severity": row.severity,
        "is_major": row.is_major,
        "channel": row.channel,
        "state": row.state,
        "category": row.category,
        "customer": {"id": row.customer.pk, "name": row.customer.name} if row.customer else None,
        "contact_name": row.contact_name,
        "premises": str(row.premises) if row.premises else None,
        "unit": row.unit_id,
        "area": row.area.name if row.area else None,
        "owner": {"id": row.owner.pk, "name": row.owner.name} if row.owner else None,
        "routing_finding": row.routing_finding,
        "accepted_at": row.accepted_at,
        "dispatched_at": row.dispatched_at,
        "forwarded_at": row.forwarded_at,
        "replied_at": row.replied_at,
        "answered_at": row.answered_at,
        "informed_at": row.informed_at,
        "closed_at": row.closed_at,
        "next_due_at": row.next_due_at,
        "is_late": row.is_late,
        "outcome": row.outcome,
        "satisfaction": row.satisfaction,
        "reopen_count": row.reopen_count,
        "repeat_of": row.repeat_of.number if row.repeat_of else None,
        "tags": row.tags,
    }
