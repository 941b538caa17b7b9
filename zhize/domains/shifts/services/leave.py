"""Asking for leave, deciding, withdrawing, cancelling, coming back (ORG-10, ORG-11)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from types import EllipsisType
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import services as duties
from zhize.domains.shifts import authority, counting, wording
from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts.machine import LEAVE
from zhize.domains.shifts.models import Half, Leave, LeaveKind
from zhize.domains.shifts.services import covering, routing
from zhize.kernel import access, calendars, flow, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Refused, atomic, guarded_update, one_at_a_time
from zhize.kernel.org.models import Person, Position
from zhize.lib import clock
from zhize.lib.businesstime import WorkCalendar
from zhize.lib.text import Text

WITHDRAWN = Text("请假已撤回", "the request for leave was withdrawn")


@atomic
def ask(
    *,
    actor: Actor,
    kind: str,
    from_on: date,
    to_on: date,
    reason: str,
    from_half: str = Half.AM,
    to_half: str = Half.PM,
    deputy: Person | None = None,
) -> Leave:
    """Ask for leave for oneself, in the position one signs with. Who decides follows from the days (ORG-11).

    Days count as working days of the unit's calendar. Raises Refused, and Invalid for days on which nobody works, that
    overlap other leave, or on which the deputy is away too.
    """
    access.require(actor, caps.LEAVE_REQUEST)
    if actor.person_id is None or actor.position_id is None:
        raise Refused(_("请假由本人以自己的岗位申请。"))
    # One request of a person at a time: two at once could overlap.
    person = Person.objects.select_for_update(no_key=True).get(pk=actor.person_id)
    position = Position.objects.select_related("unit").get(pk=actor.position_id)
    calendar = calendars.for_unit(position.unit)
    leave = Leave(
        person=person, position=position, unit=position.unit, kind=kind, reason=reason.strip(), deputy=deputy,
        from_on=from_on, from_half=from_half, to_on=to_on, to_half=to_half, asked_at=clock.now(), **flow.begin(LEAVE),
    )  # fmt: skip
    _measure(leave, calendar)
    errors = _errors(leave)
    if errors:
        raise Invalid(errors)
    leave.save()
    routing.open_decision(actor=actor, leave=leave)
    history.record(
        actor=actor,
        verb="leave.asked",
        subject=leave,
        data={**_data(leave), "to": wording.name(leave.decider, leave.decider_position)},
        also=[person],
    )
    return leave


def _measure(leave: Leave, calendar: WorkCalendar) -> None:
    """Days and moments, after the order of the halves was looked at."""
    halves = (leave.from_on, leave.from_half == Half.PM), (leave.to_on, leave.to_half == Half.PM)
    if halves[1] < halves[0]:
        raise Invalid({"to_on": _("结束要在开始以后。")})
    if leave.to_on - leave.from_on > counting.LONGEST:
        raise Invalid({"to_on": _("一次请假不能超过一年。")})
    given = (leave.from_on, leave.from_half, leave.to_on, leave.to_half)
    leave.days = counting.working_days(calendar, *given)
    leave.away_from_at, leave.away_to_at = counting.span(calendar, *given)


def _errors(leave: Leave) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    if leave.kind not in LeaveKind.values:
        errors["kind"] = _("没有这种假。")
    if not leave.reason:
        errors["reason"] = _("请写明事由。")
    if leave.days <= 0:
        errors["from_on"] = _("这几天本来就不上班，不用请假。")
    if (other := _taken(leave.person, leave).first()) is not None:
        errors["from_on"] = _("这几天已经请过假：%(span)s（%(state)s）。") % {
            "span": wording.span(other).in_language(get_language() or "zh-hans"),
            "state": other.state_label.in_language(get_language() or "zh-hans"),
        }
    deputy = leave.deputy
    if deputy is not None and (deputy.pk == leave.person.pk or not deputy.active):
        errors["deputy"] = _("请选择另一位在岗的同事。")
    elif deputy is not None and _taken(deputy, leave).exists():
        errors["deputy"] = _("代办人这几天也请假。")
    return errors


def _taken(person: Person, leave: Leave) -> QuerySet[Leave]:
    """Leave that the person has asked for and that overlaps this one."""
    return Leave.objects.filter(
        person=person,
        state__in=["asked", "approved"],
        away_from_at__lt=leave.away_to_at,
        away_to_at__gt=leave.away_from_at,
    )


def _data(leave: Leave) -> dict[str, Any]:
    return {"kind_text": wording.kind(leave), "days": wording.days(leave), "span": wording.span(leave)}


@atomic
def approve(
    *, actor: Actor, leave: Leave, note: str = "", deputy: Person | EllipsisType | None = ...
) -> Leave:
    """Grant it: the absence is written and the deputy acts meanwhile; `deputy` replaces the one proposed, None
    means nobody.

    Raises Refused, NotNow for whoever is not called for by line and days, Invalid for an unfit deputy.
    """
    named = leave.deputy if deputy is ... else deputy
    if named is not None and (named.pk == leave.person_id or not named.active or _taken(named, leave)):
        raise Invalid({"deputy": _("请选择另一位那几天在岗的同事。")})
    # Of leave that has begun the deputy hears with the decision, and not once more.
    begun = clock.now() if _begins(leave, clock.now()) else None
    _decide(actor, leave, "approve", note, deputy=named, begun_at=begun)
    covering.cover(actor=actor, leave=leave)
    return leave


@atomic
def refuse(*, actor: Actor, leave: Leave, note: str) -> Leave:
    """Not granted; needs a remark. Raises Refused, NotNow, Invalid."""
    _decide(actor, leave, "refuse", note)
    return leave


def _decide(actor: Actor, leave: Leave, verb: str, note: str, **changes: Any) -> None:
    position = next(
        (place for person, place in authority.deciders(leave) if person.pk == actor.person_id), None
    )
    flow.perform(
        leave,
        verb,
        actor=actor,
        note=note.strip(),
        data=_data(leave),
        changes={
            "decided_at": clock.now(),
            "decided_by_id": actor.person_id,
            "decided_in": position,
            "remark": note.strip(),
            **changes,
        },
        also=(leave.person,),
    )
    if routing.is_owed(leave.obligation):
        duties.fulfil(actor=actor, obligation=leave.obligation, subject_fact=leave)


@atomic
def withdraw(*, actor: Actor, leave: Leave, note: str = "") -> Leave:
    """Take the request back before it is decided; nobody owes the decision any more."""
    flow.perform(leave, "withdraw", actor=actor, note=note, data=_data(leave), also=(leave.person,))
    if routing.is_owed(leave.obligation):
        duties.cancel(actor=actor, obligation=leave.obligation, reason=WITHDRAWN, subject_fact=leave)
    return leave


@atomic
def cancel(*, actor: Actor, leave: Leave, note: str = "") -> Leave:
    """Approved leave that has not begun is not taken after all."""
    flow.perform(leave, "cancel", actor=actor, note=note, data=_data(leave), also=(leave.person,))
    covering.end_cover(actor=actor, leave=leave)
    return leave


# Nobody is woken at midnight to hear that he stands in from today on.
TOLD_FROM = time(7)


def begin_due(*, actor: Actor) -> list[Leave]:
    """Say of approved leave that it begins, once, on its first day (unit's zone). Safe to run twice."""
    now = clock.now()
    rows = Leave.objects.filter(state="approved", begun_at__isnull=True, away_to_at__gt=now)
    near = rows.filter(away_from_at__lte=now + timedelta(days=1)).select_related("unit", "person", "deputy")
    return [leave for leave in near.order_by("pk") if _begins(leave, now) and _begin(actor, leave)]


def _begins(leave: Leave, now: datetime) -> bool:
    return now >= datetime.combine(leave.from_on, TOLD_FROM, clock.zone(leave.unit.timezone))


@atomic
def _begin(actor: Actor, leave: Leave) -> bool:
    one_at_a_time("shifts.leave_begins", leave.pk)
    leave.refresh_from_db()
    if leave.state != "approved" or leave.begun_at is not None:
        return False
    guarded_update(leave, begun_at=clock.now())
    history.record(actor=actor, verb="leave.begun", subject=leave, data=_data(leave), also=[leave.person])
    return True


@atomic
def come_back(*, actor: Actor, leave: Leave, note: str = "") -> Leave:
    """Back before the leave is over: absence and substitution end now."""
    flow.perform(
        leave,
        "back",
        actor=actor,
        note=note,
        data=_data(leave),
        changes={"back_at": clock.now()},
        also=(leave.person,),
    )
    covering.end_cover(actor=actor, leave=leave)
    return leave
