"""How a matter stands, told on request (CHN-12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q

from zhize.domains.cases.models import Case
from zhize.domains.cases.selectors import lists
from zhize.domains.customers.models import EmailAddress
from zhize.domains.customers.selectors import identity
from zhize.kernel.access import Actor
from zhize.lib import phones, signing
from zhize.lib.digits import half_width

LIMIT = 20
PURPOSE = "channels.progress"


@dataclass(frozen=True)
class Progress:
    """What an agent reads out: the case, who has it, when it is due next."""

    case: Case
    number: str
    title: str
    state: Any
    holder: str
    holder_position: str
    unit: str
    next_due_at: datetime | None
    is_late: bool


def progress(actor: Actor, text: str) -> list[Progress]:
    """The cases that a phone number or (part of) a case number leads to, open ones first, newest first.

    Three queries. Only what the actor may see.
    """
    asked = half_width(text).strip().upper()
    if len(asked) < 3:
        return []
    forms = identity.dialled_forms(asked)
    spelt = [*forms, asked, phones.normalise(asked) or asked]
    found = Q(number=asked) | (Q(number__contains=asked) if len(asked) >= 4 else Q(pk__in=[]))
    if forms:
        customers = [customer.pk for customer in identity.by_number(actor, asked)]
        found |= Q(customer__in=customers) | Q(contact_phone__in=spelt)
    rows = lists.visible(actor).filter(found).exclude(category="void")
    lines = [_line(case) for case in rows.order_by("-pk")[: LIMIT * 2]]
    return sorted(lines, key=lambda line: line.case.is_ended)[:LIMIT]


def with_address(cases: Iterable[Case]) -> set[int]:
    """Which of the cases have a customer who can be reached by mail. One query."""
    rows = list(cases)
    customers = {case.customer_id for case in rows if case.customer_id}
    known = set(EmailAddress.objects.filter(customer__in=customers).values_list("customer", flat=True))
    return {case.pk for case in rows if case.contact_email or case.customer_id in known}


def case_by_code(code: str) -> Case | None:
    """The case of a customer's progress code, or None."""
    number = signing.read(PURPOSE, code, settings.SECRET_KEY.encode())
    return Case.objects.filter(pk=number).first() if number is not None else None


def _line(case: Case) -> Progress:
    return Progress(
        case=case,
        number=case.number,
        title=case.title,
        state=case.state_label,
        holder=str(case.owner) if case.owner else "",
        holder_position=str(case.owner_position) if case.owner_position else "",
        unit=str(case.unit),
        next_due_at=case.next_due_at,
        is_late=case.is_late,
    )
