"""What is owed to customers by a day: visits by grade, measures and reviews of the watch list.

Each is an obligation of `domains.duties` with its clock and escalation; the fact recorded here is its evidence.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Model, Q

from zhize.domains.customers.models import Customer, WatchListEntry, WatchMeasure
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation, ObligationKind
from zhize.kernel.access import Actor
from zhize.kernel.flow import OPEN
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position
from zhize.lib.text import Text


def visit(
    *,
    actor: Actor,
    customer: Customer,
    grade: Text,
    on: date,
    holder: Person | None,
    position: Position | None,
    entry_id: int,
) -> Obligation:
    """The visit that the customer's grade demands by `on`."""
    return duties.open_obligation(
        actor=actor,
        unit=customer.unit,
        title=Text("走访{grade}客户 {name}", "Visit {grade} customer {name}").format(
            grade=grade, name=customer.name
        ),
        kind=ObligationKind.TRIGGERED,
        holder=holder,
        position=position,
        subject=customer,
        target=_by(customer, on),
        trigger_entry=entry_id,
    )


def measure(*, actor: Actor, measure: WatchMeasure) -> Obligation:
    """The owner of a watch-list entry owes one of its measures."""
    entry = measure.entry
    title = Text("重点关注 {name}：{text}", "Watch list, {name}: {text}")
    return duties.open_obligation(
        actor=actor,
        unit=entry.customer.unit,
        title=title.format(name=entry.customer.name, text=measure.text),
        kind=ObligationKind.TASK,
        holder=entry.owner,
        subject=measure,
        also=[entry.customer],
        target=_by(entry.customer, measure.due_on),
    )


def review(*, actor: Actor, entry: WatchListEntry) -> Obligation:
    """The owner of a watch-list entry owes its next review."""
    title = Text("复核重点关注客户 {name}", "Review watch-list customer {name}")
    return duties.open_obligation(
        actor=actor,
        unit=entry.customer.unit,
        title=title.format(name=entry.customer.name),
        kind=ObligationKind.TASK,
        holder=entry.owner,
        subject=entry,
        also=[entry.customer],
        target=_by(entry.customer, entry.review_on),
    )


def _by(customer: Customer, on: date) -> dict[str, object]:
    return {"kind": "by", "days": max(0, (on - org.local_day(customer.unit)).days)}


def _open(row: Model) -> list[Obligation]:
    """Open obligations that are about the row and come from this domain, the earliest first.

    A duty of a pack may claim them (`opened_as`); what its own facts begin is not this domain's.
    """
    opened_here = Q(duty_version__isnull=True) | Q(duty_version__rule__has_key="opened_as")
    rows = Obligation.objects.filter(
        opened_here, subject_type=row._meta.label_lower, subject_id=row.pk, category__in=list(OPEN)
    )
    return list(rows.select_related("clock", "unit", "position", "holder").order_by("due_at", "pk"))


def settle(*, actor: Actor, row: Model, everything: bool = True) -> None:
    """The fact about the row happened: what was owed about it is done (only the earliest unless `everything`)."""
    waiting = _open(row)
    for obligation in waiting if everything else waiting[:1]:
        duties.fulfil(actor=actor, obligation=obligation, subject_fact=row)


def drop(*, actor: Actor, row: Model, reason: str) -> None:
    """The matter fell away: nothing is owed about the row any more."""
    for obligation in _open(row):
        duties.cancel(actor=actor, obligation=obligation, reason=reason, subject_fact=row)
