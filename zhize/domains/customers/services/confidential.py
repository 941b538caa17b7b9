"""Opening what is confidential: every look is on the record with who, when and why (CUS-10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import messages, sealing
from zhize.domains.customers.models import Contact, Customer, Phone
from zhize.domains.customers.selectors import archives
from zhize.kernel import access, history, notices
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Refused, atomic
from zhize.lib import clock
from zhize.lib.text import Text

FIELDS = {"phones": _("完整电话"), "id_number": _("证件号码")}
SHORTEST_REASON = 2
LONGEST = 2000
READ_AGAIN_AFTER = timedelta(minutes=30)


@dataclass(frozen=True)
class Opened:
    """What was opened: the full numbers."""

    phones: Sequence[tuple[int, str]] = ()
    contact_phones: Sequence[tuple[int, str]] = ()
    id_number: str = ""


@atomic
def unmask(*, actor: Actor, customer: Customer, fields: Sequence[str], reason: str) -> Opened:
    """The full values of masked fields, for a stated reason. Writes who opened what, when and why."""
    access.require(actor, caps.UNMASK, customer)
    wanted = [name for name in FIELDS if name in fields]
    problems: dict[str, list[Any]] = {}
    if not wanted or len(wanted) != len(set(fields)):
        problems["fields"] = [_("请选择要查看的内容。")]
    if len(reason.strip()) < SHORTEST_REASON:
        problems["reason"] = [_("请写明查看的事由。")]
    if problems:
        raise Invalid(problems)
    labels = [history.both(FIELDS[name]) for name in wanted]
    data = {
        "fields": Text("、".join(one.zh for one in labels), ", ".join(one.en for one in labels)),
        "codes": wanted,
    }
    history.record(actor=actor, verb="customer.unmasked", subject=customer, data=data, note=reason.strip())
    phones: list[tuple[int, str]] = []
    contacts: list[tuple[int, str]] = []
    if "phones" in wanted:
        phones = list(Phone.objects.filter(customer=customer).values_list("pk", "number"))
        contacts = list(
            Contact.objects.filter(customer=customer).exclude(phone="").values_list("pk", "phone")
        )
    number = sealing.opened(customer.id_number_sealed) if "id_number" in wanted else ""
    return Opened(phones, contacts, number)


@atomic
def full_number(*, actor: Actor, of: Phone | Contact) -> str:
    """The whole telephone number of a customer or contact, for who may see it; the look is on the record."""
    note_full_read(actor=actor, customer=of.customer)
    return of.number if isinstance(of, Phone) else of.phone


@atomic
def note_full_read(*, actor: Actor, customer: Customer) -> None:
    """Write that somebody with the right looked at the customer's full phone numbers.

    Looking again within half an hour is the same look, so that several numbers do not flood the record.
    """
    access.require(actor, caps.VIEW_FULL, customer)
    since = clock.now() - READ_AGAIN_AFTER
    seen = history.Entry.objects.filter(
        subject_type=customer._meta.label_lower,
        subject_id=customer.pk,
        verb="customer.read_in_full",
        at__gte=since,
        actor_kind=actor.kind,
        actor_label=actor.label,
        **({"person": actor.person_id} if actor.person_id else {"person__isnull": True}),
    )
    if not seen.exists():
        history.record(actor=actor, verb="customer.read_in_full", subject=customer)


@atomic
def propose_improvement(*, actor: Actor, text: str) -> None:
    """Propose how archives could be kept, used and kept secret better (CUS-10).

    It stands in the history of the proposer's unit, and whoever keeps the confidential archives there is told.
    """
    access.require(actor, caps.VIEW)
    unit = access.unit_of(actor)
    if unit is None:
        raise Refused
    if not text.strip():
        raise Invalid({"text": [_("请写明建议。")]})
    history.record(
        actor=actor, verb="customer.rules_proposed", subject=unit, unit=unit, note=text.strip()[:LONGEST]
    )
    managers = [one for one in archives.managers(unit) if one.pk != actor.person_id]
    if managers:
        context = {"actor": actor.label, "text": text.strip()[:LONGEST]}
        notices.send(to=managers, template=messages.PROPOSED, context=context, subject=unit, actor=actor)
