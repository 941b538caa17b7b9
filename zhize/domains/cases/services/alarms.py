"""Alarms 警报: everybody on shift is told at once, each with the own task (CAS-22, CAS-23, TRG-25, TRG-26)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.kinds import Channel, Severity
from zhize.domains.cases.models import Alarm, AlarmCall, Case
from zhize.domains.cases.services import majors
from zhize.kernel import access, history, notices, packs
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update
from zhize.kernel.notices import selectors as received
from zhize.kernel.notices import services as confirming
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Appointment, Person, Position, Unit
from zhize.lib import clock

if TYPE_CHECKING:
    from zhize.domains.cases.pack import AlarmSpec

# The message that calls people.
ALARM = "case.alarm"


def ground(unit: Unit, rule: AlarmSpec) -> Unit:
    """The unit an alarm is for: the widest of those that the told positions belong to, seen from `unit`.

    A fire that the engineering department reports concerns the whole centre, not the department.
    """
    found = [unit]
    for code in rule.tell:
        position = org.position_in(unit, code)
        if position is not None and (unit.path or "").startswith(position.unit.path or "?"):
            found.append(position.unit)
    return min(found, key=lambda row: len(row.path or ""))


def alert(*, actor: Actor, case: Case, found_at: datetime | None = None) -> None:
    """What a new case calls for at once: the alarm of its type, the major report of a grave or official matter."""
    spec = case.spec
    if spec.alarm is not None and not hasattr(case, "alarm"):
        place = str(case.premises or case.area or case.description[:200] or case.title)
        sound(actor=actor, case=case, place=place, found_at=found_at)
    official = case.channel == Channel.REGULATOR
    if spec.major is not None and (official or case.severity == Severity.MAJOR) and not case.is_major:
        reason = _("监管部门或媒体转来") if official else _("受理时定为重大")
        majors.register(actor=actor, case=case, reason=str(reason))


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
    if hasattr(case, "alarm"):
        raise Invalid({"": _("这件工单已经发出警报。")})
    return sound(actor=actor, case=case, place=place, found_at=found_at)


def sound(*, actor: Actor, case: Case, place: str, found_at: datetime | None = None) -> Alarm:
    """Write the alarm and tell everybody it concerns. The caller decided that it may be done."""
    rule = case.spec.alarm
    if rule is None:
        raise Invalid({"": _("这种类型没有警报。")})
    now = clock.now()
    unit = ground(case.unit, rule)
    alarm = Alarm.objects.create(
        case=case,
        place=place.strip()[:200],
        found_at=found_at or now,
        raised_at=now,
        raised_by_id=actor.person_id,
    )
    people = {person.pk: person for person in majors.holders_of(unit, rule.tell)}
    if rule.everybody_on_shift:
        people |= {person.pk: person for person in org.on_shift(unit, now)}
    calls = _calls(alarm, list(people.values()), rule.plan, now)
    AlarmCall.objects.bulk_create(calls)
    history.record(
        actor=actor,
        verb="case.alarm_raised",
        subject=case,
        data={"place": alarm.place, "count": len(calls), "type": case.type_code, "nature": case.nature},
        marks=[alarm],
    )
    _tell(actor, case, alarm, calls)
    return alarm


def _tell(actor: Actor, case: Case, alarm: Alarm, calls: Iterable[AlarmCall]) -> None:
    """One notice per task, so that everybody reads the own one."""
    by_task: dict[str, list[Person]] = {}
    for call in calls:
        by_task.setdefault(call.task, []).append(call.person)
    for task, people in by_task.items():
        notices.send(
            to=people,
            template=ALARM,
            context={
                "number": case.number,
                "title": case.title,
                "place": alarm.place,
                "actor": actor.label,
                "task": task or "—",
            },
            subject=case,
            actor=actor,
            urgent=True,
            needs_ack=True,
        )


def _calls(alarm: Alarm, people: list[Person], plan: str | None, now: datetime) -> list[AlarmCall]:
    """One call per person, with the task that the fire plan 消防作战图 gives to the person's position."""
    tasks = {row.position: row.task for row in packs.live("fire_plans", plan).tasks} if plan else {}
    today = org.local_day(alarm.case.unit, now)
    held: dict[int, list[Position]] = {}
    rows = Appointment.objects.filter(org.in_force(today), person__in=people)
    for appointment in rows.select_related("position").order_by("pk"):
        held.setdefault(appointment.person_id, []).append(appointment.position)
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
    """The person has the alarm and goes; his message is confirmed with it. Twice changes nothing.

    Raises Invalid for somebody who was not called.
    """
    call = alarm.calls.filter(person_id=actor.person_id or 0).first()
    if call is None:
        raise Invalid({"": _("您不在这次警报的通知名单里。")})
    if call.acknowledged_at is None:
        guarded_update(call, expect={"acknowledged_at": None}, acknowledged_at=clock.now())
        history.record(actor=actor, verb="case.alarm_acknowledged", subject=alarm.case, marks=[call])
        for notice in received.to_acknowledge(actor).filter(template=ALARM, subject_id=alarm.case_id):
            confirming.acknowledge(actor=actor, notice=notice)
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
        alarm,
        expect={"ended_at": None},
        measures=measures.strip(),
        aftermath=aftermath.strip(),
        ended_at=clock.now(),
    )
    history.record(
        actor=actor, verb="case.alarm_ended", subject=alarm.case, data={"aftermath": aftermath}, marks=[alarm]
    )
    return alarm
