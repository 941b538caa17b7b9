"""Signed messages of telephone exchanges and messaging services: each taken once, each with an answer.

A telephone line takes call.ringing, call.answered and call.ended; every other line takes message.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels.kinds import EventOutcome, LineKind
from zhize.domains.channels.models import Call, InboundEvent, Line
from zhize.domains.channels.services import calls, lines, sorting
from zhize.domains.customers.selectors import identity
from zhize.kernel import access, files
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, atomic, one_at_a_time
from zhize.kernel.org.models import Person
from zhize.lib import clock, phones, signing

KEPT = timedelta(days=90)


class NotSigned(DomainError):
    """The message is not signed by whom it says, or too old."""

    code = "hook.not_signed"
    message = _("签名不正确或已过期。")
    status = 401


class Reused(DomainError):
    """The same delivery id came with another body."""

    code = "hook.delivery_reused"
    message = _("同一个投递编号带来了不同的内容。")


class _Data(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


class Ringing(_Data):
    call_id: str = Field(min_length=1, max_length=120)
    number: str = Field("", max_length=40)
    name: str = Field("", max_length=60)
    agent: str = Field("", max_length=60)
    at: AwareDatetime | None = None


class Picked(_Data):
    call_id: str = Field(min_length=1, max_length=120)
    agent: str = Field("", max_length=60)
    at: AwareDatetime | None = None


class Ended(_Data):
    call_id: str = Field(min_length=1, max_length=120)
    missed: bool = False
    at: AwareDatetime | None = None


class Sender(_Data):
    name: str = Field("", max_length=60)
    phone: str = Field("", max_length=40)
    email: str = Field("", max_length=254)


class Enclosed(_Data):
    name: str = Field(max_length=200)
    content: str


class Said(_Data):
    conversation: str = Field(min_length=1, max_length=120)
    text: str = Field("", max_length=20_000)
    title: str = Field("", max_length=120)
    sender: Sender = Sender()
    files: list[Enclosed] = Field(default_factory=list, max_length=5)
    at: AwareDatetime | None = None


def signed_line(*, code: str, header: str, body: bytes) -> Line:
    """The line whose secret signed this body. Raises NotSigned, also for a line that does not exist."""
    line = Line.objects.select_related("unit").filter(code=code, active=True).first()
    secret = line.secret if line is not None else ""
    if line is None or not signing.body_is_signed(header, secret, body, int(clock.now().timestamp())):
        raise NotSigned
    return line


def receive(*, line: Line, delivery_id: str, kind: str, data: Mapping[str, Any], body: bytes) -> InboundEvent:
    """Take one message of a line. The same delivery again gives the same answer; one that was refused is tried again.

    A refusal is kept with its reason, so that nothing is lost when the other side does not try again. Raises
    Reused, and Invalid for a message that makes no sense.
    """
    if not delivery_id.strip() or len(delivery_id) > 120:
        raise Invalid({"delivery": [_("请求头里要有投递编号 X-Zhize-Delivery。")]})
    parsed = _parse(line, kind, data)
    actor = access.system(caps.HOOK, channel="api", request_id=delivery_id[:60])
    try:
        return _receive(actor, line, delivery_id, kind, parsed, dict(data), body)
    except Reused:
        raise
    except DomainError as refused:
        return _refuse(line, delivery_id, kind, parsed, dict(data), body, refused)


_MODELS: dict[str, type[_Data]] = {
    "call.ringing": Ringing,
    "call.answered": Picked,
    "call.ended": Ended,
    "message": Said,
}


def _parse(line: Line, kind: str, data: Mapping[str, Any]) -> _Data:
    expected = kind.startswith("call.") if line.kind == LineKind.PHONE else kind == "message"
    if kind not in _MODELS or not expected:
        raise Invalid({"type": [_("这个渠道不接收这种消息。")]})
    try:
        return _MODELS[kind].model_validate(dict(data))
    except ValidationError as wrong:
        errors = {".".join(map(str, ("data", *item["loc"]))): [item["msg"]] for item in wrong.errors()}
        raise Invalid(errors) from wrong


@atomic
def _receive(
    actor: Actor, line: Line, delivery_id: str, kind: str, parsed: _Data, data: dict[str, Any], body: bytes
) -> InboundEvent:
    known = _known(line, delivery_id, body)
    if known is not None and known.outcome == EventOutcome.DONE:
        return known
    lines.open_now(line)
    event = known or _event(line, delivery_id, kind, parsed, data, body)
    event.outcome, event.reason = EventOutcome.DONE, ""
    if isinstance(parsed, Said):
        event.case = _message(actor, line, parsed)
        event.answer = {"case": event.case.number, "state": event.case.state}
    else:
        call = _call(actor, line, parsed)
        event.case = call.case
        event.answer = {"call": call.pk}
    event.save()
    return event


@atomic
def _refuse(
    line: Line,
    delivery_id: str,
    kind: str,
    parsed: _Data,
    data: dict[str, Any],
    body: bytes,
    refused: DomainError,
) -> InboundEvent:
    event = _known(line, delivery_id, body) or _event(line, delivery_id, kind, parsed, data, body)
    event.outcome, event.reason = EventOutcome.REFUSED, f"{refused.code}: {refused.message}"[:300]
    event.answer = {"reason": refused.code}
    event.save()
    return event


def _known(line: Line, delivery_id: str, body: bytes) -> InboundEvent | None:
    one_at_a_time("channels.event", line.pk, delivery_id)
    found = InboundEvent.objects.filter(line=line, delivery_id=delivery_id).first()
    if found is not None and found.digest != hashlib.sha256(body).hexdigest():
        raise Reused
    return found


def _event(
    line: Line, delivery_id: str, kind: str, parsed: _Data, data: dict[str, Any], body: bytes
) -> InboundEvent:
    return InboundEvent(
        line=line,
        delivery_id=delivery_id,
        kind=kind,
        digest=hashlib.sha256(body).hexdigest(),
        thread=parsed.conversation if isinstance(parsed, Said) else getattr(parsed, "call_id", ""),
        body={key: value for key, value in data.items() if key != "files"},
        received_at=clock.now(),
    )


def _call(actor: Actor, line: Line, parsed: _Data) -> Call:
    call_id = getattr(parsed, "call_id", "")
    call = Call.objects.select_related("case", "agent").filter(line=line, external_id=call_id).first()
    if isinstance(parsed, Ringing):
        if call is not None:
            return call
        return calls.register_call(
            actor=actor,
            number=parsed.number,
            line=line,
            agent=_agent(parsed.agent),
            caller_name=parsed.name,
            at=_past(parsed.at),
            external_id=call_id,
        )
    if call is None:
        raise Invalid({"data.call_id": [_("没有这个来电。")]})
    if isinstance(parsed, Picked):
        return calls.note_answer(actor=actor, call=call, agent=_agent(parsed.agent), at=_past(parsed.at))
    missed = isinstance(parsed, Ended) and parsed.missed
    return calls.note_hang_up(actor=actor, call=call, missed=missed, at=_past(getattr(parsed, "at", None)))


def _agent(text: str) -> Person | None:
    """Who sits at the telephone: by employee number or login."""
    if not text:
        return None
    rows = Person.objects.filter(active=True)
    return rows.filter(employee_no=text).first() or rows.filter(user__login=text).first()


def _message(actor: Actor, line: Line, said: Said) -> Case:
    """Into the open case of this conversation, or a new one."""
    speaker = replace(actor, label=(said.sender.name or line.name)[:120])
    contents = [(_decoded(item), item.name) for item in said.files]
    stored = tuple((files.store(actor=actor, content=content, name=name), name) for content, name in contents)
    case = _open_case_of(line, said.conversation)
    if case is not None:
        cases.receive(
            actor=speaker,
            case=case,
            body=said.text or "（见附件）",
            channel=line.kind,
            at=_past(said.at),
            attachments=stored,
        )
        return case
    case = _new_case(speaker, line, said)
    for blob, name in stored:
        files.attach(
            actor=speaker, blob=blob, subject=case, name=name, kind="intake", visible_to_customer=True
        )
    return case


def _new_case(actor: Actor, line: Line, said: Said) -> Case:
    known = identity.by_number(actor, said.sender.phone) if said.sender.phone else []
    customer = known[0] if len(known) == 1 else None
    first = next((row.strip() for row in said.text.split("\n") if row.strip()), "")
    refusal: DomainError = Invalid({"type": [_("没有从这个渠道受理的工单类型。")]})
    for code in sorting.case_types(f"{said.title}\n{said.text}", line):
        intake = cases.Intake(
            type=code,
            title=(said.title or first or line.name)[:120],
            channel=line.kind,
            description=said.text,
            unit=None if customer is not None else line.unit,
            customer=customer,
            contact_name=said.sender.name,
            contact_phone=phones.to_call_back(said.sender.phone),
            contact_email=said.sender.email,
            language=sorting.language(said.text),
            accepted_at=_past(said.at),
        )
        try:
            with atomic():
                return cases.open_case(actor=actor, intake=intake)
        except Invalid as problem:
            refusal = problem
    raise refusal


def _open_case_of(line: Line, conversation: str) -> Case | None:
    rows = InboundEvent.objects.filter(line=line, thread=conversation, case__isnull=False)
    latest = rows.select_related("case__customer", "case__merged_into").order_by("-pk").first()
    case = latest.case if latest is not None else None
    while case is not None and case.merged_into is not None:
        case = case.merged_into
    return case if case is not None and case.is_open else None


def _decoded(item: Enclosed) -> bytes:
    try:
        return base64.b64decode(item.content, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise Invalid({"data.files": [_("文件内容应是 base64。")]}) from wrong


def _past(at: datetime | None) -> datetime | None:
    """A moment of the other side's clock; one that lies ahead is taken as now."""
    return at if at is not None and at <= clock.now() else None


def forget_bodies() -> int:
    """What came in stands in calls and cases; the messages themselves are kept for 90 days. Returns how many went.

    Of a refused one nothing else is kept: after 90 days only that it came, when, and why it was refused.
    """
    old = InboundEvent.objects.filter(received_at__lt=clock.now() - KEPT).exclude(body={})
    return old.update(body={})


def as_answer(event: InboundEvent) -> dict[str, Any]:
    """What the other side is told."""
    return {"delivery": event.delivery_id, "outcome": event.outcome, **event.answer}
