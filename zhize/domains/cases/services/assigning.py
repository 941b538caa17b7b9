"""Giving cases to people: by the rules, by hand, by taking; with the history of holders (CAS-14)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.models import Assignment, Case
from zhize.domains.cases.services import routing
from zhize.domains.cases.services.writing import write
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, atomic
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position
from zhize.lib import clock


class AlreadyEnded(DomainError):
    """The case is closed or void."""

    code = "case.ended"
    message = _("工单已经结束，不能再派。")


class AlreadyHeld(DomainError):
    """The person holds the case already."""

    code = "case.already_held"
    message = _("已经在这个人手上。")


class NotVerified(DomainError):
    """A submitted case waits for verification (CHN-05)."""

    code = "case.not_verified"
    message = _("网上填写的工单核实以后才能派出。")


def dispatch(*, actor: Actor, case: Case, to: Person | None = None) -> Case:
    """Give a fresh case to `to`, or to whom the rules of its type lead.

    When they lead to nobody, the case stays without holder and says so (`routing_finding`): a visible state.
    """
    if to is not None:
        return assign(actor=actor, case=case, to=to)
    found = routing.route(case)
    if found.chosen is None:
        _nobody(actor, case, found.finding)
        return case
    chosen = found.chosen
    _hand_over(actor, case, chosen.person, chosen.position, why=chosen.reason.as_dict())
    return case


@atomic
def assign(*, actor: Actor, case: Case, to: Person, position: Position | None = None, note: str = "") -> Case:
    """Make `to` answerable for the case. Refused when it has ended; announces case.assigned."""
    access.require(actor, "case.dispatch", case)
    _may_be_given(case)
    if case.owner_id == to.pk:
        raise AlreadyHeld
    if not to.active:
        raise Invalid({"to": _("这个人已经离岗。")})
    _hand_over(actor, case, to, position or position_for(case, to), why=note, note=note)
    return case


@atomic
def take(*, actor: Actor, case: Case, note: str = "") -> Case:
    """Take the case over oneself. Refused to anybody who is not a person."""
    access.require(actor, "case.take", case)
    _may_be_given(case)
    me = Person.objects.filter(pk=actor.person_id or 0).first()
    if me is None:
        raise Invalid({"to": _("只有员工可以领取工单。")})
    if case.owner_id == me.pk:
        raise AlreadyHeld
    _hand_over(actor, case, me, position_for(case, me), why=note, note=note)
    return case


@atomic
def redispatch(*, actor: Actor, case: Case) -> Case:
    """Let the rules choose again, e.g. after nobody was eligible."""
    access.require(actor, "case.dispatch", case)
    _may_be_given(case)
    return dispatch(actor=actor, case=case)


def hold(*, actor: Actor, case: Case) -> None:
    """Whoever solves a fresh matter on the spot held it, without being sent anything."""
    me = Person.objects.filter(pk=actor.person_id or 0).first()
    if me is None or case.owner_id is not None:
        return
    now, position = clock.now(), position_for(case, me)
    Assignment.objects.create(
        case=case, person=me, position=position, unit=case.unit, from_at=now, by=actor.label
    )
    write(case, owner=me, owner_position=position, dispatched_at=now, dispatch_count=1)


def _may_be_given(case: Case) -> None:
    if case.is_ended:
        raise AlreadyEnded
    if case.is_unverified:
        raise NotVerified


def position_for(case: Case, person: Person) -> Position | None:
    """The position in which a person takes a case: one of the case's unit first."""
    today = org.local_day(case.unit)
    held = person.appointments.filter(org.in_force(today)).select_related("position__unit")
    positions = sorted(
        (row.position for row in held), key=lambda found: (found.unit_id != case.unit_id, found.pk)
    )
    return positions[0] if positions else None


def _nobody(actor: Actor, case: Case, finding: str) -> None:
    write(case, routing_finding=finding)
    history.record(
        actor=actor,
        verb="case.unassignable",
        subject=case,
        data={"finding": routing.FINDINGS[finding].as_dict(), "code": finding},
    )


def _hand_over(
    actor: Actor, case: Case, person: Person, position: Position | None, *, why: Any, note: str = ""
) -> None:
    now = clock.now()
    before = case.owner
    if case.dispatch_count:
        Assignment.objects.filter(case=case, to_at__isnull=True).update(to_at=now)
    Assignment.objects.create(
        case=case,
        person=person,
        position=position,
        unit=case.unit,
        from_at=now,
        by=actor.label,
        reason=note[:200],
    )
    write(
        case,
        owner=person,
        owner_position=position,
        routing_finding="",
        dispatched_at=case.dispatched_at or now,
        dispatch_count=case.dispatch_count + 1,
        last_activity_at=now,
    )
    history.record(
        actor=actor,
        verb="case.assigned",
        subject=case,
        changes={"owner": [before, person]},
        data={
            "to": person.name,
            "to_id": person.pk,
            "from_id": before.pk if before else None,
            "position": position.code if position else "",
            "why": _bracketed(why),
        },
        note=note,
    )


def _bracketed(why: Any) -> Any:
    if isinstance(why, dict):
        return {"zh": f"（{why['zh']}）", "en": f" ({why['en']})"}
    return f"（{why}）" if why else ""
