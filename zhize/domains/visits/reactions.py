"""What callbacks do when something happens to a case, and how duties read a callback."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases import registry as cases
from zhize.domains.cases.models import Case
from zhize.domains.customers import registry
from zhize.domains.customers import services as customers
from zhize.domains.duties import tallies
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.subjects import Subject, register_subject
from zhize.domains.visits import capabilities as caps
from zhize.domains.visits import selectors
from zhize.domains.visits import services as visits
from zhize.domains.visits.models import Callback, Opinion, SamplePlan
from zhize.domains.visits.services import planning
from zhize.kernel import access, history, notices, packs
from zhize.kernel.flow import Category
from zhize.kernel.history.models import Entry
from zhize.kernel.org.models import Person, Position
from zhize.lib.text import Text

OBLIGATION = "duties.obligation"


class CallbackSubject(Subject):
    """A callback: the caller owes it."""

    def rows(self, ids: Iterable[int]) -> dict[int, Any]:
        joined = ("case__customer", "case__premises", "unit", "caller", "position")
        return dict(Callback.objects.select_related(*joined).in_bulk(list(ids)))

    def owner(self, row: Callback) -> Person | None:
        return row.caller

    def owner_position(self, row: Callback) -> Position | None:
        return row.position

    def title(self, row: Callback) -> Text:
        """What the call is about, whom it reaches, and which try it is; the number stands in what is owed."""
        whose = " ".join(str(part) for part in (row.case.who, row.case.premises) if part)
        known = Text.of(" · ".join(part for part in (row.case.title, whose) if part))
        if not row.is_open or not row.attempt_count:
            return known
        number = row.attempt_count + 1
        return Text(f"{known.zh} · 第 {number} 次致电", f"{known.en} · call {number}")

    def url(self, row: Callback) -> str:
        return reverse("visits:callback", args=[row.pk])

    def act(self, row: Callback, ends: frozenset[str]) -> tuple[Text, str] | None:
        return Text("回访", "Call back"), self.url(row)


register_subject("visits.callback", CallbackSubject())


def _counted() -> frozenset[str]:
    """The duties that a sample of the packs in force draws for."""
    return frozenset(spec.duty for spec in packs.listing("samples") if spec.duty is not None)


def _plan_page(obligation: Obligation, actor: access.Actor) -> str:
    """The actor's own plan of this obligation, else all plans."""
    plan = SamplePlan.objects.visible_to(actor).filter(obligation=obligation, holder=actor.person_id).first()
    return reverse("visits:plan", args=[plan.pk]) if plan is not None else reverse("visits:plans")


tallies.register(tallies.Tally(Text("到回访计划登记", "To the visit plan"), _counted, _plan_page))

customers.follows(Callback)
customers.follows(Opinion)
registry.personal(Callback, clear=("answers", "remark"))
registry.personal(Opinion, texts=("text",), clear=("answer",))


@cases.panel("callbacks", order=10)
def panel(actor: access.Actor, case: Case) -> cases.Panel | None:
    """The callbacks of a case, as far as the actor may see them."""
    rows = selectors.of_case(actor, case.pk) if actor.may(caps.VIEW) else []
    lines = [
        cases.PanelLine(
            title=row.get_kind_display(),
            url=reverse("visits:callback", args=[row.pk]),
            state=row.state_label,
            category=row.category,
            detail=row.caller or "",
            figure=f"{row.score}/5" if row.score else "",
        )
        for row in rows
    ]
    return cases.Panel(_("回访"), lines) if lines else None


