"""Moving a case through its lifecycle, with the columns that follow from what the new state means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.kinds import MessageKind, Outcome
from zhize.domains.cases.machine import alarm_over, no_open_actions, was_major_decided
from zhize.domains.cases.models import Case
from zhize.domains.cases.services import alarms, assigning, talking
from zhize.domains.cases.services.writing import write
from zhize.domains.duties import services as duties
from zhize.kernel import access, flow, history
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, atomic
from zhize.kernel.flow import Category, Move
from zhize.kernel.org.models import Unit
from zhize.lib import clock
from zhize.lib.text import Text

log = structlog.get_logger(__name__)

ON_CONTACT = "solve_on_contact"

VERIFIED = "case.verified"
ANSWERED = "case.answered"


class NotSolvable(DomainError):
    """The type cannot be solved on first contact."""

    code = "case.not_on_contact"
    message = _("这种类型不能当场办结。")


class SameHands(DomainError):
    """Whoever made or handled a case may not audit it (ORG-30)."""

    code = "case.same_hands"
    message = _("经办人不能审核自己的工单。")
    status = 403


@atomic
def act(
    *, actor: Actor, case: Case, verb: str, data: Mapping[str, Any] | None = None, note: str = ""
) -> Case:
    """Make a move of the case's lifecycle by its verb.

    What the move means follows from the categories it goes between: into waiting pauses the clocks, out of it
    resumes them, into resolved is the answer, into closed the end, out of closed a reopening. With an answer `told_by`
    names the channel by which the customer was told it in the same breath (CAS-44). Raises NotNow, Refused, Invalid,
    Outrun.
    """
    given = dict(data or {})
    told_by = given.pop("told_by", None)
    move = case.machine.move(verb, case.state)
    if move is None:
        raise flow.NotNow
    access.require(actor, move.capability, case)
    before, after = Category(case.category), case.machine.state(move.target).category
    _may_move(case, actor, move, after, given)
    changes, fact = _meaning(case, actor, move, before, after, given, note)
    if before == Category.WAITING and after != Category.WAITING:
        changes |= {"pause_reason": "", "paused_until": None}
    given["label"] = move.label.as_dict()
    flow.perform(
        case,
        verb,
        actor=actor,
        data=_without_rows(given),
        note=note,
        changes={**changes, "last_activity_at": clock.now()},
        recorded_as=fact,
        also=tuple(row for row in (case.customer,) if row is not None),
    )
    if fact == VERIFIED:
        assigning.dispatch(actor=actor, case=case)
        alarms.alert(actor=actor, case=case)
    if told_by and fact == ANSWERED:
        talking.inform(actor=actor.vouched("case.reply"), case=case, channel=str(told_by))
    _keep_analysis(actor, case, given)
    if "until" in move.needs and after == Category.WORKING:
        _arrange(actor, case, given["until"], move)
    return case


def _may_move(case: Case, actor: Actor, move: Move, after: Category, given: Mapping[str, Any]) -> None:
    """What holds for every type, whatever its pack declares. Raises NotNow or Invalid.

    Nothing ends with open actions (CAS-02) nor a major matter without the demanded proposal (CAS-20); "on the spot" is
    for whoever took the matter in, so that nobody passes over callback and audit that way (CAS-04).
    """
    if after in flow.ENDED:
        reason = no_open_actions(case, actor, None)
        if after == Category.CLOSED:
            reason = reason or was_major_decided(case, actor, None) or alarm_over(case, actor, None)
        if reason is not None:
            raise flow.NotNow(reason)
    on_the_spot = ON_CONTACT in move.effects and actor.person_id is not None
    if on_the_spot and actor.person_id != case.created_by_id:
        raise flow.NotNow(_("当场办结只由受理人做，其他人请用答复。"))
    until = given.get("until")
    if isinstance(until, datetime) and until <= clock.now():
        raise Invalid({"until": _("时间要在现在以后。")})


def _keep_analysis(actor: Actor, case: Case, given: Mapping[str, Any]) -> None:
    """Feasibility analysis and plan stay on the case as an opinion, to be read and followed (CAS-32)."""
    parts = [(_("可行性分析"), given.get("analysis")), (_("改进方案"), given.get("plan"))]
    body = "\n".join(f"{label}：{text}" for label, text in parts if text)
    if body:
        talking.note(actor=actor.vouched("case.note"), case=case, body=body, kind=MessageKind.OPINION)


def _arrange(actor: Actor, case: Case, until: datetime, move: Move) -> None:
    """An owner's request becomes a task with date and executor (CAS-43)."""
    duties.open_obligation(
        actor=actor,
        unit=case.unit,
        title=Text(f"{move.label.zh}：{case.title}", f"{move.label.en}: {case.title}"),
        holder=case.owner,
        position=case.owner_position,
        subject=case,
        target={"kind": "moment", "at": until.isoformat()},
        kind="promise",
    )


