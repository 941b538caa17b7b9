"""People: staff data, appointments with acting and deputy, presence."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.organisation import capabilities as caps
from zhize.domains.organisation import off_duty
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.accounts import services as accounts
from zhize.kernel.db import Invalid, Refused, atomic, guarded_update, one_at_a_time
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Absence, Appointment, AppointmentKind, Person, Position, Shift, Unit
from zhize.lib import clock

EDITABLE = ("name", "name_en", "employee_no", "phone", "email", "language")


def _check(values: dict[str, Any], *, but: Person | None = None) -> None:
    errors: dict[str, Any] = {}
    if "name" in values and not str(values["name"]).strip():
        errors["name"] = _("请填写姓名。")
    number = str(values.get("employee_no", "")).strip()
    if number:
        one_at_a_time("organisation.employee_no", number)
    if "employee_no" in values and not number:
        errors["employee_no"] = _("请填写工号。")
    elif number and Person.objects.filter(employee_no=number).exclude(pk=but.pk if but else 0).exists():
        errors["employee_no"] = _("这个工号已经使用。")
    if errors:
        raise Invalid(errors)


@atomic
def create_person(
    *,
    actor: Actor,
    name: str,
    employee_no: str,
    position: Position | None = None,
    from_on: date | None = None,
    **more: Any,
) -> Person:
    """Add a member of staff, appointed to `position` from `from_on` (today) if one is given."""
    access.require(actor, caps.PERSON_EDIT)
    values = {
        "name": name.strip(),
        "employee_no": employee_no.strip(),
        **{key: value for key, value in more.items() if key in EDITABLE},
    }
    _check(values)
    person = Person.objects.create(**values)
    history.record(
        actor=actor, verb="person.created", subject=person, unit=position.unit if position else None
    )
    if position is not None:
        appoint(
            actor=actor, person=person, position=position, from_on=from_on or org.local_day(position.unit)
        )
    return person


@atomic
def update_person(*, actor: Actor, person: Person, **changes: Any) -> Person:
    """Change staff data. Raises Invalid, Refused."""
    access.require(actor, caps.PERSON_EDIT, person)
    values = {name: value for name, value in changes.items() if name in EDITABLE}
    _check(values, but=person)
    with history.change(person, actor=actor, verb="person.changed"):
        guarded_update(person, **values)
    return person


@atomic
def leave(*, actor: Actor, person: Person, on: date | None = None) -> Person:
    """The person leaves: all appointments end on the day, the person is no longer active, sessions and tokens end.

    Raises Refused, Invalid for a day ahead in all units where he works: he could do nothing any more of what he owes until then.
    """
    access.require(actor, caps.PERSON_EDIT, person)
    day = on or clock.today()
    held = list(
        person.appointments.filter(Q(to_on__isnull=True) | Q(to_on__gt=day)).select_related("position__unit")
    )
    if day > max((org.local_day(row.position.unit) for row in held), default=clock.today()):
        raise Invalid(
            {
                "on": _(
                    "登记后账号立即停用，最后一天不能晚于今天。要预先安排，请在任职里填写结束日期，到那天再办理离职。"
                )
            }
        )
    for row in held:
        _end(actor, row, max(day, row.from_on))
    with history.change(person, actor=actor, verb="person.left"):
        guarded_update(person, active=False)
    accounts.end_access(actor=actor, person=person)
    return person


@atomic
def appoint(
    *,
    actor: Actor,
    person: Person,
    position: Position,
    from_on: date,
    to_on: date | None = None,
    kind: str = AppointmentKind.PRIMARY,
    on_behalf_of: Person | None = None,
) -> Appointment:
    """Appoint somebody: as holder, acting for somebody, or as deputy. Nobody gives himself a position (ORG-30)."""
    access.require(actor, caps.APPOINT, position)
    if actor.person_id is not None and actor.person_id == person.pk:
        raise Refused(_("不能任命自己。"), code="refused.own_appointment")
    errors: dict[str, Any] = {}
    if kind not in AppointmentKind.values:
        errors["kind"] = _("没有这种任职方式。")
    if to_on is not None and to_on < from_on:
        errors["to_on"] = _("结束日期不能早于开始日期。")
    if kind == AppointmentKind.ACTING and on_behalf_of is None:
        errors["on_behalf_of"] = _("请写明代谁。")
    one_at_a_time("organisation.appointment", person.pk, position.pk)
    overlapping = Q(to_on__isnull=True) | Q(to_on__gte=from_on)
    if Appointment.objects.filter(overlapping, person=person, position=position).exists():
        errors["person"] = _("这个人已经在这个岗位上。")
    if errors:
        raise Invalid(errors)
    row = Appointment.objects.create(
        person=person, position=position, kind=kind, from_on=from_on, to_on=to_on, on_behalf_of=on_behalf_of
    )
    history.record(
        actor=actor,
        verb="person.appointed",
        subject=person,
        data={
            "who": person.name,
            "position": position.name,
            "position_id": position.pk,
            "appointment": row.pk,
            "kind": str(row.get_kind_display()),
        },
        unit=position.unit,
        also=[position],
        marks=[row],
    )
    return row


def _end(actor: Actor, row: Appointment, on: date) -> None:
    guarded_update(row, expect={"to_on": row.to_on}, to_on=on)
    history.record(
        actor=actor,
        verb="person.relieved",
        subject=row.person,
        data={"who": row.person.name, "position": row.position.name, "position_id": row.position_id},
        unit=row.position.unit,
        also=[row.position],
        marks=[row],
    )


@atomic
def relieve(*, actor: Actor, appointment: Appointment, on: date) -> Appointment:
    """End an appointment on a day (its last). Raises Invalid when that is before it began."""
    access.require(actor, caps.APPOINT, appointment.position)
    if on < appointment.from_on:
        raise Invalid({"on": _("结束日期不能早于开始日期。")})
    _end(actor, appointment, on)
    return appointment


@atomic
def withdraw_appointment(*, actor: Actor, appointment: Appointment) -> None:
    """An appointment that has not begun never was. Raises Invalid when it has begun: then it is ended."""
    access.require(actor, caps.APPOINT, appointment.position)
    if appointment.from_on <= org.local_day(appointment.position.unit):
        raise Invalid({"": _("任职已经开始，请办理免职。")})
    gone = Appointment(pk=appointment.pk)
    appointment.delete()
    history.record(
        actor=actor,
        verb="person.unappointed",
        subject=appointment.person,
        data={"who": appointment.person.name, "position": appointment.position.name},
        unit=appointment.position.unit,
        also=[appointment.position],
        marks=[gone],
    )


@atomic
def record_absence(
    *, actor: Actor, person: Person, from_at: datetime, to_at: datetime, reason: str = ""
) -> Absence:
    """Somebody is away between two moments (UTC); work passes to deputies meanwhile.

    Everybody may record that he is out for part of a day himself; longer is leave, which others decide (ORG-11).
    """
    own = actor.person_id == person.pk
    if not own:
        access.require(actor, caps.PRESENCE, person)
    if to_at <= from_at:
        raise Invalid({"to_at": _("结束时间要在开始时间以后。")})
    zone = clock.zone()
    if own and from_at.astimezone(zone).date() != to_at.astimezone(zone).date():
        raise Invalid({"to_at": _("自己只能登记当天的临时离岗；超过一天请走请假申请。")})
    row = Absence.objects.create(person=person, from_at=from_at, to_at=to_at, reason=reason[:120])
    history.record(
        actor=actor, verb="person.absent", subject=person, data={"who": person.name}, note=reason, marks=[row]
    )
    return row


@atomic
def cancel_absence(*, actor: Actor, absence: Absence) -> None:
    """Back earlier: the absence ends now, or never was when it had not begun."""
    if actor.person_id != absence.person_id:
        access.require(actor, caps.PRESENCE, absence.person)
    now = clock.now()
    if absence.from_at < now:
        guarded_update(absence, expect={"to_at": absence.to_at}, to_at=now)
        marks = [absence]
    else:
        gone = Absence(pk=absence.pk)
        absence.delete()
        marks = [gone]
    history.record(
        actor=actor,
        verb="person.back",
        subject=absence.person,
        data={"who": absence.person.name},
        marks=marks,
    )


@atomic
def come_on_duty(
    *, actor: Actor, person: Person, unit: Unit, until: datetime | None = None, name: str = ""
) -> Shift:
    """Sign on for duty 上岗. Doing it twice keeps the running shift."""
    if actor.person_id != person.pk:
        access.require(actor, caps.PRESENCE, person)
    one_at_a_time("organisation.shift", person.pk, unit.pk)
    now = clock.now()
    running = Shift.objects.filter(
        Q(to_at__isnull=True) | Q(to_at__gt=now), person=person, unit=unit, from_at__lte=now
    ).first()
    if running is not None:
        return running
    row = Shift.objects.create(person=person, unit=unit, from_at=now, to_at=until, name=name[:40])
    history.record(
        actor=actor, verb="shift.started", subject=person, data={"who": person.name}, unit=unit, marks=[row]
    )
    return row


@atomic
def go_off_duty(*, actor: Actor, shift: Shift) -> Shift:
    """Sign off 下岗. Raises what a domain above has against it: an unsigned handover log."""
    if actor.person_id != shift.person_id:
        access.require(actor, caps.PRESENCE, shift.person)
    off_duty.check(shift)
    guarded_update(shift, expect={"to_at": shift.to_at}, to_at=clock.now())
    history.record(
        actor=actor,
        verb="shift.ended",
        subject=shift.person,
        data={"who": shift.person.name},
        unit=shift.unit,
        marks=[shift],
    )
    return shift