@registry.panel("callbacks", order=20)
def of_customer(*, actor: access.Actor, customer_ids: Sequence[int], limit: int) -> registry.Panel | None:
    """The visits and callbacks of these customers, open ones first (CUS-01)."""
    if not actor.may(caps.VIEW):
        return None
    rows, total, still_open = selectors.of_customers(actor, customer_ids, limit)
    lines = [
        registry.PanelLine(
            number=row.case.number,
            title=row.get_kind_display(),
            url=reverse("visits:callback", args=[row.pk]),
            state=row.state_label,
            detail=f"{row.score}/5" if row.score else row.caller or "",
            at=row.done_at or row.due_at,
            open=row.is_open,
        )
        for row in rows
    ]
    return registry.Panel("callbacks", _("回访"), lines, total, still_open)


@history.on("callback.done")
def keep_touch(entry: Entry) -> None:
    """Who was called back or visited was in touch with us (CUS-31)."""
    customer_id = Callback.objects.values_list("customer_id", flat=True).get(pk=entry.subject_id)
    if customer_id is not None:
        customers.keep_touch(customer_id=customer_id, at=entry.at)


@history.on("case.answered")
def plan_callbacks(entry: Entry) -> None:
    """An answered case is called back, and a serious one apologised for, in person where staff erred."""
    case, actor = _case(entry), _follower(entry)
    visits.ask(actor=actor, case=case)
    visits.ask_apology(actor=actor, case=case)
    visits.ask_joint_visit(actor=actor, case=case)


@history.on("case.edited")
def plan_joint_visit(entry: Entry) -> None:
    """That staff erred may be found after the answer."""
    case = _case(entry)
    if case.category == Category.RESOLVED and "cause" in entry.changes:
        visits.ask_joint_visit(actor=_follower(entry), case=case)


@history.on("obligation.moved", "clock.paused", "clock.resumed", "clock.recomputed")
def keep_due(entry: Entry) -> None:
    """A callback is due when what is owed for it is, through whatever door that was moved."""
    if entry.subject_type == OBLIGATION:
        planning.follow_due(entry.subject_id)


@history.on("obligation.reassigned")
def keep_caller(entry: Entry) -> None:
    """Who owes the callback makes it, also after a hand-over (DUT-17); never the handler of the case (ORG-30)."""
    if entry.subject_type == OBLIGATION:
        planning.follow_holder(entry.subject_id)


@history.after("opinion.transfer")
def tell_the_department(entry: Entry) -> None:
    """Those who sign for opinions in the department it was passed on to (VIS-18)."""
    opinion = Opinion.objects.select_related("unit_to").get(pk=entry.subject_id)
    if opinion.unit_to is None:
        return
    context = {"text": opinion.text[:120], "unit": str(opinion.unit_to), "actor": entry.actor_label}
    notices.send(
        to=selectors.receivers(opinion.unit_to),
        template="opinion.sent",
        context=context,
        subject=opinion,
        actor=_follower(entry),
    )


@history.after("opinion.answer")
def tell_who_heard_it(entry: Entry) -> None:
    """Whoever registered the opinion can tell the customer what is done about it."""
    opinion = Opinion.objects.select_related("heard_by").get(pk=entry.subject_id)
    if opinion.heard_by is None or opinion.heard_by_id == entry.person_id:
        return
    context = {"text": opinion.text[:120], "answer": opinion.answer, "actor": entry.actor_label}
    notices.send(
        to=[opinion.heard_by],
        template="opinion.answered",
        context=context,
        subject=opinion,
        actor=_follower(entry),
    )


def _case(entry: Entry) -> Case:
    return Case.objects.select_related("unit", "customer", "owner").get(pk=entry.subject_id)


def _follower(entry: Entry) -> access.Actor:
    return access.system(caps.FOLLOW, channel=entry.channel, request_id=entry.request_id)


@history.on("case.closed", "case.voided", "case.reopened", "case.faulty")
def drop_callbacks(entry: Entry) -> None:
    """A case that ended or went back to work takes its open callbacks with it."""
    actor = _follower(entry)
    for callback in Callback.objects.filter(case_id=entry.subject_id, category__in=["new", "working"]):
        visits.cancel(actor=actor, callback=callback, note=entry.sentence()[:200])
