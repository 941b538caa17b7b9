"""Asking that a person be taken out, and somebody else deciding on it."""

from __future__ import annotations

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import messages, verbs
from zhize.domains.customers.models import Customer, Erasing, ErasureRequest
from zhize.domains.customers.selectors import archives, retention
from zhize.domains.customers.services import personal
from zhize.kernel import access, history, notices
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, Outrun, Refused, atomic, guarded_update
from zhize.kernel.history import redaction
from zhize.kernel.org.models import Unit
from zhize.lib import clock
from zhize.lib.text import Text


class AlreadyAsked(DomainError):
    code = "customer.erasure_asked"
    message = _("已经有人提出，正在等审批。")


class ByCommandOnly(DomainError):
    """Here the product works under a role that may not touch the history (docs/ops/roles.sql)."""

    code = "customer.erasure_by_command"
    message = _("这套系统的历史只有管理员能改：请管理员用命令 zhize person erase 抹去。")


class OwnRequest(Refused):
    code = "customer.own_erasure"
    message = _("不能审批自己提出的抹去申请。")


@atomic
def ask_erasure(*, actor: Actor, customer: Customer, reason: str) -> ErasureRequest:
    """Ask that a customer's personal data be erased; those who may decide are told.

    Refused without `customer.edit` or for anybody but a person; Invalid without a reason; AlreadyAsked; MergedAway
    and StillInUse as in `erase`.
    """
    access.require(actor, caps.EDIT, customer)
    if actor.person_id is None:
        raise Refused
    if not reason.strip():
        raise Invalid({"reason": _("请写明依据，例如本人申请的日期。")})
    personal.require_erasable(customer)
    if ErasureRequest.objects.filter(customer=customer, outcome=Erasing.OPEN).exists():
        raise AlreadyAsked
    asked = ErasureRequest(
        customer=customer, reason=reason.strip()[:200], asked_by_id=actor.person_id, asked_at=clock.now()
    )
    asked.save()
    history.record(actor=actor, verb=verbs.ERASURE_ASKED, subject=customer, note=asked.reason, marks=[asked])
    deciders = [one for one in archives.deciders(customer.unit) if one.pk != actor.person_id]
    if deciders:
        context = {"actor": actor.label, "number": customer.number, "reason": asked.reason}
        notices.send(
            to=deciders, template=messages.ERASURE_ASKED, context=context, subject=customer, actor=actor
        )
    return asked


@atomic
def grant_erasure(*, actor: Actor, request: ErasureRequest, number: str) -> int:
    """Erase as asked. `number`: the customer's, typed by whoever decides. Returns how many rows lost something.

    Refused without `customer.erase`; OwnRequest (on record) for whoever asked; Invalid for another number;
    MergedAway and StillInUse as in `erase`; ByCommandOnly; Outrun when it is decided already.
    """
    _require(actor, request)
    if number.strip().upper() != request.customer.number:
        raise Invalid({"number": _("与客户编号不一致，请核对是不是这一位。")})
    if not redaction.possible():
        raise ByCommandOnly
    _decide(actor, request, Erasing.ERASED, "")
    return personal.take_out(actor=actor, customer=request.customer, reason=request.reason)


@atomic
def refuse_erasure(*, actor: Actor, request: ErasureRequest, remark: str) -> None:
    """Do not erase, and say why (a law that wants it kept, a contract that runs). As `grant_erasure`."""
    _require(actor, request)
    if not remark.strip():
        raise Invalid({"remark": _("请写明为什么不能抹去。")})
    _decide(actor, request, Erasing.REFUSED, remark.strip()[:200])
    _record(actor, request, verbs.ERASURE_REFUSED)


@atomic
def withdraw_erasure(*, actor: Actor, request: ErasureRequest) -> None:
    """Take one's own request back. Refused for anybody else; Outrun when it is decided already."""
    access.require(actor, caps.EDIT, request.customer)
    if actor.person_id != request.asked_by_id:
        raise Refused
    _decide(actor, request, Erasing.WITHDRAWN, "")
    _record(actor, request, verbs.ERASURE_WITHDRAWN)


def _require(actor: Actor, request: ErasureRequest) -> None:
    access.require(actor, caps.ERASE, request.customer)
    if actor.person_id is None:
        raise Refused
    if actor.person_id == request.asked_by_id:
        history.refused(actor=actor, subject=request.customer, reason=OwnRequest.message)
        raise OwnRequest


def _decide(actor: Actor, request: ErasureRequest, outcome: str, remark: str) -> None:
    if request.outcome != Erasing.OPEN:
        raise Outrun
    guarded_update(
        request,
        expect={"outcome": Erasing.OPEN},
        outcome=outcome,
        remark=remark,
        decided_by_id=actor.person_id,
        decided_at=clock.now(),
    )


def _record(actor: Actor, request: ErasureRequest, verb: str) -> None:
    history.record(actor=actor, verb=verb, subject=request.customer, note=request.remark, marks=[request])


@atomic
def tell_retention_over(*, actor: Actor) -> int:
    """Tell who keeps the archives of each unit, or else who decides, of how many customers the retention is over.

    Returns how many there are.
    """
    due = retention.due(access.visible(actor, Customer, caps.VIEW))
    counted = due.values("unit").annotate(count=Count("pk")).order_by("unit")
    counts = {row["unit"]: row["count"] for row in counted}
    for unit in Unit.objects.filter(pk__in=counts):
        context = {"unit": Text(unit.name, unit.name_en or unit.name), "count": counts[unit.pk]}
        keepers = archives.managers(unit) or archives.deciders(unit)
        notices.send(to=keepers, template=messages.RETENTION_OVER, context=context, subject=unit, actor=actor)
    return sum(counts.values())