def _meaning(
    case: Case, actor: Actor, move: Move, before: Category, after: Category, given: dict[str, Any], note: str
) -> tuple[dict[str, Any], str]:
    """The columns that go with the move, and the fact it is announced as."""
    now = clock.now()
    if case.state == case.spec.unverified and after == Category.NEW:
        # What the customer filled in is a work order from now on, and goes to whom the rules lead (CHN-05).
        return {"verified_at": now}, VERIFIED
    if before in flow.ENDED:
        return {
            "closed_at": None,
            "informed_at": None,
            "reopen_count": case.reopen_count + 1,
        }, "case.reopened"
    if after == Category.VOID:
        return {"closed_at": now, "outcome": given.get("outcome") or Outcome.VOID}, "case.voided"
    if after == Category.CLOSED:
        return {**_closing(case, move, given, now), **_on_the_spot(case, move, now)}, "case.closed"
    if after == Category.RESOLVED and before != Category.RESOLVED:
        return _answering(case, move, given, now), ANSWERED
    if after == Category.WAITING and before != Category.WAITING:
        return {
            "pause_reason": str(given.get("reason", ""))[:200],
            "paused_until": given.get("until"),
        }, "case.paused"
    if before == Category.WAITING:
        return {"pause_reason": "", "paused_until": None}, "case.resumed"
    if before == Category.RESOLVED:
        if "count_dispatch" in move.effects:
            return {"audited_at": None, "dispatch_count": case.dispatch_count + 1}, "case.faulty"
        return {"informed_at": None, "reopen_count": case.reopen_count + 1}, "case.reopened"
    return {}, "case.moved"


def _on_the_spot(case: Case, move: Move, now: datetime) -> dict[str, Any]:
    """The customer was there and heard the answer himself."""
    if ON_CONTACT not in move.effects:
        return {}
    return {"on_contact": True, "replied_at": case.replied_at or now, "informed_at": now}


def _usual_outcome(case: Case, move: Move) -> str:
    """How a case ends when nobody says: what asks for a plan is adopted, what only asks for an analysis is not."""
    if "plan" in move.needs:
        return Outcome.ADOPTED
    if "analysis" in move.needs:
        return Outcome.NOT_ADOPTED
    return case.outcome or Outcome.SOLVED


def _answering(case: Case, move: Move, given: dict[str, Any], now: datetime) -> dict[str, Any]:
    changes: dict[str, Any] = {"answered_at": now, "audited_at": None, "audited_by": None}
    changes |= answer_data(case, given)
    changes.setdefault("outcome", _usual_outcome(case, move))
    return changes


def _closing(case: Case, move: Move, given: dict[str, Any], now: datetime) -> dict[str, Any]:
    changes: dict[str, Any] = {"closed_at": now, **answer_data(case, given)}
    outcome = changes.get("outcome") or _usual_outcome(case, move)
    changes["outcome"] = outcome
    if case.answered_at is None:
        changes["answered_at"] = now
    given["outcome_label"] = {"zh": history.both(Outcome(outcome).label).zh, "en": str(outcome)}
    return changes


