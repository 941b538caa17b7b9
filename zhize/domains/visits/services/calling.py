"""Making a callback: attempts at different times, the questionnaire, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.cases import services as cases
from zhize.domains.cases.kinds import Channel
from zhize.domains.cases.models import Case
from zhize.domains.cases.services.writing import write
from zhize.domains.duties import services as duties
from zhize.domains.visits import capabilities as caps
from zhize.domains.visits.models import Attempt, AttemptOutcome, Callback
from zhize.kernel import access, flow, forms, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update
from zhize.kernel.org.models import Person
from zhize.lib import clock

# The next try is at another time of day: a morning call is tried again in the late afternoon, and so on.
NEXT_TRY = timedelta(hours=5)
UNREACHED = frozenset({AttemptOutcome.NO_ANSWER, AttemptOutcome.BUSY, AttemptOutcome.LATER, AttemptOutcome.WRONG_NUMBER})


@atomic
def assign(*, actor: Actor, callback: Callback, to: Person) -> Callback:
    """Give the callback to somebody else. Never to the handler of the case."""
    access.require(actor, caps.ASSIGN, callback)
    if to.pk == callback.handler_id:
        raise Invalid({"to": _("经办人不能回访自己办理的工单。")})
    guarded_update(callback, caller=to)
    if callback.obligation is not None and callback.obligation.is_open:
        duties.reassign(
            actor=actor, obligation=callback.obligation, to=to, reason=str(_("改派回访")), subject_fact=callback
        )
    history.record(actor=actor, verb="callback.assigned", subject=callback, data={"to": to.name}, also=[callback.case])
    return callback


@atomic
def attempt(
    *, actor: Actor, callback: Callback, outcome: str, note: str = "", next_try_at: datetime | None = None
) -> Callback:
    """The customer was not reached: note it and plan the next try. After the last try the callback ends as not reached.

    Refusing ends it at once. Raises Invalid for the outcome "reached", which has a result to record.
    """
    if outcome not in AttemptOutcome.values or outcome == AttemptOutcome.REACHED:
        raise Invalid({"outcome": _("接通了请登记回访结果。")})
    now = clock.now()
    if next_try_at is not None and next_try_at <= now:
        raise Invalid({"next_try_at": _("下次致电时间要在现在以后。")})
    row = _note_attempt(actor, callback, outcome, note)
    last = row.number >= callback.max_attempts or outcome == AttemptOutcome.REFUSED
    flow.perform(
        callback,
        "try",
        actor=actor,
        note=note,
        data={"number": row.number, "outcome": outcome, "outcome_label": _label(outcome)},
        changes={"attempt_count": row.number, "next_try_at": next_try_at or now + NEXT_TRY},
        recorded_as="callback.tried",
        also=(callback.case,),
        marks=(row,),
    )
    return give_up(actor=actor, callback=callback) if last else callback


def _label(outcome: str) -> dict[str, str]:
    return {"zh": str(AttemptOutcome(outcome).label), "en": outcome.replace("_", " ")}


def _note_attempt(actor: Actor, callback: Callback, outcome: str, note: str) -> Attempt:
    return Attempt.objects.create(
        callback=callback,
        number=callback.attempt_count + 1,
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
    *, actor: Actor, callback: Callback, answers: Mapping[str, Any], follow_up: str = "", remark: str = ""
) -> Callback:
    """Record what the customer said.

    Not satisfied: the case is reopened with a fresh round (CAS-13). A remaining problem needs `follow_up`, the title
    of the new case that is opened for it (VIS-13). Raises Invalid per question, Refused for the case's own handler.
    """
    spec = callback.spec
    kept = forms.clean(spec.form, answers, state="done") if spec is not None else {}
    score = kept.get(spec.satisfaction) if spec is not None else None
    satisfied = None if score is None else int(score) >= spec.satisfied_from
    problem = bool(spec is not None and spec.problem and kept.get(spec.problem))
    if problem and satisfied is not False and not follow_up.strip():
        raise Invalid({"follow_up": _("客户还有问题，请写明要跟进的事项。")})
    row = _note_attempt(actor, callback, AttemptOutcome.REACHED, remark)
    flow.perform(
        callback,
        "finish",
        actor=actor,
        note=remark,
        data={"score": score, "satisfied": satisfied, "problem": problem, "result": _result(score, satisfied)},
        changes={
            "done_at": clock.now(),
            "next_try_at": None,
            "attempt_count": row.number,
            "score": score,
            "satisfied": satisfied,
            "problem": problem,
            "answers": kept,
            "answers_version": str(spec.form.version) if spec is not None else "",
            "remark": remark.strip(),
        },
        recorded_as="callback.done",
        also=tuple(one for one in (callback.case, callback.customer) if one is not None),
        marks=(row,),
    )
    _settle(actor, callback)
    _follow(actor, callback, score, satisfied, problem, follow_up, remark)
    return callback


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


def _follow(
    actor: Actor, callback: Callback, score: Any, satisfied: bool | None, problem: bool, follow_up: str, remark: str
) -> None:
    case = Case.objects.select_related("customer", "unit", "premises", "area").get(pk=callback.case_id)
    if score is not None:
        write(case, satisfaction=int(score))
        history.record(actor=actor, verb="case.rated", subject=case, data={"score": score})
    # The rule decides that the case is reopened or another opened; the caller's own grants need not reach that far.
    vouched = actor.vouched("case.reopen", "case.open", "case.view")
    if satisfied is False:
        history.record(actor=actor, verb="callback.dissatisfied", subject=callback, data={"score": score}, also=[case])
        verb = case.spec.callback.dissatisfied_verb
        if case.machine.move(verb, case.state) is not None:
            reason = remark or str(_("回访不满意"))
            cases.act(actor=vouched, case=case, verb=verb, data={"note": reason}, note=reason)
    elif problem:
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
        found = cases.open_case(actor=vouched, intake=intake)
        guarded_update(callback, follow_up=found)
        history.record(actor=actor, verb="callback.asked", subject=callback, data={"round": callback.round, "to": found.number})


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
