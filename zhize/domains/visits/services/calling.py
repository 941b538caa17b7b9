"""Making a callback: attempts at different times, the questionnaire, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.cases import services as cases
from zhize.domains.cases.kinds import Channel
from zhize.domains.cases.models import Case
from zhize.domains.cases.services.writing import write
from zhize.domains.duties import services as duties
from zhize.domains.visits import capabilities as caps
from zhize.domains.visits.models import Attempt, AttemptOutcome, Callback, CallbackKind
from zhize.domains.visits.services import planning
from zhize.kernel import access, flow, forms, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Outrun, atomic, guarded_update, one_at_a_time
from zhize.kernel.flow import Category
from zhize.kernel.forms import FormSpec
from zhize.kernel.org.models import Person
from zhize.lib import clock

# The next try is at another time of day: a morning call is tried again in the late afternoon, and so on. Nobody is
# called at night; what would fall there is tried the next morning. Tries nearer together than APART count as one.
NEXT_TRY = timedelta(hours=5)
APART = timedelta(hours=2)
CALLING_HOURS = (9, 20)
MORNING = 10


@atomic
def assign(*, actor: Actor, callback: Callback, to: Person) -> Callback:
    """Give the callback to somebody else. Never to the handler of the case."""
    access.require(actor, caps.ASSIGN, callback)
    planning.may_make(callback, to.pk)
    guarded_update(callback, caller=to)
    if callback.obligation is not None and callback.obligation.is_open:
        duties.reassign(
            actor=actor,
            obligation=callback.obligation,
            to=to,
            reason=str(_("改派回访")),
            subject_fact=callback,
        )
    history.record(
        actor=actor, verb="callback.assigned", subject=callback, data={"to": to.name}, also=[callback.case]
    )
    return callback


@atomic
def attempt(
    *, actor: Actor, callback: Callback, outcome: str, note: str = "", next_try_at: datetime | None = None
) -> Callback:
    """The customer was not reached: note it and plan the next try, at another time of day.

    After `max_attempts` tries at different times the callback ends as not reached; refusing ends it at once.
    `next_try_at` (UTC) is what was agreed with the customer. Raises Invalid for the outcome "reached", which has a
    result to record, Refused for the case's own handler.
    """
    if outcome not in AttemptOutcome.values or outcome == AttemptOutcome.REACHED:
        raise Invalid({"outcome": _("接通了请登记回访结果。")})
    now = clock.now()
    if next_try_at is not None and next_try_at <= now:
        raise Invalid({"next_try_at": _("下次致电时间要在现在以后。")})
    access.require(actor, caps.MAKE, callback)
    row = _note_attempt(actor, callback, outcome, note)
    last = outcome == AttemptOutcome.REFUSED or _times(callback) >= callback.max_attempts
    flow.perform(
        callback,
        "try",
        actor=actor,
        note=note,
        data={"number": row.number, "outcome": outcome, "outcome_label": _label(outcome)},
        changes={"attempt_count": row.number, "next_try_at": next_try_at or _another_time(callback, now)},
        recorded_as="callback.tried",
        also=(callback.case,),
        marks=(row,),
    )
    return give_up(actor=actor, callback=callback) if last else callback


def _times(callback: Callback) -> int:
    """At how many different times the customer was tried."""
    counted, last = 0, None
    for at in callback.attempts.order_by("at").values_list("at", flat=True):
        if last is None or at - last >= APART:
            counted, last = counted + 1, at
    return counted


def _another_time(callback: Callback, now: datetime) -> datetime:
    """When to try next: some hours later, within the hours in which people are called (in the unit's zone)."""
    begin, end = CALLING_HOURS
    wall = (now + NEXT_TRY).astimezone(clock.zone(callback.unit.timezone))
    if begin <= wall.hour < end:
        return wall.astimezone(UTC)
    if wall.hour >= end:
        wall += timedelta(days=1)
    return wall.replace(hour=MORNING, minute=0, second=0, microsecond=0).astimezone(UTC)


def _label(outcome: str) -> dict[str, str]:
    return {"zh": history.both(AttemptOutcome(outcome).label).zh, "en": outcome.replace("_", " ")}


def _note_attempt(actor: Actor, callback: Callback, outcome: str, note: str) -> Attempt:
    number = callback.attempt_count + 1
    one_at_a_time("visits.attempt", callback.pk)
    if callback.attempts.filter(number=number).exists():
        raise Outrun
    return Attempt.objects.create(
        callback=callback,
        number=number,
        at=clock.now(),
        person_id=actor.person_id,
        outcome=outcome,
        note=note[:300],
    )


@atomic
def give_up(*, actor: Actor, callback: Callback) -> Callback:
    """Not reached after the planned tries: recorded as such, and the obligation is met by the record of the tries."""
    flow.perform(
        callback,
        "give_up",
        actor=actor,
        changes={"done_at": clock.now(), "next_try_at": None},
        recorded_as="callback.unreached",
        also=(callback.case,),
    )
    _settle(actor, callback)
    return callback


@atomic
def finish(
    *,
    actor: Actor,
    callback: Callback,
    answers: Mapping[str, Any],
    follow_up: str = "",
    remark: str = "",
    close: bool = False,
    form: FormSpec | None = None,
) -> Callback:
    """Record what the customer said.

    Not satisfied: the case is reopened with a fresh round (CAS-13). Otherwise the customer who was called knows the
    result from now on, and with `close` the case ends at once where nothing else holds it open. A remaining
    problem needs `follow_up`, the title of the new case that is opened for it, unless the case itself goes on
    (VIS-13). `form` are the questions that were asked, by default all of the questionnaire. Raises Invalid per
    question, Refused for the case's own handler.
    """
    access.require(actor, caps.MAKE, callback)
    spec = callback.spec
    asked = form or (spec.form if spec is not None else None)
    kept = forms.clean(asked, answers, state="done") if asked is not None else {}
    score = kept.get(spec.satisfaction) if spec is not None else None
    satisfied = None if score is None else int(score) >= spec.satisfied_from
    problem = bool(spec is not None and spec.problem and kept.get(spec.problem))
    reopens = satisfied is False and _can_reopen(callback.case)
    if problem and not reopens and not follow_up.strip():
        raise Invalid({"follow_up": _("客户还有问题，请写明要跟进的事项。")})
    row = _note_attempt(actor, callback, AttemptOutcome.REACHED, remark)
    flow.perform(
        callback,
        "finish",
        actor=actor,
        note=remark,
        data={
            "score": score,
            "satisfied": satisfied,
            "problem": problem,
            "result": _result(score, satisfied),
        },
        changes={
            "done_at": clock.now(),
            "next_try_at": None,
            "attempt_count": row.number,
            "score": score,
            "satisfied": satisfied,
            "answers": kept,
            "answers_version": str(asked.version) if asked is not None else "",
            "remark": remark.strip(),
        },
        recorded_as="callback.done",
        also=tuple(one for one in (callback.case, callback.customer) if one is not None),
        marks=(row,),
    )
    _settle(actor, callback)
    case = _rate(actor, callback, score)
    if reopens:
        _reopen(actor, callback, case, score, problem, remark)
        return callback
    _tell(actor, callback, case)
    if problem:
        _new_case(actor, callback, case, follow_up, remark)
    if close:
        _close(actor, case)
    return callback


def _tell(actor: Actor, callback: Callback, case: Case) -> None:
    """Who was asked how he likes the result was told it (CAS-44), unless that stands on the case already.

    Whoever answered the survey by himself talked to nobody, and its page does not tell the result.
    """
    if case.category != Category.RESOLVED or case.is_told or callback.by_customer:
        return
    channel = Channel.COUNTER if callback.kind == CallbackKind.VISIT else Channel.PHONE
    cases.inform(actor=actor.vouched("case.reply", "case.view"), case=case, channel=channel)


def _close(actor: Actor, case: Case) -> None:
    """End the case where its type lets this caller do it now; what still holds it open says so on its page."""
    offer = cases.closing(case=case, actor=actor)
    if offer is not None and offer.enabled:
        cases.act(actor=actor, case=case, verb=offer.verb)


def _result(score: Any, satisfied: bool | None) -> dict[str, str]:
    if satisfied is None:
        return {"zh": "已致歉", "en": "apologised"}
    return {
        "zh": f"{'满意' if satisfied else '不满意'}（{score} 分）",
        "en": f"{'satisfied' if satisfied else 'not satisfied'} ({score})",
    }


def _settle(actor: Actor, callback: Callback) -> None:
    obligation = callback.obligation
    if obligation is not None and obligation.is_open:
        duties.fulfil(actor=actor, obligation=obligation, subject_fact=callback)


def _can_reopen(case: Case) -> bool:
    rule = case.spec.callback
    return rule is not None and case.machine.move(rule.dissatisfied_verb, case.state) is not None


def _rate(actor: Actor, callback: Callback, score: Any) -> Case:
    """The case with the customer's score on it."""
    case = Case.objects.select_related("customer", "unit", "premises", "area").get(pk=callback.case_id)
    if score is not None:
        write(case, satisfaction=int(score))
        history.record(actor=actor, verb="case.rated", subject=case, data={"score": score})
    return case


def _reopen(actor: Actor, callback: Callback, case: Case, score: Any, problem: bool, remark: str) -> None:
    """Not satisfied: the case goes on. The rule decides that; the caller's own grants need not reach that far."""
    guarded_update(callback, problem=problem, follow_up=case)
    history.record(
        actor=actor, verb="callback.dissatisfied", subject=callback, data={"score": score}, also=[case]
    )
    reason = remark or str(_("回访不满意"))
    rule = case.spec.callback
    if rule is None:
        return
    verb = rule.dissatisfied_verb
    cases.act(
        actor=actor.vouched("case.reopen", "case.view"),
        case=case,
        verb=verb,
        data={"note": reason},
        note=reason,
    )


def _new_case(actor: Actor, callback: Callback, case: Case, follow_up: str, remark: str) -> None:
    """What is left is followed up in a case of its own (VIS-13)."""
    intake = cases.Intake(
        type=case.type_code,
        title=follow_up.strip()[:120],
        description=remark,
        channel=Channel.VISIT,
        unit=case.unit,
        customer=case.customer,
        premises=case.premises,
        area=case.area,
        contact_name=case.contact_name,
        contact_phone=case.contact_phone,
        consent=True,
    )
    found = cases.open_case(actor=actor.vouched("case.open", "case.view"), intake=intake)
    # Both at once: a problem without a follow-up is refused by the table.
    guarded_update(callback, problem=True, follow_up=found)
    history.record(
        actor=actor,
        verb="callback.followed_up",
        subject=callback,
        data={"number": found.number},
        also=[case, found],
    )


@atomic
def cancel(*, actor: Actor, callback: Callback, note: str) -> Callback:
    """The callback is not wanted any more."""
    flow.perform(
        callback, "cancel", actor=actor, note=note, changes={"next_try_at": None}, recorded_as="callback.cancelled",
        also=(callback.case,),
    )  # fmt: skip
    if callback.obligation is not None and callback.obligation.is_open:
        duties.cancel(actor=actor, obligation=callback.obligation, reason=note, subject_fact=callback)
    return callback
