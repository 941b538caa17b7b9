"""How an obligation ends: fulfilled with evidence, accepted or returned, excused, missed, cancelled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import ladders, verbs
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.services import arming, letting_go, proving, telling
from zhize.domains.duties.services.proving import Proof
from zhize.domains.duties.services.rights import acting
from zhize.kernel import access, calendars, clocks, flow, history
from zhize.kernel.access import Actor
from zhize.kernel.clocks.models import Outcome
from zhize.kernel.db import DomainError, Invalid, atomic, guarded_update
from zhize.lib import clock
from zhize.lib.text import Text


class EvidenceMissing(DomainError):
    """The evidence that the duty names was not given."""

    code = "obligation.evidence_missing"
    field = "evidence"
    status = 422


@atomic
def fulfil(
    *,
    actor: Actor,
    obligation: Obligation,
    evidence: Proof | Iterable[Proof] = (),
    subject_fact: models.Model | None = None,
    entry_id: int | None = None,
    at: datetime | None = None,
    note: str = "",
) -> Obligation:
    """Done, with the evidence the duty names; handed in for acceptance where it has a receiver (DUT-05, DUT-06).

    `subject_fact` is the obligation's subject when its domain saw the fact: that is the evidence, and the right was
    decided there. `at` (UTC) may lie in the past. Stops the clock and keeps `late`. Announces obligation.done or
    obligation.submitted. Raises Refused, EvidenceMissing, NotNow (ended already, or before its time of day).
    """
    doer = acting(actor, caps.FULFIL, obligation, subject_fact)
    proofs = [evidence] if isinstance(evidence, Proof) else list(evidence)
    if subject_fact is not None:
        proofs.append(Proof("fact", row=subject_fact, entry_id=entry_id))
    elif note.strip() and not any(proof.kind == "note" for proof in proofs):
        proofs.append(Proof("note", text=note.strip()))
    objection = proving.missing(obligation, proofs)
    if objection is not None:
        raise EvidenceMissing(objection)
    by_hand = subject_fact is None
    receiver = obligation.acceptor is not None or obligation.acceptor_position is not None
    verb = "submit" if by_hand and receiver else "fulfil"
    rows = telling.rows(obligation, subject_fact)
    moment = _stop(obligation, actor, at, rows)
    done = sum(proof.count or 0 for proof in proofs if proof.kind == "count")
    late = obligation.due_at is not None and moment > obligation.due_at
    changes: dict[str, Any] = {
        "done_at": moment,
        "done_by_id": actor.person_id,
        "late": late,
        "progress": obligation.progress + done if done else obligation.quota,
    }
    if verb == "fulfil":
        changes["ended_at"] = moment
    proving.write(obligation, proofs, actor)
    flow.perform(
        obligation,
        verb,
        actor=doer,
        note=note,
        data=telling.data(
            obligation,
            late=late,
            late_text=telling.lateness(obligation, moment),
            acceptor_text=telling.who(obligation.acceptor, obligation.acceptor_position),
            evidence=[proof.kind for proof in proofs if proof.is_given],
        ),
        changes=changes,
        recorded_as=verbs.DONE if verb == "fulfil" else verbs.SUBMITTED,
        also=tuple(rows),
    )
    return obligation


@atomic
def record_progress(*, actor: Actor, obligation: Obligation, proof: Proof) -> Obligation:
    """One more of n (DUT-08); the last one fulfils it. Raises Refused, Invalid when nothing was counted."""
    access.require(actor, caps.FULFIL, obligation)
    counted = proof.count or 0
    if counted < 1:
        raise Invalid({"count": _("请填写完成的数量。")})
    if obligation.progress + counted >= obligation.quota:
        return fulfil(actor=actor, obligation=obligation, evidence=proof)
    if not obligation.is_open or not obligation.has_opened(clock.now()):
        raise flow.NotNow
    proving.write(obligation, [proof], actor)
    guarded_update(obligation, expect={"state": "open"}, progress=obligation.progress + counted)
    told = telling.data(obligation, progress=obligation.progress, quota=obligation.quota)
    history.record(
        actor=actor, verb=verbs.PROGRESSED, subject=obligation, data=told, also=telling.rows(obligation)
    )
    return obligation


@atomic
def accept(*, actor: Actor, obligation: Obligation, note: str = "") -> Obligation:
    """The receiver is content: done. When it counts as done and whether it was late stays as handed in."""
    flow.perform(
        obligation,
        "accept",
        actor=actor,
        note=note,
        data=telling.data(obligation),
        changes={"ended_at": clock.now()},
        recorded_as=verbs.ACCEPTED,
        also=tuple(telling.rows(obligation)),
    )
    return obligation


@atomic
def give_back(
    *, actor: Actor, obligation: Obligation, reason: str, due_at: datetime | None = None
) -> Obligation:
    """The receiver returns it with a remark: open again (DUT-06). Announces obligation.returned.

    It is due at `due_at`; without one at the old due moment, or by the end of the next working day where that has
    passed. Raises Invalid without a reason, Refused.
    """
    access.require(actor, caps.ACCEPT, obligation)
    if not reason.strip():
        raise Invalid({"reason": _("请写明退回的原因。")})
    due = due_at or _again_by(obligation)
    if due is not None and due <= clock.now():
        raise Invalid({"due_at": _("到期时间要在现在以后。")})
    running = clocks.start(
        obligation,
        target={"kind": "moment", "at": due.isoformat()} if due is not None else {"kind": "none"},
        unit=obligation.unit,
        actor=actor,
        thresholds=ladders.thresholds(obligation.ladder),
        label=obligation.name,
        about=next(iter(telling.rows(obligation)), None),
    )
    told = telling.data(obligation, due=due, due_text=telling.moment(obligation, due))
    flow.perform(
        obligation,
        "give_back",
        actor=actor,
        note=reason,
        data=told,
        changes={
            "clock": running,
            "due_at": running.due_at,
            "done_at": None,
            "done_by_id": None,
            "late": None,
            "returned_count": obligation.returned_count + 1,
        },
        recorded_as=verbs.RETURNED,
        also=tuple(telling.rows(obligation)),
    )
    return obligation


def _again_by(obligation: Obligation) -> datetime | None:
    due, now = obligation.due_at, clock.now()
    if due is None or due > now:
        return due
    return calendars.next_day_end(obligation.unit)


@atomic
def excuse(*, actor: Actor, obligation: Obligation, reason: str) -> Obligation:
    """It need not be done this time; it counts neither as done nor as missed. Needs a reason.

    Raises NotNow for the last limit of a matter that somebody waits for.
    """
    return _end(obligation, "excuse", caps.EXCUSE, actor, reason, verbs.EXCUSED, None)


@atomic
def miss(*, actor: Actor, obligation: Obligation, reason: str = "") -> Obligation:
    """Its time is over and it was not done. Raises NotNow before, and while somebody waits for what it is about."""
    return _end(obligation, "miss", caps.MISS, actor, reason, verbs.MISSED, None)


@atomic
def cancel(
    *,
    actor: Actor,
    obligation: Obligation,
    reason: str | Text,
    subject_fact: models.Model | None = None,
    withdrawn: bool = False,
) -> Obligation:
    """The matter fell away (withdrawn, merged); it counts for nothing. Needs a reason.

    `withdrawn`: the plan takes back a slot that has not begun, and may make it again.
    """
    more = {"withdrawn": True} if withdrawn else {}
    return _end(obligation, "cancel", caps.CANCEL, actor, reason, verbs.CANCELLED, subject_fact, **more)


def _end(
    obligation: Obligation,
    verb: str,
    capability: str,
    actor: Actor,
    reason: str | Text,
    recorded_as: str,
    subject_fact: models.Model | None,
    **more: Any,
) -> Obligation:
    doer = acting(actor, capability, obligation, subject_fact)
    if subject_fact is None and not more:
        letting_go.refuse(obligation, verb)
    running, rows = arming.clock_of(obligation, make=False), telling.rows(obligation, subject_fact)
    if running is not None and running.is_open:
        clocks.cancel(running, actor=actor, reason=reason, rows=[obligation, *rows])
    flow.perform(
        obligation,
        verb,
        actor=doer,
        note=reason,
        data=telling.data(obligation),
        changes={"ended_at": clock.now(), **more},
        recorded_as=recorded_as,
        also=tuple(rows),
    )
    return obligation


def _stop(
    obligation: Obligation, actor: Actor, at: datetime | None, rows: Iterable[models.Model]
) -> datetime:
    """Stop the clock; the moment it stopped is when the thing counts as done."""
    running = arming.clock_of(obligation)
    if running is None or not running.is_open:
        return at or clock.now()
    clocks.stop(running, actor=actor, at=at, rows=[obligation, *rows])
    obligation.due_at = running.due_at if running.outcome != Outcome.CANCELLED else obligation.due_at
    return running.stopped_at or clock.now()
