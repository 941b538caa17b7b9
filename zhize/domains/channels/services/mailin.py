"""Taking mail in: every message that arrives is kept and has one of five outcomes."""

from __future__ import annotations

import hashlib
import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db import Error as DatabaseError
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases import services as cases
from zhize.domains.cases.kinds import Channel
from zhize.domains.cases.models import Case
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels.kinds import Direction, MailOutcome, Medium
from zhize.domains.channels.models import Correspondence, InboundMail, Line
from zhize.domains.channels.services import bounces, documents, lines, mailout, rawmail, sorting, threading
from zhize.kernel import access, files, history
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, Outrun, atomic, one_at_a_time, outages
from zhize.lib import clock
from zhize.lib.mailparse import Limits, ParsedMail, UnreadableMail, parse, plain_subject

logger = logging.getLogger("zhize.channels.mail")

LIMITS = Limits()
TURNS = 4


@dataclass(frozen=True)
class Arrival:
    """A message as it came: its bytes and where they were found."""

    raw: bytes
    mailbox: str = ""
    uid_validity: int = 0
    uid: int = 0
    problem: tuple[str, str] | None = None
    """Known beforehand: the reason and detail why it was not fetched whole."""


@dataclass(frozen=True)
class Taken:
    """What became of an arrival. Not `fresh`: the same message had been taken in before."""

    mail: InboundMail
    fresh: bool = True


class NoUnit(DomainError):
    """There is no unit yet that mail could belong to."""

    code = "mail.no_unit"
    message = _("还没有任何单位，邮件无处归属。")


def take_in(*, actor: Actor, arrival: Arrival) -> Taken:
    """Keep a message and deal with it, once however often it comes. Only a failing database is an error.

    What cannot be read or dealt with is quarantined with its reason, never lost. Raises NoUnit before set-up.
    """
    parsed, unreadable = read(arrival.raw)
    fingerprint = _fingerprint(arrival.raw, parsed)
    try:
        return _patiently(actor, arrival, parsed, unreadable, fingerprint)
    except (DatabaseError, NoUnit):
        raise
    except DomainError as refused:
        problem = ("refused", str(_reason_text(refused)))
    except Exception as failure:
        # On a full disk nothing can be kept, not even as quarantined: the message stays in its mailbox.
        if outages.of(failure) is not None:
            raise
        # One message must not stop the mailbox; the person who decides sees what happened.
        logger.exception("mail could not be taken in")
        problem = ("error", f"{type(failure).__name__}: {failure}")
    return _take_in(
        actor=actor, arrival=arrival, parsed=parsed, unreadable=None, fingerprint=fingerprint, problem=problem
    )


def _patiently(
    actor: Actor,
    arrival: Arrival,
    parsed: ParsedMail | None,
    unreadable: UnreadableMail | None,
    fingerprint: str,
) -> Taken:
    """Somebody may be working on the case that a mail joins: then it is read again and the mail joins after him."""
    attempt = partial(
        _take_in,
        actor=actor,
        arrival=arrival,
        parsed=parsed,
        unreadable=unreadable,
        fingerprint=fingerprint,
        problem=arrival.problem,
    )
    for _turn in range(TURNS - 1):
        with suppress(Outrun):
            return attempt()
    return attempt()


def read(raw: bytes) -> tuple[ParsedMail | None, UnreadableMail | None]:
    """The message, or why it cannot be read."""
    try:
        return parse(raw, LIMITS), None
    except UnreadableMail as error:
        return None, error


@atomic
def _take_in(
    *,
    actor: Actor,
    arrival: Arrival,
    parsed: ParsedMail | None,
    unreadable: UnreadableMail | None,
    fingerprint: str,
    problem: tuple[str, str] | None = None,
) -> Taken:
    one_at_a_time("channels.mail", fingerprint)
    known = InboundMail.objects.filter(fingerprint=fingerprint).select_related("case").first()
    if known is not None:
        return Taken(known, fresh=False)
    line = lines.mailbox_line(actor=actor, addresses=parsed.recipients if parsed else ())
    if line is None:
        raise NoUnit
    access.require(actor, caps.MAIL_HANDLE)
    mail = _row(arrival, parsed, line, fingerprint)
    if problem is not None or parsed is None:
        why = problem or (
            unreadable.reason if unreadable else "malformed",
            unreadable.detail if unreadable else "",
        )
        mail.outcome, mail.reason, mail.detail = MailOutcome.QUARANTINED, why[0][:40], why[1][:300]
        mail.save()
        history.record(actor=actor, verb="mail.quarantined", subject=mail, data={"reason": mail.reason})
    else:
        decision = sorting.decide(parsed, line)
        _apply(actor, mail, parsed, line, decision)
    rawmail.keep(actor=actor, mail=mail, raw=arrival.raw)
    return Taken(mail)


