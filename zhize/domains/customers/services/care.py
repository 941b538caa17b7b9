"""What is done and noted for a customer over time: confirmation, matters, needs, touches, notes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import machine
from zhize.domains.customers.models import (
    Channel,
    Contact,
    Customer,
    ImportantMatter,
    MatterKind,
    Need,
    Note,
    Premises,
    Touch,
)
from zhize.domains.customers.services import owing
from zhize.domains.customers.services.standing import may_change
from zhize.kernel import access, flow, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person
from zhize.lib import clock


@atomic
def confirm_data(*, actor: Actor, customer: Customer, note: str = "") -> Customer:
    """Note that the data were gone through with the customer today (CUS-11)."""
    may_change(actor, caps.CONFIRM, customer)
    with history.change(customer, actor=actor, verb="customer.data_confirmed", note=note):
        guarded_update(customer, confirmed_at=clock.now(), confirmed_by_id=actor.person_id)
    return customer


@atomic
def report_arrears(
    *, actor: Actor, customer: Customer, amount: Decimal, as_of: date, currency: str = "CNY"
) -> Customer:
    """Note what the customer owes by the ledger of whoever keeps it, as of a day."""
    may_change(actor, caps.ARREARS, customer)
    if amount < 0:
        raise Invalid({"amount": [_("欠费不能是负数。")]})
    data = {"amount": f"{amount:.2f} {currency}", "day": as_of}
    with history.change(customer, actor=actor, verb="customer.arrears_reported", data=data):
        guarded_update(customer, arrears_amount=amount, arrears_currency=currency, arrears_as_of=as_of)
    return customer


@atomic
def record_matter(
    *,
    actor: Actor,
    customer: Customer,
    title: str,
    text: str = "",
    happened_on: date | None = None,
    kind: str = MatterKind.MATTER,
    premises: Premises | None = None,
    supplements: ImportantMatter | None = None,
) -> ImportantMatter:
    """Put an important matter or a written talk on the customer's record (CUS-07). It can only be supplemented."""
    may_change(actor, caps.RECORD, customer)
    today = org.local_day(customer.unit)
    problems = {}
    if not title.strip():
        problems["title"] = [_("请填写事项。")]
    if happened_on is not None and happened_on > today:
        problems["happened_on"] = [_("日期不能晚于今天。")]
    if supplements is not None and supplements.customer_id != customer.pk:
        problems["supplements"] = [_("只能补充同一位客户的事项。")]
    if problems:
        raise Invalid(problems)
    matter = ImportantMatter(
        customer=customer,
        premises=premises,
        kind=kind,
        happened_on=happened_on or today,
        title=title.strip()[:120],
        text=text.strip(),
        supplements=supplements,
        recorded_at=clock.now(),
        recorded_by_id=actor.person_id,
    )
    matter.save()
    verb = "customer.matter_supplemented" if supplements else "customer.matter_recorded"
    history.record(
        actor=actor,
        verb=verb,
        subject=customer,
        data={"title": (supplements or matter).title},
        also=[premises] if premises else [],
        marks=[matter],
    )
    return matter


@atomic
def record_need(
    *,
    actor: Actor,
    customer: Customer,
    product: str,
    text: str,
    parent: Need | None = None,
    wanted_on: date | None = None,
    amount: Decimal | None = None,
    owner: Person | None = None,
) -> Need:
    """Record what the customer wants, alone or as part of a larger need (CUS-30)."""
    may_change(actor, caps.RECORD, customer)
    problems = {}
    if not product.strip():
        problems["product"] = [_("请填写产品或服务。")]
    if not text.strip():
        problems["text"] = [_("请填写需求内容。")]
    if parent is not None and parent.customer_id != customer.pk:
        problems["parent"] = [_("上一级需求属于另一位客户。")]
    if problems:
        raise Invalid(problems)
    need = Need(
        customer=customer,
        parent=parent,
        product=product.strip()[:60],
        text=text.strip(),
        wanted_on=wanted_on,
        amount=amount,
        owner=owner,
        recorded_at=clock.now(),
        recorded_by_id=actor.person_id,
        **flow.begin(machine.NEED),
    )
    need.save()
    history.record(
        actor=actor,
        verb="customer.need_recorded",
        subject=customer,
        data={"product": need.product},
        also=[need],
    )
    return need


@atomic
def move_need(*, actor: Actor, need: Need, verb: str, note: str = "") -> Need:
    """Pursue, meet, decline or reopen a need."""
    flow.perform(need, verb, actor=actor, note=note, also=(need.customer,))
    return need


@atomic
def record_touch(
    *,
    actor: Actor,
    customer: Customer,
    channel: str,
    summary: str = "",
    contact: Contact | None = None,
    inbound: bool = False,
    at: datetime | None = None,
    source_ref: str = "",
) -> Touch:
    """Note that there was contact with the customer (CUS-31). `source_ref` makes a repeated note of one contact one.

    Other domains call this when a call, a visit or a message is theirs.
    """
    access.require(actor, caps.RECORD, customer)
    moment = at or clock.now()
    if channel not in Channel.values:
        raise Invalid({"channel": [_("请选择联系方式。")]})
    if moment > clock.now():
        raise Invalid({"at": [_("联系时间不能晚于现在。")]})
    if contact is not None and contact.customer_id != customer.pk:
        raise Invalid({"contact": [_("联系人属于另一位客户。")]})
    known = Touch.objects.filter(customer=customer, source_ref=source_ref).first() if source_ref else None
    if known is not None:
        return known
    touch = Touch(
        customer=customer,
        contact=contact,
        at=moment,
        channel=channel,
        inbound=inbound,
        summary=summary.strip()[:300],
        person_id=actor.person_id,
        source_ref=source_ref[:60],
    )
    touch.save()
    # Only forward: a touch noted late does not make the last one older. No version, so that nobody is outrun by it.
    older = Q(last_touch_at__isnull=True) | Q(last_touch_at__lt=moment)
    Customer.objects.filter(older, pk=customer.pk).update(last_touch_at=moment)
    customer.last_touch_at = max(moment, customer.last_touch_at or moment)
    if contact is not None:
        Contact.objects.filter(older, pk=contact.pk).update(last_touch_at=moment)
    history.record(
        actor=actor,
        verb="customer.touched",
        subject=customer,
        data={"channel": history.both(Channel(channel).label)},
        note=touch.summary,
    )
    if channel == Channel.VISIT:
        owing.settle(actor=actor, row=customer, everything=False)
    return touch


@atomic
def write_note(*, actor: Actor, customer: Customer, text: str, pinned: bool = False) -> Note:
    """Leave an internal remark on the customer's page."""
    may_change(actor, caps.RECORD, customer)
    if not text.strip():
        raise Invalid({"text": [_("请填写备注。")]})
    note = Note(
        customer=customer, text=text.strip(), pinned=pinned, written_at=clock.now(), author_id=actor.person_id
    )
    note.save()
    history.record(actor=actor, verb="customer.noted", subject=customer, note=note.text[:500], marks=[note])
    return note


@atomic
def pin_note(*, actor: Actor, note: Note, pinned: bool) -> Note:
    """Keep a remark at the top of the page, or let it go down again."""
    may_change(actor, caps.RECORD, note.customer)
    note.pinned = pinned
    note.save(update_fields=["pinned"])
    history.record(
        actor=actor, verb="customer.note_pinned", subject=note.customer, data={"pinned": pinned}, marks=[note]
    )
    return note
