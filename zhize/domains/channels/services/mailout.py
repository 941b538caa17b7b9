"""Mail about cases to the outside: answers, receipts, forwarded cases (CHN-06).

Every one is a numbered document, carries the case's token for the answer, and travels as a message delivery,
which tries again while the mail server is down and learns of bounces.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.models import Case, Message
from zhize.domains.cases.selectors import types
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels.kinds import Direction, Medium, OutKind
from zhize.domains.channels.models import InboundMail, OutboundMail
from zhize.domains.channels.services import documents, threading, web
from zhize.domains.customers.models import EmailAddress
from zhize.kernel import access, files, history, notices
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic
from zhize.kernel.files.models import Attachment
from zhize.kernel.org.models import Person
from zhize.lib import clock
from zhize.lib.mailparse import ParsedMail

# So many receipts to one address in a day, and no more: a machine may be answering.
RECEIPTS = 3
_NOBODY = (
    "noreply",
    "no-reply",
    "no_reply",
    "donotreply",
    "do-not-reply",
    "mailer-daemon",
    "postmaster",
    "bounce",
)


def customers_address(case: Case) -> str:
    """Where mail to the customer of a case goes: the address of the contact, else the customer's first one."""
    if case.contact_email:
        return case.contact_email.lower()
    if case.customer_id is None:
        return ""
    row = EmailAddress.objects.filter(customer=case.customer_id).order_by("-primary", "pk").first()
    return row.address if row is not None else ""


@atomic
def send_reply(*, actor: Actor, message: Message) -> OutboundMail:
    """Send an answer that was written in a case. Invalid when there is no address to send it to."""
    case = message.case
    address = customers_address(case)
    if not address:
        raise Invalid({"channel": [_("没有客户的邮箱。")]})
    attachments = [item for item in files.for_subject(message) if item.visible_to_customer]
    context = {**_context(case), "body": message.body}
    (sent,) = _send(
        actor=actor,
        kind=OutKind.REPLY,
        case=case,
        addresses=[address],
        template="channels.reply",
        context=context,
        automatic="no",
        message=message,
        attachments=attachments,
    )
    return sent


@atomic
def send_receipt(*, actor: Actor, mail: ParsedMail, case: Case) -> OutboundMail | None:
    """Tell the sender of a mail the number of his case; not to machines, lists or the same address all day long."""
    address = mail.sender.email
    local = address.partition("@")[0]
    if mail.kind != "message" or mail.is_bulk or mail.list_id or local.startswith(_NOBODY):
        return None
    today = OutboundMail.objects.filter(
        kind=OutKind.RECEIPT, to__contains=[address], at__gt=clock.now() - timedelta(days=1)
    )
    if today.count() >= RECEIPTS:
        return None
    (sent,) = _send(
        actor=actor,
        kind=OutKind.RECEIPT,
        case=case,
        addresses=[address],
        template="channels.receipt",
        context=_context(case),
        automatic="auto-replied",
    )
    return sent


@atomic
def send_progress(*, actor: Actor, case: Case) -> OutboundMail:
    """Send the customer the page where he sees how his case stands (CHN-12). Invalid without an address for him."""
    return mail_customer(
        actor=actor,
        case=case,
        kind=OutKind.PROGRESS,
        template="channels.progress",
        page="portal:progress",
        code=web.progress_code(case),
    )


@atomic
def mail_customer(
    *, actor: Actor, case: Case, kind: OutKind, template: str, page: str, code: str
) -> OutboundMail:
    """Send the customer of a case a message with a link to one of his pages.

    Refused without `mail.send`; Invalid when no address of his is known.
    """
    access.require(actor, caps.MAIL_SEND)
    access.require(actor, "case.view", case)
    address = customers_address(case)
    if not address:
        raise Invalid({"": _("没有客户的邮箱。")})
    (sent,) = _send(
        actor=actor,
        kind=kind,
        case=case,
        addresses=[address],
        template=template,
        context={**_context(case), "link": _address(page, code)},
        automatic="no",
    )
    return sent


