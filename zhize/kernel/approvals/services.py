"""The verbs: ask, decide, hand in again, withdraw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access, flow, history
from zhize.kernel.access import Actor
from zhize.kernel.approvals import routes, selectors
from zhize.kernel.approvals.machine import APPROVAL
from zhize.kernel.approvals.models import Approval, ApprovalStep, Decision
from zhize.kernel.approvals.routes import Route
from zhize.kernel.db import DomainError, Invalid, Refused, afterwards, atomic, guarded_update, one_at_a_time
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Position, Unit
from zhize.lib import clock

Choice = Literal["approve", "return", "reject"]
_DECIDED: dict[str, Decision] = {
    "approve": Decision.APPROVED,
    "return": Decision.RETURNED,
    "reject": Decision.REJECTED,
}


class AlreadyAsked(DomainError):
    code = "approval.already_asked"
    message = _("这件事已经在审批中。")


class OwnRequest(Refused):
    code = "approval.own_request"
    message = _("不能审批自己提交的申请。")


class NotYourStep(Refused):
    code = "approval.not_your_step"
    message = _("现在这一步不由您审批。")


class NoSuchPosition(DomainError):
    code = "approval.no_such_position"
    message = _("审批路线里的岗位在本单位没有设置。")


@atomic
def request(
    *,
    actor: Actor,
    kind: str,
    subject: models.Model,
    title: str,
    route: Route,
    unit: Unit | None = None,
    amount: Decimal | None = None,
    facts: Iterable[tuple[str, str]] = (),
    note: str = "",
    capability: str | None = None,
) -> Approval:
    """Ask the positions of `route` for approval of something about `subject`. Announces approval.requested.

    Steps with a limit apply when `amount` is above it. Refused unless a person asks who has approval.request and
    `capability` on the subject (by default: sees it), when the same is asked already (AlreadyAsked), and when a
    position of the route exists neither in the unit nor above or below it (NoSuchPosition).
    """
    routes.known(kind)
    access.require(actor, "approval.request")
    access.require(actor, capability or access.policy_of(type(subject)).view, subject)
    where = unit or getattr(subject, "unit", None) or access.unit_of(actor)
    if actor.person_id is None or where is None:
        raise Refused
    if not title.strip():
        raise Invalid({"title": [_("请写明审批什么。")]})
    label = subject._meta.label_lower
    one_at_a_time("approvals.approval", kind, label, subject.pk)
    open_ones = Approval.objects.filter(
        kind=kind, subject_type=label, subject_id=subject.pk, category__in=flow.OPEN
    )
    if open_ones.exists():
        raise AlreadyAsked
    approval = Approval.objects.create(
        **flow.begin(APPROVAL),
        kind=kind,
        subject_type=label,
        subject_id=subject.pk,
        unit=where,
        title=title.strip()[:200],
        facts=[list(pair) for pair in facts],
        note=note,
        requested_by_id=actor.person_id,
        requested_position_id=actor.position_id,
        requested_at=clock.now(),
    )
    steps = [
        ApprovalStep(
            approval=approval,
            round=1,
            number=number,
            label_zh=step.label.zh,
            label_en=step.label.en,
            position=_position(where, step.position),
        )
        for number, step in enumerate(route.for_amount(amount), start=1)
    ]
    ApprovalStep.objects.bulk_create(steps)
    _record(actor, approval, "approval.requested", note=note, data={"steps": len(steps)}, also=[subject])
    return approval


@atomic
def decide(*, actor: Actor, approval: Approval, choice: Choice, remark: str = "") -> Approval:
    """Sign the current step: approve, return to the requester, or reject; the latter two need a remark.

    Approving the last step ends it (approval.passed), an earlier one hands it on (approval.step_approved). Refused
    for the requester, which is recorded (ORG-30: OwnRequest), and for whoever is not to decide now (NotYourStep):
    holders of the step's position decide, while they are away their deputies, and where nobody is left but the
    requester, the superior. Raises Outrun when somebody signed meanwhile.
    """
    access.require(actor, "approval.decide", approval)
    if actor.person_id == approval.requested_by_id:
        afterwards(lambda: _record(actor, approval, "approval.own_refused"))
        raise OwnRequest
    if approval.state != "pending":
        raise flow.NotNow
    position = next(
        (place for person, place in selectors.deciders(approval) if person.pk == actor.person_id), None
    )
    if position is None:
        raise NotYourStep
    step = selectors.current_step(approval)
    last = approval.steps.filter(round=approval.round).count() == step.number
    guarded_update(
        step,
        expect={"decision": ""},
        decision=_DECIDED[choice],
        decided_by_id=actor.person_id,
        decided_position=position,
        decided_at=clock.now(),
        remark=remark,
    )
    data = {"step": step.label.as_dict(), "number": step.number}
    if choice == "approve" and not last:
        guarded_update(approval, expect={"state": "pending", "current": step.number}, current=step.number + 1)
        _record(actor, approval, "approval.step_approved", note=remark, data=data, marks=[step])
        return approval
    recorded_as = {
        "approve": "approval.passed",
        "return": "approval.returned",
        "reject": "approval.rejected",
    }[choice]
    flow.perform(
        approval,
        choice,
        actor=actor,
        data={**data, **_about(approval)},
        note=remark,
        changes={} if choice == "return" else {"ended_at": clock.now()},
        recorded_as=recorded_as,
        also=(selectors.subject_of(approval), step),
    )
    return approval


@atomic
def resubmit(
    *,
    actor: Actor,
    approval: Approval,
    note: str = "",
    title: str | None = None,
    facts: Sequence[tuple[str, str]] | None = None,
) -> Approval:
    """Hand a returned request in again, corrected; all steps sign anew. Refused for others than the requester."""
    _require_requester(actor, approval)
    before = list(approval.steps.filter(round=approval.round).order_by("number"))
    flow.perform(
        approval,
        "resubmit",
        actor=actor,
        data=_about(approval),
        note=note,
        changes={
            "round": approval.round + 1,
            "current": 1,
            "title": (title or approval.title).strip()[:200],
            "facts": approval.facts if facts is None else [list(pair) for pair in facts],
        },
        recorded_as="approval.resubmitted",
        also=(selectors.subject_of(approval),),
    )
    ApprovalStep.objects.bulk_create(
        ApprovalStep(
            approval=approval,
            round=approval.round,
            number=step.number,
            label_zh=step.label_zh,
            label_en=step.label_en,
            position_id=step.position_id,
        )
        for step in before
    )
    return approval


@atomic
def withdraw(*, actor: Actor, approval: Approval, note: str = "") -> Approval:
    """Take the request back. Refused for others than the requester and once it is decided."""
    _require_requester(actor, approval)
    flow.perform(
        approval,
        "withdraw",
        actor=actor,
        data=_about(approval),
        note=note,
        changes={"ended_at": clock.now()},
        recorded_as="approval.withdrawn",
        also=(selectors.subject_of(approval),),
    )
    return approval


def _position(unit: Unit, code: str) -> Position:
    found = org.position_in(unit, code)
    if found is None:
        raise NoSuchPosition(_("审批路线里的岗位“{code}”在本单位没有设置。").format(code=code))
    return found


def _require_requester(actor: Actor, approval: Approval) -> None:
    access.require(actor, "approval.request", approval)
    if actor.person_id is None or actor.person_id != approval.requested_by_id:
        raise Refused


def _about(approval: Approval) -> dict[str, object]:
    """What reactions of other packages need to know of the request."""
    return {"kind": approval.kind, "subject_type": approval.subject_type, "subject_id": approval.subject_id}


def _record(
    actor: Actor,
    approval: Approval,
    verb: str,
    *,
    note: str = "",
    data: dict[str, object] | None = None,
    also: Sequence[models.Model] = (),
    marks: Sequence[models.Model] = (),
) -> None:
    history.record(
        actor=actor,
        verb=verb,
        subject=approval,
        note=note,
        data={**(data or {}), **_about(approval)},
        unit=approval.unit,
        also=also or [selectors.subject_of(approval)],
        marks=marks,
    )
