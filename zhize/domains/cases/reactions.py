"""What cases do when something happens elsewhere, and what follows from their own facts."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from zhize.domains.cases.kinds import CLOSE, Channel, Nature
from zhize.domains.cases.models import (
    Assignment,
    Case,
    MajorReport,
    Message,
    Paper,
    Promise,
    Transfer,
    WorkSheet,
)
from zhize.domains.cases.selectors import of_customers
from zhize.domains.cases.services import delays, papers, telling, writing
from zhize.domains.cases.subjects import CaseSubject, WorkSheetSubject
from zhize.domains.customers import registry
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import SPOKEN_BY_NAME, Premises
from zhize.domains.duties import services as duties
from zhize.domains.duties import verbs
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.subjects import loaded, register_subject
from zhize.kernel import access, history, search
from zhize.kernel.history.models import Entry

register_subject("cases.case", CaseSubject())
register_subject("cases.worksheet", WorkSheetSubject())

registry.panel("cases", order=10)(of_customers.panel)
customers.follows(Case)
registry.personal(
    Case,
    texts=("title", "description", "solution"),
    clear=(
        "contact_name",
        "contact_phone",
        "contact_email",
        "answers",
        "tags",
        "external_ref",
        "procedure_note",
    ),
)
registry.personal(Message, "case__customer", texts=("author_label", "body"))
registry.personal(Promise, "case__customer", texts=("text",))
registry.personal(Assignment, "case__customer", named=("by",), clear=("reason",))
registry.personal(Transfer, "case__customer", texts=("text",), clear=("answer",))
registry.personal(WorkSheet, "case__customer", texts=("task",), clear=("agreed", "result"))
registry.personal(Paper, "case__customer", clear=("content",))
registry.personal(MajorReport, "case__customer", texts=("reason",), clear=("proposal", "decision"))
registry.hinders_closing("cases.open", panel="cases")(of_customers.objection)

CASE, SHEET, OBLIGATION = "cases.case", "cases.worksheet", "duties.obligation"

access.system_actor("cases.follow", caps={"case.view", "case.edit"})


def _case_of(obligation: Obligation) -> int | None:
    """The id of the case an obligation is about, itself or through a work sheet."""
    if obligation.subject_type == CASE:
        return obligation.subject_id
    return obligation.about_id if obligation.about_type == CASE else None


@history.on(
    "obligation.opened",
    "obligation.done",
    "obligation.submitted",
    "obligation.returned",
    "obligation.excused",
    "obligation.missed",
    "obligation.cancelled",
    "obligation.moved",
    "clock.paused",
    "clock.resumed",
    "clock.recomputed",
)
def keep_next_due(entry: Entry) -> None:
    """A case's next due moment is that of its nearest open obligation."""
    if entry.subject_type != OBLIGATION:
        return
    obligation = entry.handed(OBLIGATION) or Obligation.objects.get(pk=entry.subject_id)
    pk = _case_of(obligation)
    if pk is not None and not _said_again(entry, pk):
        writing.refresh_due(pk)


def _said_again(entry: Entry, pk: int) -> bool:
    """Whether an entry that was written with this one, and is announced after it, says the same of the case."""
    while (following := entry.following) is not None:
        entry, row = following, following.handed(OBLIGATION)
        if following.verb == verbs.OPENED and row is not None and _case_of(row) == pk:
            return True
    return False


@history.on("obligation.moved")
def keep_limit(entry: Entry) -> None:
    """A work sheet and a promise show the limit of what is owed for them, through whatever door it was moved."""
    if entry.subject_type == OBLIGATION:
        writing.follow_limit(entry.subject_id)


@history.on("obligation.reassigned")
def keep_answering(entry: Entry) -> None:
    """A work sheet is in the hands of whoever owes its answer, also after a hand-over (DUT-17)."""
    if entry.subject_type == OBLIGATION:
        writing.follow_holder(entry.subject_id)


@history.on("case.paused")
def pause_clocks(entry: Entry) -> None:
    """A paused case pauses what is owed about it."""
    duties.pause_about(
        actor=_follower(entry),
        row=Case.objects.get(pk=entry.subject_id),
        reason=str(entry.data.get("reason", "")),
    )


@history.on("case.resumed")
def resume_clocks(entry: Entry) -> None:
    duties.resume_about(actor=_follower(entry), row=Case.objects.get(pk=entry.subject_id))


def _follower(entry: Entry) -> access.Actor:
    return access.system("cases.follow", channel=entry.channel, request_id=entry.request_id)


@history.on("case.opened", "case.replied", "case.customer_wrote", "case.informed")
def keep_touch(entry: Entry) -> None:
    """Whoever talks with the customer about a case was in touch with him (CUS-31)."""
    case = entry.handed(CASE) or Case.objects.get(pk=entry.subject_id)
    taken_in = entry.verb == "case.opened"
    if case.customer_id is not None and not (taken_in and case.channel == Channel.STAFF):
        customers.keep_touch(customer_id=case.customer_id, at=case.accepted_at if taken_in else entry.at)