def _row(arrival: Arrival, parsed: ParsedMail | None, line: Line, fingerprint: str) -> InboundMail:
    return InboundMail(
        unit=line.unit,
        line=line,
        fingerprint=fingerprint,
        mailbox=arrival.mailbox,
        uid_validity=arrival.uid_validity,
        uid=arrival.uid,
        message_id=parsed.message_id[:255] if parsed else "",
        sender=parsed.sender.email[:320] if parsed else "",
        sender_name=parsed.sender.name[:200] if parsed else "",
        subject=parsed.subject[:300] if parsed else "",
        sent_at=parsed.sent_at if parsed else None,
        received_at=clock.now(),
    )


def _apply(
    actor: Actor, mail: InboundMail, parsed: ParsedMail, line: Line, decision: sorting.Decision
) -> None:
    """Carry a decision out and save the row."""
    mail.outcome, mail.reason = decision.outcome, decision.reason
    if decision.outcome in {MailOutcome.IGNORED, MailOutcome.QUARANTINED}:
        mail.detail = parsed.kind_reason[:300]
        mail.case = decision.thread.case if decision.thread else None
        if parsed.bounce is not None and parsed.kind in {"bounce", "delay"}:
            found = bounces.note_bounce(actor=actor, mail=parsed)
            mail.case = found or mail.case
        mail.save()
        verb = "mail.ignored" if decision.outcome == MailOutcome.IGNORED else "mail.quarantined"
        history.record(
            actor=actor, verb=verb, subject=mail, data={"reason": mail.reason}, also=linked(mail.case)
        )
        return
    carry_out(actor=actor, mail=mail, parsed=parsed, line=line, decision=decision)
    verb = "mail.joined" if decision.outcome == MailOutcome.JOINED else "mail.opened"
    number = mail.case.number if mail.case else ""
    history.record(
        actor=actor, verb=verb, subject=mail, data={"case": number}, also=linked(mail.case), marks=[mail]
    )


def carry_out(
    *, actor: Actor, mail: InboundMail, parsed: ParsedMail, line: Line, decision: sorting.Decision
) -> None:
    """Join or open as decided, in the sender's name, and save the row. The caller writes the mail's history."""
    speaker = replace(actor, label=said_by(parsed))
    if decision.outcome == MailOutcome.JOINED and decision.thread is not None:
        _join(speaker, mail, parsed, decision.thread)
    else:
        _open(speaker, mail, parsed, line, decision.thread)


def _join(actor: Actor, mail: InboundMail, parsed: ParsedMail, thread: threading.Thread) -> None:
    case = thread.case
    stored = _stored(actor, mail, parsed)
    body = parsed.reply or f"（{plain_subject(threading.without_tag(parsed.subject)) or '无正文'}）"
    if thread.role == "staff":
        message = cases.note(actor=actor, case=case, body=body, attachments=stored)
    else:
        message = cases.receive(
            actor=actor,
            case=case,
            body=body,
            channel=Channel.EMAIL,
            at=_sent(parsed),
            mail_message_id=parsed.message_id[:255],
            attachments=stored,
        )
    mail.case, mail.case_message = case, message
    mail.document = _document(actor, parsed, case)
    mail.save()


def _open(
    actor: Actor, mail: InboundMail, parsed: ParsedMail, line: Line, thread: threading.Thread | None
) -> None:
    stored = _stored(actor, mail, parsed)
    case = _open_case(actor, parsed, line)
    for blob, name in stored:
        files.attach(actor=actor, blob=blob, subject=case, name=name, kind="intake", visible_to_customer=True)
    if thread is not None:
        cases.link(actor=actor, case=case, other=thread.case, note=f"{parsed.sender.email}")
        said = f"来信带有 {thread.case.number} 的标记，但发件人 {parsed.sender.email} 不是该工单的已知联系人，请核实。"
        cases.note(actor=actor, case=case, body=said)
    if mail.notes:
        cases.note(actor=actor, case=case, body="\n".join(mail.notes))
    mail.case = case
    mail.document = _document(actor, parsed, case)
    mail.save()
    mailout.send_receipt(actor=actor, mail=parsed, case=case)


