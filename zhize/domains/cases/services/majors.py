"""Major complaints 重大投诉 and alarms: telling the right people at once (CAS-20, CAS-22, CAS-23, TRG-25, TRG-26)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.kinds import Channel, Nature
from zhize.domains.cases.models import Alarm, AlarmCall, Case, MajorReport
from zhize.domains.cases.selectors import types
from zhize.domains.cases.services import opening
from zhize.domains.cases.services.writing import write
from zhize.domains.duties import services as duties
from zhize.kernel import access, history, notices, packs
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position
from zhize.lib import clock
from zhize.lib.text import Text


@atomic
def make_major(*, actor: Actor, case: Case, reason: str) -> MajorReport:
    """Register the case as major: the named positions are told now and a proposal is demanded (CAS-20).

    Raises Invalid when the type has no major level, the case has ended or is major already.
    """
    access.require(actor, "case.escalate", case)
    rule = case.spec.major
    if rule is None:
        raise Invalid({"": _("这种类型没有重大一级。")})
    if not reason.strip():
        raise Invalid({"reason": _("请写明原因。")})
    if case.is_ended or hasattr(case, "major"):
        raise Invalid({"": _("工单已经结束，或已经是重大。")})
    now = clock.now()
    told = _holders(case, rule.tell)
    position = org.position_in(case.unit, rule.proposal_by)
    proposer = org.answerable(position) if position is not None else None
    report = MajorReport.objects.create(
        case=case, reason=reason.strip(), reported_at=now, reported_by_id=actor.person_id, proposer=proposer
    )
    report.told.set(told)
    write(case, is_major=True, last_activity_at=now)
    history.record(
        actor=actor,
        verb="case.made_major",
        subject=case,
        note=reason,
        data={"told": [person.name for person in told], "type": case.type_code},
        marks=[report],
    )
    obligation = duties.open_obligation(
        actor=actor,
        unit=case.unit,
        title=Text(f"重大投诉 {case.number}：提交处理建议", f"Major case {case.number}: propose what to do"),
        holder=proposer,
        position=position,
        subject=case,
        target=rule.target.as_clock(),
        kind="task",
    )
    guarded_update(report, obligation=obligation)
    history.record(actor=actor, verb="case.noted", subject=case, data={"kind_label": {"zh": "重大登记", "en": "major register"}}, marks=[report])
    notices.send(
        to=told,
        template="case.major",
        context={"number": case.number, "title": case.title, "reason": reason, "actor": actor.label},
        subject=case,
        actor=actor,
        urgent=True,
    )
    return report


def _holders(case: Case, codes: tuple[str, ...]) -> list[Person]:
    """Who holds these positions now; a position nobody present holds passes to its superior."""
    found: dict[int, Person] = {}
    for code in codes:
        position = org.position_in(case.unit, code)
        line = [position, *org.superiors(position)] if position is not None else []
        for step in line:
            holder = org.answerable(step)
            if holder is not None:
                found[holder.pk] = holder
                break
    return list(found.values())


@atomic
def propose(*, actor: Actor, report: MajorReport, proposal: str) -> MajorReport:
    """The demanded proposal; stops its clock."""
    access.require(actor, "case.escalate", report.case)
    if not proposal.strip():
        raise Invalid({"proposal": _("请写处理建议。")})
    guarded_update(report, proposal=proposal.strip(), proposed_at=clock.now())
    if report.obligation is not None and report.obligation.is_open:
        duties.fulfil(actor=actor, obligation=report.obligation, subject_fact=report.case)
    history.record(actor=actor, verb="case.major_proposed", subject=report.case, note=proposal, marks=[report])
    return report


@atomic
def decide(*, actor: Actor, report: MajorReport, decision: str) -> MajorReport:
    """The superior's decision on the proposal."""
    access.require(actor, "case.decide_major", report.case)
    if report.proposed_at is None:
        raise Invalid({"decision": _("还没有处理建议。")})
    if not decision.strip():
        raise Invalid({"decision": _("请写批示。")})
    guarded_update(report, decision=decision.strip(), decided_by_id=actor.person_id, decided_at=clock.now())
    history.record(actor=actor, verb="case.major_decided", subject=report.case, note=decision, marks=[report])
    return report