@history.on(
    "case.opened", "case.edited", "case.answered", "case.closed", "worksheet.sent", "worksheet.answer"
)
def keep_index(entry: Entry) -> None:
    """Search finds a case as soon as it is saved."""
    if entry.subject_type == CASE:
        if entry.verb == "case.closed" and "solution" not in entry.changes:
            return
        case = entry.handed(CASE)
        if case is None or not loaded(case, "customer", "premises"):
            case = Case.objects.select_related("customer", "premises").get(pk=entry.subject_id)
        search.refresh(case)
    elif entry.subject_type == SHEET:
        search.refresh(WorkSheet.objects.select_related("unit").get(pk=entry.subject_id))


@history.on("customer.updated", "customer.merged", "customer.unmerged", "customer.parted")
def index_by_new_name(entry: Entry) -> None:
    """A customer is called otherwise, or cases came to him: they are found by his name from now on."""
    if entry.verb != "customer.updated" or "name" in entry.changes:
        search.later(Case, customer_id=entry.subject_id)


@history.on("premises.updated")
def index_by_new_address(entry: Entry) -> None:
    """A renamed community or court: what is reported from there is found by the new address."""
    if "name" in entry.changes:
        place = Premises.objects.get(pk=entry.subject_id)
        if place.kind in SPOKEN_BY_NAME:
            search.later(Case, premises__path__startswith=place.prefix)


@history.on("unit.changed")
def index_by_new_department(entry: Entry) -> None:
    """A renamed department: its work sheets are found by the new name."""
    if "name" in entry.changes:
        search.later(WorkSheet, unit_id=entry.subject_id)


@history.on("clock.threshold", "obligation.done", "obligation.submitted")
def mark_late(entry: Entry) -> None:
    """An obligation of a case ran over its limit: the case is late and stands in the delay list.

    Seen when the clock says so, or, where it was met late before the clock was looked at, when it was met.
    """
    if entry.subject_type != OBLIGATION or not _ran_over(entry):
        return
    obligation = Obligation.objects.select_related("duty", "duty_version").get(pk=entry.subject_id)
    pk = _case_of(obligation)
    if pk is None or obligation.due_at is None or obligation.kind == "callback":
        return
    if _counts_as_delay(obligation):
        case = Case.objects.get(pk=pk)
        delays.note_delay(actor=_follower(entry), case=case, obligation=obligation, since=obligation.due_at)


def _counts_as_delay(obligation: Obligation) -> bool:
    """Neither the look at a delay nor the closing of what its customer knows makes the case itself late."""
    rule = obligation.duty_version.rule if obligation.duty_version is not None else {}
    return rule.get("deadline") != CLOSE and "case.delayed" not in (rule.get("starts") or ())


def _ran_over(entry: Entry) -> bool:
    if entry.verb != "clock.threshold":
        return bool(entry.data.get("late"))
    due, reached = entry.data.get("due"), entry.data.get("reached")
    passed = bool(due and reached) and datetime.fromisoformat(reached) >= datetime.fromisoformat(due)
    return passed and not entry.data.get("stopped")


@history.on("case.voided", "case.merged")
def drop_what_is_owed(entry: Entry) -> None:
    """A case that fell away takes with it what was opened for it by hand (a proposal, an arranged task)."""
    case = Case.objects.get(pk=entry.subject_id)
    for obligation in _owed_by_hand(case):
        reason = entry.sentence()[:300]
        duties.cancel(actor=_follower(entry), obligation=obligation, reason=reason, subject_fact=case)


@history.on("case.answered", "case.closed")
def keep_arrangements(entry: Entry) -> None:
    """What was arranged with the owner (CAS-43) is done when the case is answered."""
    case = Case.objects.get(pk=entry.subject_id)
    promised = case.promises.exclude(obligation=None).values("obligation")
    for obligation in _owed_by_hand(case).filter(kind="promise").exclude(pk__in=promised):
        duties.fulfil(actor=_follower(entry), obligation=obligation, subject_fact=case)


def _owed_by_hand(case: Case) -> QuerySet[Obligation]:
    rows = Obligation.objects.filter(subject_type=CASE, subject_id=case.pk, ended_at__isnull=True)
    return rows.filter(kind__in=["task", "promise"], trigger_entry__isnull=True)


@history.on("case.closed")
def submit_opinions(entry: Entry) -> None:
    """Opinions given while a complaint was handled go to the department concerned, which signs for them (CAS-27)."""
    case = Case.objects.select_related("unit", "responsible_unit", "owner_position__unit").get(
        pk=entry.subject_id
    )
    if case.nature == Nature.COMPLAINT:
        papers.submit_opinions(actor=_follower(entry), case=case)


@history.after("case.assigned")
def tell_owner(entry: Entry) -> None:
    """The new holder is told; where the type forwards by mail, the mail goes out and stands on the case (CAS-06)."""
    telling.assigned(entry)


@history.after("case.unassignable")
def tell_dispatchers(entry: Entry) -> None:
    telling.unassignable(entry)


@history.after("case.urged", "case.customer_wrote")
def tell_holder(entry: Entry) -> None:
    telling.holder(entry)


@history.after("case.consulted")
def tell_superior(entry: Entry) -> None:
    telling.consulted(entry)


@history.after("worksheet.sent", "worksheet.urged")
def tell_department(entry: Entry) -> None:
    telling.worksheet(entry)
