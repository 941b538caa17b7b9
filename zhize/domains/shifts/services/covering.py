"""What an approved leave brings about: the absence, and somebody acting in the positions meanwhile (DUT-12)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhize.domains.organisation import capabilities as organisation_caps
from zhize.domains.organisation import services as organisation
from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts import selectors, wording
from zhize.domains.shifts.models import Leave
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import guarded_update
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Appointment, AppointmentKind, Person
from zhize.lib.text import Text


def cover(*, actor: Actor, leave: Leave) -> None:
    """Write the absence; the deputy acts in every position of the person that he does not hold himself.

    The absence does not say why: more people see who is away than may see the leave. The decision is the right to both: nobody need be allowed to appoint in order to grant leave.
    """
    absence = organisation.record_absence(
        actor=actor.vouched(organisation_caps.PRESENCE),
        person=leave.person,
        from_at=leave.away_from_at,
        to_at=leave.away_to_at,
    )
    guarded_update(leave, absence=absence)
    deputy = leave.deputy
    history.record(
        actor=actor,
        verb="leave.covered" if deputy is not None or not selectors.uncovered(leave) else "leave.uncovered",
        subject=leave,
        data={"who": wording.name(leave.person, None), "to": _stand_in(leave), "span": wording.span(leave)},
        also=[leave.person, *([deputy] if deputy is not None else [])],
    )
    if deputy is None or leave.to_on < org.local_day(leave.unit):
        return
    # Nobody appoints himself (ORG-30): where the deputy decides, it follows from the rule, not from him.
    appointing = (
        access.system(caps.FOLLOW, channel=actor.channel, request_id=actor.request_id)
        if actor.person_id == deputy.pk
        else actor.vouched(organisation_caps.APPOINT)
    )
    for held in _held(leave.person, leave):
        if not _on(deputy, leave).filter(position=held.position).exists():
            organisation.appoint(
                actor=appointing,
                person=deputy,
                position=held.position,
                from_on=leave.from_on,
                to_on=leave.to_on,
                kind=AppointmentKind.ACTING,
                on_behalf_of=leave.person,
            )


def _stand_in(leave: Leave) -> Text:
    """The deputy; without one, whoever else holds the position."""
    return (
        wording.name(leave.deputy, None) if leave.deputy is not None else wording.name(None, leave.position)
    )


def _on(person: Person, leave: Leave) -> models.QuerySet[Appointment]:
    """Appointments of a person that touch the days of the leave."""
    return Appointment.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gte=leave.from_on), person=person, from_on__lte=leave.to_on
    )


def _held(person: Person, leave: Leave) -> list[Appointment]:
    """Positions to be covered, each once: what he only acts in for somebody else ends with that one's return."""
    rows = _on(person, leave).filter(kind=AppointmentKind.PRIMARY, position__active=True)
    return list({row.position_id: row for row in rows.select_related("position__unit")}.values())


def end_cover(*, actor: Actor, leave: Leave) -> None:
    """Back, or not away at all: absence and acting appointments end now; what had not begun never was."""
    if leave.absence is not None:
        organisation.cancel_absence(actor=actor.vouched(organisation_caps.PRESENCE), absence=leave.absence)
        leave.refresh_from_db()
    if leave.deputy is None:
        return
    today = org.local_day(leave.unit)
    system = access.system(caps.FOLLOW, channel=actor.channel, request_id=actor.request_id)
    rows = _on(leave.deputy, leave).filter(
        kind=AppointmentKind.ACTING, on_behalf_of=leave.person, from_on=leave.from_on, to_on=leave.to_on
    )
    for row in rows.select_related("position__unit", "person"):
        if row.from_on > today:
            organisation.withdraw_appointment(actor=system, appointment=row)
        elif row.to_on is None or row.to_on > today:
            organisation.relieve(actor=system, appointment=row, on=today)
