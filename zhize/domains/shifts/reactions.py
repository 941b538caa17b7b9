"""Telling people about leave; what must be signed before somebody goes; the list of who leaves a position."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.organisation.off_duty import before_off_duty
from zhize.domains.shifts import authority, messages, selectors, subjects, wording  # noqa: F401 - registers the subject
from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts.models import Leave, ShiftLog, Takeover
from zhize.domains.shifts.services import takeovers
from zhize.kernel import access, history, notices
from zhize.kernel.flow import OPEN, NotNow
from zhize.kernel.history.models import Entry
from zhize.kernel.org.models import Appointment, AppointmentKind, Person, Shift
from zhize.lib.text import Text


def _leave(entry: Entry) -> Leave:
    return Leave.objects.select_related("person", "deputy", "unit", "position__unit").get(pk=entry.subject_id)


def _send(entry: Entry, leave: Leave, to: list[Person], template: str) -> None:
    kind, days = wording.kind(leave), wording.days(leave)
    context: dict[str, Any] = {
        "who": wording.name(leave.person, None),
        "what": Text(f"{kind.zh} {days} 天", f"{kind.en}, {days} days"),
        "span": wording.span(leave),
        "reason": leave.reason,
        "note": entry.note,
        "actor": entry.actor_label,
        "deputy": wording.name(leave.deputy, None),
    }
    listed = [person for person in to if person.pk != entry.person_id]
    if listed:
        notices.send(
            to=listed, template=template, context=context, subject=leave, actor=access.system(caps.FOLLOW)
        )


@history.after("leave.asked", "leave.routed")
def tell_the_deciders(entry: Entry) -> None:
    """Whoever is to decide hears of it."""
    leave = _leave(entry)
    if leave.state == "asked":
        _send(entry, leave, [person for person, _position in authority.deciders(leave)], messages.ASKED)


@history.after("leave.approve", "leave.refuse")
def tell_who_asked(entry: Entry) -> None:
    """The requester hears the decision, the deputy what falls to him."""
    leave = _leave(entry)
    approved = entry.verb == "leave.approve"
    _send(entry, leave, [leave.person], messages.APPROVED if approved else messages.REFUSED)
    if approved and leave.deputy is not None:
        _send(entry, leave, [leave.deputy], messages.STAND_IN)


@history.after("leave.begun")
def tell_that_it_begins(entry: Entry) -> None:
    """The deputy was told when it was granted, perhaps weeks ago; he is told again on the day."""
    leave = _leave(entry)
    if leave.state == "approved" and leave.deputy is not None:
        _send(entry, leave, [leave.deputy], messages.BEGINS)


@history.after("leave.cancel", "leave.back")
def tell_the_deputy(entry: Entry) -> None:
    """Nobody stands in for somebody who is there."""
    leave = _leave(entry)
    if leave.deputy is not None:
        _send(entry, leave, [leave.deputy], messages.CALLED_OFF)


@before_off_duty
def log_is_signed(shift: Shift) -> None:
    """A shift is not closed while its handover log is unsigned, nor without one by whoever took it over (ORG-18)."""
    unsigned = ShiftLog.objects.filter(
        unit_id=shift.unit_id, outgoing_id=shift.person_id, category__in=OPEN
    ).first()
    if unsigned is not None:
        raise NotNow(
            _("交接班日志还没有交出，先签字交班。")
            if unsigned.state == "draft"
            else _("交接班日志还没有签收，等接班的同事签字。")
        )
    last = selectors.last_taken(shift.unit)
    if (
        last is not None
        and last.incoming_id == shift.person_id
        and shift.from_at <= (last.taken_at or shift.from_at)
    ):
        raise NotNow(_("您接的这一班还没有交接班日志，先填写并签字交班。"))


@history.after("person.relieved")
def list_what_is_left(entry: Entry) -> None:
    """Who leaves a position hands over what he still owes there (DUT-17). Standing in ends without a list."""
    held = (
        Appointment.objects.filter(person_id=entry.subject_id, position_id=entry.data.get("position_id"))
        .exclude(kind=AppointmentKind.ACTING)
        .select_related("person", "position__unit")
        .order_by("-from_on")
        .first()
    )
    if held is not None and held.to_on is not None:
        takeovers.list_of_leaver(
            giver=held.person, position=held.position, on=held.to_on, reason=entry.sentence()[:300]
        )


@history.after("shiftlog.take", "shiftlog.give_back")
def tell_the_outgoing(entry: Entry) -> None:
    """Whoever handed over hears that it was signed for, or what is missing."""
    log = ShiftLog.objects.select_related("outgoing").get(pk=entry.subject_id)
    taken = entry.verb == "shiftlog.take"
    context = {"name": log.name, "note": entry.note, "actor": entry.actor_label}
    notices.send(
        to=[log.outgoing],
        template=messages.LOG_TAKEN if taken else messages.LOG_RETURNED,
        context=context,
        subject=log,
        actor=access.system(caps.FOLLOW),
    )


@history.after("takeover.made", "takeover.assign")
def tell_both_sides(entry: Entry) -> None:
    """Giver and takers are asked to sign."""
    row = Takeover.objects.select_related("giver", "position", "unit").get(pk=entry.subject_id)
    if row.state != "open":
        return
    waiting = [party.person for party in selectors.parties(row, selectors.lines(row)) if party.at is None]
    listed = [person for person in waiting if person.pk != entry.person_id and person.active]
    if listed:
        who, where = wording.name(row.giver, None), wording.name(None, row.position)
        notices.send(
            to=listed,
            template=messages.TO_SIGN,
            context={"who": who, "position": where, "reason": row.reason},
            subject=row,
            actor=access.system(caps.FOLLOW),
        )