@atomic
def forward_by_mail(
    *,
    actor: Actor,
    case: Case,
    to: Iterable[Person] = (),
    addresses: Iterable[str] = (),
    note: str = "",
    attachments: Sequence[Attachment] = (),
) -> list[OutboundMail]:
    """Forward a case by mail; message, receivers and time stand on the case (CHN-06). Answers come back to it.

    Raises Invalid without a receiver or for a person without an address.
    """
    access.require(actor, caps.MAIL_SEND)
    access.require(actor, "case.view", case)
    people = list(to)
    nameless = [person.name for person in people if not person.email]
    wanted = list(dict.fromkeys([*(person.email.lower() for person in people), *map(_clean, addresses)]))
    if nameless:
        raise Invalid({"to": [_("%(name)s没有登记邮箱。") % {"name": name} for name in nameless]})
    if not wanted:
        raise Invalid({"to": [_("请选择转发给谁。")]})
    context = {
        **{name: value for name, value in _context(case).items() if name != "link"},
        "note": note.strip(),
        "type": types.type_label(case.type_code, case.release_id),
        "customer": case.who,
        "place": str(case.premises or ""),
        "accepted": case.accepted_at,
        "description": case.description,
        "actor": actor.label,
    }
    sent = _send(
        actor=actor,
        kind=OutKind.FORWARD,
        case=case,
        addresses=wanted,
        template="channels.forward",
        context=context,
        automatic="no",
        attachments=attachments,
    )
    names = {person.email.lower(): person.name for person in people}
    shown = "、".join(names.get(address, address) for address in wanted)
    history.record(
        actor=actor,
        verb="mail.forwarded",
        subject=case,
        data={
            "to": shown,
            "addresses": wanted,
            "numbers": [row.document.number for row in sent if row.document],
        },
        note=note,
    )
    return sent


def _clean(address: str) -> str:
    text = address.strip().lower()
    local, at, domain = text.partition("@")
    if not (local and at and "." in domain) or any(sign.isspace() for sign in text):
        raise Invalid({"addresses": [_("邮箱“%(address)s”不正确。") % {"address": address}]})
    return text


def _context(case: Case) -> dict[str, Any]:
    return {
        "tag": threading.tag(case),
        "title": case.title,
        "number": case.number,
        "unit": str(case.unit),
        "link": _address("portal:progress", web.progress_code(case)),
    }


def _address(page: str, code: str) -> str:
    """A customer's page as an address that works outside."""
    return f"{settings.CONFIG.base_url}{reverse(page, args=[code])}"


def _send(
    *,
    actor: Actor,
    kind: OutKind,
    case: Case,
    addresses: Sequence[str],
    template: str,
    context: dict[str, Any],
    automatic: str,
    message: Message | None = None,
    attachments: Sequence[Attachment] = (),
) -> list[OutboundMail]:
    """Hand the mails over and register each as a numbered document, in the transaction of what caused them."""
    result = notices.send(
        addresses=addresses,
        template=template,
        context=context,
        actor=actor,
        subject=case,
        headers={**_thread_headers(case), "Auto-Submitted": automatic, "From-Name": str(case.unit)},
        attachments=attachments,
        language=case.language,
    )
    clerk = access.system(caps.MAIL, channel=actor.channel, request_id=actor.request_id)
    sent = []
    for delivery in result.deliveries:
        document = documents.record_document(
            actor=clerk,
            medium=Medium.EMAIL,
            direction=Direction.OUT,
            sender=parseaddr(settings.CONFIG.email_from)[1],
            receiver=delivery.address,
            subject=case.title,
            case=case,
        )
        row = OutboundMail(
            unit=case.unit,
            kind=kind,
            case=case,
            case_message=message,
            document=document,
            message_id=delivery.message_id.strip("<>")[:255],
            to=[delivery.address],
            subject=delivery.title[:300],
            at=clock.now(),
            by=actor.label[:120],
        )
        row.save()
        history.record(
            actor=actor,
            verb="mail.sent",
            subject=document,
            data={"number": document.number, "to": delivery.address, "mail": row.pk, "delivery": delivery.pk},
            also=[case],
            marks=[row],
        )
        sent.append(row)
    return sent


def _thread_headers(case: Case) -> dict[str, str]:
    """What makes mail programs show one conversation, and answers come back to the case."""
    came = list(
        InboundMail.objects.filter(case=case)
        .exclude(message_id="")
        .order_by("-pk")
        .values_list("message_id", flat=True)[:5]
    )
    went = list(
        OutboundMail.objects.filter(case=case).order_by("-pk").values_list("message_id", flat=True)[:5]
    )
    headers = {"Reply-To": threading.reply_address(case)}
    known = [f"<{message_id}>" for message_id in [*reversed(went), *reversed(came)]]
    if known:
        headers["References"] = " ".join(known)
        headers["In-Reply-To"] = known[-1]
    return headers
