"""The watch list 重点关注客户: reason, measures, owner and review (CUS-15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import rules
from zhize.domains.customers.models import Customer, Verdict, WatchListEntry, WatchMeasure, WatchReview
from zhize.domains.customers.rules import MeasureInput
from zhize.domains.customers.services import owing
from zhize.domains.customers.services.standing import may_change
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, atomic, guarded_update
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person


class AlreadyWatched(DomainError):
    """The customer is on the watch list now."""

    code = "customer.already_watched"
    message = _("这位客户已经在重点关注名单里。")


class NoLongerWatched(DomainError):
    """The entry has ended."""

    code = "customer.no_longer_watched"
    message = _("这位客户的重点关注已经解除。")


@atomic
def watch(
    *,
    actor: Actor,
    customer: Customer,
    reason: str,
    owner: Person,
    measures: Sequence[MeasureInput],
    review_on: date | None,
    goal: str = "",
) -> WatchListEntry:
    """Put a customer on the watch list. Invalid without a measure with a date and a day of review."""
    may_change(actor, caps.WATCH, customer)
    today = org.local_day(customer.unit)
    problems = rules.watch_problems(reason=reason, measures=measures, started_on=today, review_on=review_on)
    if problems or review_on is None:
        raise Invalid(problems, code="customer.watch_incomplete")
    if WatchListEntry.objects.filter(customer=customer, ended_on__isnull=True).exists():
        raise AlreadyWatched
    entry = WatchListEntry(
        customer=customer,
        reason=reason.strip()[:300],
        goal=goal.strip()[:200],
        owner=owner,
        started_on=today,
        review_on=review_on,
    )
    entry.save()
    rows = [WatchMeasure(entry=entry, text=one.text.strip()[:300], due_on=one.due_on) for one in measures]
    WatchMeasure.objects.bulk_create(rows)
    history.record(
        actor=actor, verb="customer.watched", subject=customer, data={"reason": entry.reason}, also=[entry]
    )
    for row in rows:
        owing.measure(actor=actor, measure=row)
    owing.review(actor=actor, entry=entry)
    return entry


def _open(actor: Actor, entry: WatchListEntry) -> Customer:
    access.require(actor, caps.WATCH, entry)
    if entry.ended_on is not None:
        raise NoLongerWatched
    return entry.customer


@atomic
def add_measure(*, actor: Actor, entry: WatchListEntry, measure: MeasureInput) -> WatchMeasure:
    """Add a further thing to do for the watched customer."""
    customer = _open(actor, entry)
    if not measure.text.strip():
        raise Invalid({"text": [_("请填写措施。")]})
    if measure.due_on < entry.started_on:
        raise Invalid({"due_on": [_("措施的完成期限不能早于列入日期。")]})
    row = WatchMeasure(entry=entry, text=measure.text.strip()[:300], due_on=measure.due_on)
    row.save()
    history.record(
        actor=actor,
        verb="customer.watch_measure_added",
        subject=customer,
        data={"measure": row.text},
        also=[entry],
        marks=[row],
    )
    owing.measure(actor=actor, measure=row)
    return row


@atomic
def finish_measure(
    *, actor: Actor, measure: WatchMeasure, result: str, done_on: date | None = None
) -> WatchMeasure:
    """Note that a measure was carried out, with its result."""
    customer = _open(actor, measure.entry)
    if measure.done_on is not None:
        raise Invalid({"": [_("这项措施已经完成。")]})
    if not result.strip():
        raise Invalid({"result": [_("请填写结果。")]})
    day = done_on or org.local_day(customer.unit)
    guarded_update(measure, done_on=day, result=result.strip()[:300])
    history.record(
        actor=actor,
        verb="customer.watch_measure_done",
        subject=customer,
        data={"measure": measure.text},
        note=measure.result,
        also=[measure.entry],
        marks=[measure],
    )
    owing.settle(actor=actor, row=measure)
    return measure


@atomic
def review(
    *, actor: Actor, entry: WatchListEntry, verdict: str, text: str = "", next_review_on: date | None = None
) -> WatchReview:
    """Look back: better, same or worse, and when to look again. Same or worse needs a further open measure."""
    customer = _open(actor, entry)
    today = org.local_day(customer.unit)
    if verdict not in Verdict.values:
        raise Invalid({"verdict": [_("请选择好转、持平或恶化。")]})
    if next_review_on is None or next_review_on <= today:
        raise Invalid({"next_review_on": [_("请定下次复核日期，要晚于今天。")]})
    if verdict != Verdict.BETTER and not entry.measures.filter(done_on__isnull=True).exists():
        raise Invalid({"verdict": [_("关系没有好转，请先增加一项措施。")]})
    row = WatchReview(
        entry=entry, reviewed_on=today, verdict=verdict, text=text.strip()[:300], reviewer_id=actor.person_id
    )
    row.save()
    guarded_update(entry, verdict=verdict, review_on=next_review_on)
    history.record(
        actor=actor,
        verb="customer.watch_reviewed",
        subject=customer,
        data={"verdict": history.both(Verdict(verdict).label)},
        note=row.text,
        also=[entry],
        marks=[row],
    )
    owing.settle(actor=actor, row=entry)
    owing.review(actor=actor, entry=entry)
    return row


@atomic
def end_watch(*, actor: Actor, entry: WatchListEntry, note: str) -> WatchListEntry:
    """Take a customer off the watch list, with the reason."""
    customer = _open(actor, entry)
    if not note.strip():
        raise Invalid({"note": [_("请填写解除说明。")]})
    guarded_update(
        entry, ended_on=org.local_day(customer.unit), ended_note=note.strip()[:200], expect={"ended_on": None}
    )
    history.record(actor=actor, verb="customer.watch_ended", subject=customer, note=note, also=[entry])
    for row in (entry, *entry.measures.filter(done_on__isnull=True)):
        owing.drop(actor=actor, row=row, reason=note)
    return entry
