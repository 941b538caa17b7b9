"""Telling people of the desks what happened. Runs in the worker, once per fact."""

from __future__ import annotations

from zhize.domains.cases.models import Case
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels.models import InboundMail, Relay, WorkEntry
from zhize.kernel import access, notices
from zhize.kernel.access import Actor
from zhize.kernel.history.models import Entry
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position


def _clerk(entry: Entry) -> Actor:
    return access.system(caps.MAIL, request_id=entry.request_id)


def relayed(entry: Entry) -> None:
    """The receiver of a relayed message, who is to acknowledge it."""
    relay = Relay.objects.select_related("receiver").get(pk=entry.subject_id)
    context = {
        "name": relay.from_name,
        "phone": relay.from_phone,
        "content": relay.content,
        "actor": entry.actor_label,
    }
    notices.send(
        to=[relay.receiver], template="relay.sent", context=context, subject=relay, actor=_clerk(entry)
    )


def informed(entry: Entry) -> None:
    """Who was informed of an entry of the work register."""
    row = WorkEntry.objects.select_related("informed").get(pk=entry.subject_id)
    if row.informed is None or row.informed_id == entry.person_id:
        return
    context = {"content": row.content, "who": row.who, "phone": row.phone, "actor": entry.actor_label}
    notices.send(
        to=[row.informed], template="worklog.informed", context=context, subject=row, actor=_clerk(entry)
    )


def quarantined(entry: Entry) -> None:
    """Whoever may decide on mail of this unit."""
    mail = InboundMail.objects.select_related("unit", "line__owner").get(pk=entry.subject_id)
    context = {
        "subject": mail.subject,
        "sender": mail.sender,
        "reason": mail.reason,
    }
    notices.send(
        to=_deciders(mail), template="mail.quarantined", context=context, subject=mail, actor=_clerk(entry)
    )


def bounced(entry: Entry) -> None:
    """The holder of the case whose mail came back."""
    case = Case.objects.select_related("owner").get(pk=entry.subject_id)
    if case.owner is None:
        return
    context = {
        "number": case.number,
        "title": case.title,
        "to": entry.data.get("to", ""),
        "reason": entry.data.get("reason", ""),
    }
    notices.send(
        to=[case.owner],
        template="mail.bounced",
        context=context,
        subject=case,
        actor=_clerk(entry),
        urgent=True,
    )


def _deciders(mail: InboundMail) -> list[Person]:
    """Holders of the line's position, else of the positions of the unit that may decide on mail."""
    if mail.line is not None and mail.line.owner is not None:
        found = org.holders(mail.line.owner)
        if found:
            return found
    positions = Position.objects.filter(
        grants__capability=caps.MAIL_HANDLE, unit__path__startswith=mail.unit.path or "/", active=True
    ).select_related("unit")
    return list(
        {person.pk: person for position in positions.distinct() for person in org.holders(position)}.values()
    )
