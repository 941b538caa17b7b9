"""Asking for a callback: who calls, by when. Called when a case was answered (VIS-01, TRG-31, VIS-16)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.models import Case
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.visits import capabilities as caps
from zhize.domains.visits.machine import CALLBACK
from zhize.domains.visits.models import Callback, CallbackKind
from zhize.kernel import access, flow, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update, one_at_a_time
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position
from zhize.lib import clock
from zhize.lib.text import Text

# Where a type names no limit for the apology, it follows within a day of the answer (CAS-08; our default).
APOLOGY_TARGET: Mapping[str, Any] = {"kind": "elapsed", "minutes": 1440}


@atomic
def ask(*, actor: Actor, case: Case) -> Callback | None:
    """The case was answered: its customer is to be called back, as its type says. None when the type asks for none,
    or one is open already, or there is nobody to call."""
    rule = case.spec.callback
    if rule is None or case.on_contact or not _reachable(case):
        return None
    position = org.position_in(case.unit, rule.by)
    title = Text(f"回访 {case.number}", f"Call back {case.number}")
    return _open(
        actor,
        case,
        CallbackKind.CALLBACK,
        position,
        title,
        rule.target.as_clock(),
        rule.questionnaire,
        rule.attempts,
    )


@atomic
def ask_apology(*, actor: Actor, case: Case) -> Callback | None:
    """A serious complaint was answered: somebody calls to apologise, before it is closed (CAS-08)."""
    rule = case.spec.callback
    if rule is None or rule.apology_from is None or not _reachable(case):
        return None
    levels: list[str] = list(case.spec.severities)
    if levels.index(case.severity) < levels.index(rule.apology_from):
        return None
    position = org.position_in(case.unit, rule.by)
    title = Text(f"致歉电话 {case.number}", f"Apology call {case.number}")
    return _open(actor, case, CallbackKind.APOLOGY, position, title, APOLOGY_TARGET, "", rule.attempts)


@atomic
def ask_joint_visit(*, actor: Actor, case: Case) -> Callback | None:
    """Staff erred in what the type names (a refused fee, say): the holder and the supervisor go together (CAS-48).

    None when the case is no such one, nobody answers for it, or the visit is planned already.
    """
    rule = case.spec.joint_visit
    if rule is None or case.owner is None or case.cause not in rule.causes:
        return None
    if rule.subtypes and case.subtype not in rule.subtypes:
        return None
    companion = _companion(case, rule.companion)
    if companion is None:
        return None
    return ask_visit(
        actor=actor, case=case, person=case.owner, companion=companion, target=rule.target.as_clock()
    )


@atomic
def ask_visit(
    *, actor: Actor, case: Case, person: Person, companion: Person, target: Mapping[str, Any] = APOLOGY_TARGET
) -> Callback | None:
    """Two people go together to apologise, the person responsible and a superior (VIS-16). None when one is open.

    Raises Invalid when both are the same person, Refused.
    """
    access.require(actor, caps.ASSIGN)
    access.require(actor, "case.view", case)
    if person.pk == companion.pk:
        raise Invalid({"companion": _("共同上门要两个人。")})
    title = Text(f"共同上门致歉 {case.number}", f"Apologise together {case.number}")
    return _open(
        actor, case, CallbackKind.VISIT, None, title, target, "", 1, person=person, companion=companion
    )


def _companion(case: Case, code: str) -> Person | None:
    """Who goes along: a holder of the position, present ones first, else of those above it; never the holder himself."""
    position = org.position_in(case.unit, code)
    line = [position, *org.superiors(position)] if position is not None else []
    for step in line:
        holders = list(org.holders(step))
        for person in [*org.present(holders, clock.now()), *holders]:
            if person.pk != case.owner_id:
                return person
    return None


def _reachable(case: Case) -> bool:
    return bool(case.customer_id or case.contact_phone or case.contact_email)


def _caller(case: Case, position: Position | None) -> Person | None:
    """Who calls: the first present holder of the position, or of those above it, who did not handle the case."""
    line = [position, *org.superiors(position)] if position is not None else []
    for step in line:
        for person in org.present(org.holders(step), clock.now()):
            if person.pk != case.owner_id:
                return person
    return None


def _open(
    actor: Actor,
    case: Case,
    kind: str,
    position: Position | None,
    title: Text,
    target: Mapping[str, Any],
    questionnaire: str,
    attempts: int,
    *,
    person: Person | None = None,
    companion: Person | None = None,
) -> Callback | None:
    one_at_a_time("visits.callback", case.pk, kind)
    before = Callback.objects.filter(case=case, kind=kind).order_by("-round").first()
    if before is not None and before.is_open:
        return None
    caller = person or _caller(case, position)
    now = clock.now()
    callback = Callback(
        case=case,
        kind=kind,
        round=before.round + 1 if before else 1,
        unit=case.unit,
        customer=case.customer,
        release_id=case.release_id,
        questionnaire=questionnaire,
        position=position,
        caller=caller,
        companion=companion,
        handler=case.owner,
        asked_at=now,
        next_try_at=now,
        max_attempts=attempts,
        **flow.begin(CALLBACK),
    )
    callback.save()
    obligation = duties.open_obligation(
        actor=actor,
        unit=case.unit,
        title=title,
        holder=caller,
        position=position,
        subject=callback,
        also=[case],
        target=target,
        kind="callback",
    )
    guarded_update(callback, obligation=obligation, due_at=obligation.due_at)
    history.record(
        actor=actor,
        verb="callback.asked",
        subject=callback,
        data={
            "round": callback.round,
            "to": "、".join(one.name for one in (caller, companion) if one is not None) or "—",
            "kind": kind,
        },
        also=[case],
    )
    return callback


def follow_due(obligation_id: int) -> None:
    """Carry the due moment of an obligation over to its callback; none while its clock is paused.

    The version stays as it is: nobody was faster, and the obligation's own entry is the record of the change.
    """
    for due in Obligation.objects.filter(pk=obligation_id).values_list("due_at", flat=True):
        Callback.objects.filter(obligation=obligation_id).update(due_at=due)


def follow_holder(obligation_id: int) -> None:
    """Carry the holder of an obligation over to its callback. Raises Invalid where he may not make it."""
    callback = Callback.objects.filter(obligation=obligation_id).select_related("case", "obligation").first()
    if callback is None or callback.obligation is None:
        return
    to = callback.obligation.holder_id
    if to == callback.caller_id:
        return
    may_make(callback, to)
    Callback.objects.filter(pk=callback.pk).update(caller_id=to)


def may_make(callback: Callback, to: int | None) -> None:
    """Raise Invalid when this person may not make the callback: the handler of the case, or alone what takes two."""
    number = {"number": callback.case.number}
    if callback.kind == CallbackKind.CALLBACK and to is not None and to == callback.handler_id:
        raise Invalid({"to": _("%(number)s：经办人不能回访自己办理的工单。") % number})
    if callback.kind == CallbackKind.VISIT and to in {None, callback.companion_id}:
        raise Invalid({"to": _("%(number)s：共同上门要两个人。") % number})