def _open_case(actor: Actor, parsed: ParsedMail, line: Line) -> Case:
    """The likeliest type that takes the matter as it is. Raises the last refusal when none does."""
    refusal: DomainError = Invalid({"type": [_("没有从邮件受理的工单类型。")]})
    for code in sorting.case_types(f"{parsed.subject}\n{parsed.reply}", line):
        try:
            with atomic():
                return cases.open_case(actor=actor, intake=intake(parsed, line, code))
        except Invalid as problem:
            refusal = problem
    raise refusal


def intake(parsed: ParsedMail, line: Line, type_code: str) -> cases.Intake:
    """What a mail says, as an intake."""
    customer = sorting.sender_as_customer(parsed, line)
    text = parsed.reply or parsed.text
    first = next((row.strip() for row in text.split("\n") if row.strip()), "")
    title = plain_subject(threading.without_tag(parsed.subject)) or first or parsed.sender.email
    return cases.Intake(
        type=type_code,
        title=title[:120],
        channel=Channel.EMAIL,
        description=text if parsed.kind != "message" or parsed.reply == parsed.text else parsed.text,
        severity=sorting.severity(parsed, type_code),
        unit=None if customer is not None else line.unit,
        customer=customer,
        premises=sorting.only_home(customer),
        contact_name=(parsed.sender.name or (customer.name if customer else ""))[:60],
        contact_email=parsed.sender.email if len(parsed.sender.email) <= 254 else "",
        language=sorting.language(f"{parsed.subject}\n{parsed.reply}"),
        accepted_at=None,
    )


def _stored(actor: Actor, mail: InboundMail, parsed: ParsedMail) -> tuple[tuple[Any, str], ...]:
    """The attachments, stored. What may not be kept is named in the mail's notes; it stays in the raw message."""
    stored = []
    for item in parsed.attachments:
        try:
            with atomic():
                stored.append((files.store(actor=actor, content=item.data, name=item.name), item.name))
        except DomainError as refused:
            mail.notes = [*mail.notes, f"附件未保存：{item.name}（{_reason_text(refused)}）"[:200]]
    return tuple(stored)


def _document(actor: Actor, parsed: ParsedMail, case: Case) -> Correspondence:
    return documents.record_document(
        actor=actor,
        medium=Medium.EMAIL,
        direction=Direction.IN,
        sender=str(parsed.sender),
        receiver=", ".join(address.email for address in parsed.to),
        subject=plain_subject(threading.without_tag(parsed.subject)) or "—",
        case=case,
    )


def _fingerprint(raw: bytes, parsed: ParsedMail | None) -> str:
    """Equal for the same message however it travelled: its id, sender and words; else its bytes."""
    if parsed is None or not parsed.message_id:
        return hashlib.sha256(raw).hexdigest()
    words = "\x00".join((parsed.message_id, parsed.sender.email, parsed.subject, parsed.text))
    return hashlib.sha256(words.encode()).hexdigest()


def _sent(parsed: ParsedMail) -> datetime:
    """When the customer wrote it: the mail's own date unless that lies ahead."""
    now = clock.now()
    return parsed.sent_at if parsed.sent_at is not None and parsed.sent_at <= now else now


def said_by(parsed: ParsedMail) -> str:
    """Who speaks in the case: the sender's name as the mail gives it."""
    return (parsed.sender.name or parsed.sender.email)[:120]


def linked(case: Case | None) -> list[Case]:
    """The case in whose timeline an entry stands too."""
    return [case] if case is not None else []


def _reason_text(refused: DomainError) -> str:
    errors = getattr(refused, "errors", None)
    if errors:
        return "; ".join(
            f"{field}: {text}"
            for field, texts in errors.items()
            for text in (texts if isinstance(texts, list) else [texts])
        )
    return str(refused.message)
