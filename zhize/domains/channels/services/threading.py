"""Which case an incoming mail belongs to, and whether its sender may speak in it.

A mail finds its case by a token that this installation signed, in the address it was sent to or in the subject,
or because it answers a mail of ours or one that came in here before. It joins the case only when its address is
known there. Whoever else holds a token gets a case of his own, linked for review.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Literal

from django.conf import settings
from django.db.models import Q

from zhize.domains.cases.models import Assignment, Case
from zhize.domains.channels.kinds import LineKind, OutKind
from zhize.domains.channels.models import InboundMail, Line, OutboundMail
from zhize.domains.customers.models import Contact, EmailAddress
from zhize.kernel.notices.models import Delivery
from zhize.kernel.org.models import Person
from zhize.lib import signing
from zhize.lib.mailparse import ParsedMail

PURPOSE = "channels.mail"
_IN_SUBJECT = re.compile(r"\[[^\[\]#]{3,40}#([a-z2-7]{18,40})\]", re.IGNORECASE)

Role = Literal["customer", "staff", ""]


@dataclass(frozen=True)
class Thread:
    """The case a mail points to, and as whom its sender is known there (empty: not at all)."""

    case: Case
    role: Role


def token(case: Case) -> str:
    """The signed token that stands for a case in addresses, subjects and Message-IDs."""
    return signing.make(PURPOSE, case.pk, _key())


def own_mark() -> str:
    """What the loop header of this installation's messages says."""
    return signing.site_mark(_key())


def reply_address(case: Case) -> str:
    """The sender's address with the case's token: kefu+TOKEN@example.com."""
    local, _, domain = parseaddr(settings.CONFIG.email_from)[1].partition("@")
    return f"{local}+{token(case)}@{domain}"


def tag(case: Case) -> str:
    """What stands in the subject of mails about a case: its number and token."""
    return f"[{case.number}#{token(case)}]"


def without_tag(subject: str) -> str:
    """A subject without our own tag."""
    return _IN_SUBJECT.sub("", subject).strip()


def find(mail: ParsedMail) -> Thread | None:
    """The case this mail points to. Merged cases lead on to the one that took them over."""
    case = _by_token(mail) or _by_reference(mail)
    if case is None:
        return None
    while case.merged_into is not None:
        case = case.merged_into
    return Thread(case, role_of(mail.sender.email, case))


def own_addresses() -> set[str]:
    """The addresses this installation sends from; mail from them is a loop."""
    lines = Line.objects.filter(kind=LineKind.EMAIL).exclude(address="").values_list("address", flat=True)
    return {parseaddr(settings.CONFIG.email_from)[1].lower(), *(address.lower() for address in lines)}


def is_own(address: str, own: Iterable[str]) -> bool:
    """Whether an address is one of ours, with or without a token in it."""
    local, _, domain = address.partition("@")
    return f"{local.partition('+')[0]}@{domain}" in set(own)


def role_of(address: str, case: Case) -> Role:
    """As whom an address is known in a case: its customer's side, staff who have to do with it, or not at all."""
    if _is_customers(address, case):
        return "customer"
    wrote_to = OutboundMail.objects.filter(case=case, to__contains=[address])
    if wrote_to.exclude(kind=OutKind.FORWARD).exists():
        return "customer"
    people = list(Person.objects.filter(email__iexact=address, active=True).values_list("pk", flat=True))
    concerned = Q(case=case) & Q(person__in=people)
    if people and (case.owner_id in people or Assignment.objects.filter(concerned).exists()):
        return "staff"
    return "staff" if wrote_to.exists() else ""


def _is_customers(address: str, case: Case) -> bool:
    if case.contact_email and case.contact_email.lower() == address:
        return True
    if case.customer_id is None:
        return False
    if EmailAddress.objects.filter(customer=case.customer_id, address__iexact=address).exists():
        return True
    return Contact.objects.filter(customer=case.customer_id, email__iexact=address, active=True).exists()


def _by_token(mail: ParsedMail) -> Case | None:
    for text in _candidates(mail):
        number = signing.read(PURPOSE, text, _key())
        if number is not None:
            return Case.objects.select_related("merged_into", "customer", "unit").filter(pk=number).first()
    return None


def _candidates(mail: ParsedMail) -> Iterable[str]:
    for address in mail.recipients:
        local = address.partition("@")[0]
        if "+" in local:
            yield local.rpartition("+")[2]
    yield from _IN_SUBJECT.findall(mail.subject)


def _by_reference(mail: ParsedMail) -> Case | None:
    """The case of a mail from or to us that this one answers."""
    ids = [message_id[:255] for message_id in mail.threads[:50]]
    if not ids:
        return None
    cases: dict[str, Case] = {}
    rows = InboundMail.objects.filter(message_id__in=ids, case__isnull=False)
    for row in rows.select_related("case__merged_into", "case__customer", "case__unit").order_by("pk"):
        if row.case is not None:
            cases[row.message_id] = row.case
    for out in OutboundMail.objects.filter(message_id__in=ids).select_related(
        "case__merged_into", "case__customer"
    ):
        cases[out.message_id] = out.case
    notices = Delivery.objects.filter(
        message_id__in=[f"<{message_id}>" for message_id in ids], subject_type="cases.case"
    )
    told = {row.message_id.strip("<>"): row.subject_id for row in notices}
    rows_by_id = Case.objects.select_related("merged_into", "customer", "unit").in_bulk(
        [pk for pk in told.values() if pk]
    )
    for message_id, pk in told.items():
        if pk in rows_by_id:
            cases.setdefault(message_id, rows_by_id[pk])
    return next((cases[message_id] for message_id in ids if message_id in cases), None)


def _key() -> bytes:
    return settings.SECRET_KEY.encode()