@atomic
def raise_alarm(*, actor: Actor, case: Case, place: str, found_at: datetime | None = None) -> Alarm:
    """Tell everybody on shift and the named positions at once, each with the own task of the fire plan (CAS-23).

    Every position may raise one. Raises Invalid when the type has no alarm or the place is missing.
    """
    access.require(actor, "case.alarm", case)
    rule = case.spec.alarm
    if rule is None:
        raise Invalid({"": _("这种类型没有警报。")})
    if not place.strip():
        raise Invalid({"place": _("请写明地点。")})
    now = clock.now()
    alarm = Alarm.objects.create(
        case=case, place=place.strip()[:200], found_at=found_at or now, raised_at=now, raised_by_id=actor.person_id
    )
    people = {person.pk: person for person in _holders(case, rule.tell)}
    if rule.everybody_on_shift:
        people |= {person.pk: person for person in org.on_shift(case.unit, now)}
    calls = _calls(alarm, list(people.values()), rule.plan, now)
    AlarmCall.objects.bulk_create(calls)
    history.record(
        actor=actor,
        verb="case.alarm_raised",
        subject=case,
        data={"place": alarm.place, "count": len(calls), "type": case.type_code, "nature": case.nature},
        marks=[alarm],
    )
    notices.send(
        to=list(people.values()),
        template="case.alarm",
        context={"number": case.number, "title": case.title, "place": alarm.place, "actor": actor.label},
        subject=case,
        actor=actor,
        urgent=True,
        needs_ack=True,
    )
    return alarm


@atomic
def report_fire(*, actor: Actor, place: str, title: str, found_at: datetime | None = None) -> Case:
    """Open a fire case and raise its alarm in one act: anybody may, from anywhere (CHN-21)."""
    spec = next((item for item in types.case_types() if item.nature == Nature.FIRE), None)
    if spec is None:
        raise Invalid({"": _("没有火情这一类型。")})
    intake = opening.Intake(type=spec.code, title=title, description=place, channel=Channel.STAFF, accepted_at=found_at)
    case = opening.open_case(actor=actor, intake=intake)
    raise_alarm(actor=actor, case=case, place=place, found_at=found_at)
    return case


def _calls(alarm: Alarm, people: list[Person], plan: str | None, now: datetime) -> list[AlarmCall]:
    """One call per person, with the task that the fire plan 消防作战图 gives to the person's position."""
    tasks = {row.position: row.task for row in packs.live("fire_plans", plan).tasks} if plan else {}
    today = org.local_day(alarm.case.unit, now)
    held: dict[int, list[Position]] = {}
    rows = Position.objects.filter(appointments__person__in=people).filter(
        appointments__from_on__lte=today
    )
    for position in rows.prefetch_related("appointments").distinct():
        for appointment in position.appointments.all():
            held.setdefault(appointment.person_id, []).append(position)
    calls = []
    for person in people:
        mine = held.get(person.pk, [])
        position = next((row for row in mine if row.code in tasks), mine[0] if mine else None)
        task = tasks.get(position.code) if position is not None else None
        shown = task.in_language(person.language) if task is not None else ""
        calls.append(AlarmCall(alarm=alarm, person=person, position=position, task=shown, told_at=now))
    return calls


@atomic
def acknowledge(*, actor: Actor, alarm: Alarm) -> Alarm:
    """The person has the alarm and goes. Twice changes nothing; somebody who was not called cannot."""
    call = alarm.calls.filter(person_id=actor.person_id).first()
    if call is None:
        raise Invalid({"": _("您不在这次警报的通知名单里。")})
    if call.acknowledged_at is None:
        guarded_update(call, expect={"acknowledged_at": None}, acknowledged_at=clock.now())
        history.record(actor=actor, verb="case.alarm_acknowledged", subject=alarm.case, marks=[call])
    return alarm


@atomic
def end_alarm(*, actor: Actor, alarm: Alarm, measures: str, aftermath: str) -> Alarm:
    """The danger is over: what was done and how the aftermath 善后 stands (CAS-22)."""
    access.require(actor, "case.alarm", alarm.case)
    errors: dict[str, Any] = {}
    if not measures.strip():
        errors["measures"] = _("请写采取的措施。")
    if not aftermath.strip():
        errors["aftermath"] = _("请写善后情况。")
    if alarm.ended_at is not None:
        errors[""] = _("警报已经结束。")
    if errors:
        raise Invalid(errors)
    guarded_update(
        alarm, expect={"ended_at": None}, measures=measures.strip(), aftermath=aftermath.strip(), ended_at=clock.now()
    )
    history.record(
        actor=actor, verb="case.alarm_ended", subject=alarm.case, data={"aftermath": aftermath}, marks=[alarm]
    )
    return alarm