def answer_data(case: Case, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answer's inputs as columns, checked. Raises Invalid naming the input."""
    changes: dict[str, Any] = {}
    if given.get("solution"):
        changes["solution"] = str(given["solution"]).strip()
    if given.get("outcome"):
        if given["outcome"] not in Outcome.values:
            raise Invalid(
                {"outcome": _("处理结果可用：%(allowed)s") % {"allowed": "、".join(Outcome.values)}}
            )
        changes["outcome"] = given["outcome"]
    if given.get("cause"):
        if given["cause"] not in case.spec.cause_codes():
            raise Invalid({"cause": _("没有这个原因分类。")})
        changes["cause"] = given["cause"]
    if isinstance(given.get("responsible_unit"), Unit):
        changes["responsible_unit"] = given["responsible_unit"]
    return changes


def _without_rows(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Unit) else value for name, value in given.items()}


def closing(*, case: Case, actor: Actor) -> flow.Offer | None:
    """The move that ends an answered case, open to this actor or with what still holds it back; None before that."""
    if case.category != Category.RESOLVED:
        return None
    machine = case.machine
    return next(
        (
            offer
            for offer in flow.offers(case, actor)
            if machine.state(offer.target).category == Category.CLOSED
        ),
        None,
    )


@atomic
def solve_on_contact(*, actor: Actor, case: Case, solution: str) -> Case:
    """Solved at once while the customer was there: straight to its end, counted as first-contact solution (CAS-04).

    The customer heard the answer himself, so he is informed, and no callback is owed for it.
    """
    if case.spec.on_contact is None:
        raise NotSolvable
    verb = next(
        (
            move.verb
            for move in case.machine.moves_from(case.state)
            if move.target == case.spec.on_contact and ON_CONTACT in move.effects
        ),
        None,
    )
    if verb is None:
        raise NotSolvable
    assigning.hold(actor=actor, case=case)
    return act(actor=actor, case=case, verb=verb, data={"solution": solution, "outcome": Outcome.SOLVED})


def resume_due(*, actor: Actor, limit: int = 200) -> int:
    """Take cases up again whose agreed moment has come, so that no clock stays paused because somebody forgot.

    Returns how many. Safe twice: a resumed case no longer waits. Each case has a transaction of its own, so that one
    that cannot go on (somebody was faster, its type asks for something first) does not hold the clocks of the others.
    """
    waiting = Case.objects.filter(category=Category.WAITING, paused_until__lte=clock.now())
    found = 0
    for case in waiting.select_related("unit", "customer").order_by("paused_until")[:limit]:
        machine = case.machine
        moves = machine.moves_from(case.state)
        back = next((move for move in moves if machine.state(move.target).category == Category.WORKING), None)
        if back is None:
            continue
        try:
            act(actor=actor.vouched(back.capability), case=case, verb=back.verb)
        except DomainError as error:
            log.warning("case_not_resumed", case=case.number, code=error.code)
        else:
            found += 1
    return found


@atomic
def audit(*, actor: Actor, case: Case, passed: bool, note: str = "") -> Case:
    """Audit an answer before closing (CAS-12, CAS-24). The auditor is not the handler (ORG-30); a refusal is logged.

    A faulty answer goes back for another round with a fresh clock (CAS-11). Raises Refused, NotNow.
    """
    access.require(actor, "case.audit", case)
    if case.category != Category.RESOLVED:
        raise flow.NotNow(_("还没有答复，不能审核。"))
    if actor.person_id is not None and actor.person_id in {case.owner_id, case.created_by_id}:
        history.refused(actor=actor, subject=case, reason=SameHands.message)
        raise SameHands
    if not passed:
        if not note.strip():
            raise Invalid({"note": _("请写明退回的原因。")})
        verb = next(
            (move.verb for move in case.machine.moves_from(case.state) if "count_dispatch" in move.effects),
            None,
        )
        if verb is None:
            raise flow.NotNow
        return act(actor=actor, case=case, verb=verb, note=note)
    write(case, audited_by_id=actor.person_id, audited_at=clock.now())
    history.record(
        actor=actor,
        verb="case.audited",
        subject=case,
        data={"verdict": {"zh": "通过", "en": "passed"}},
        note=note,
    )
    return case
