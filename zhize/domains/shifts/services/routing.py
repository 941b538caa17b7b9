"""To whom a request for leave goes: an obligation of whoever is to decide, or a finding that nobody can (TRG-57)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeGuard

from django.db import transaction

from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.shifts import authority, wording
from zhize.domains.shifts.models import Half, Leave
from zhize.kernel import calendars, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Outrun, atomic, guarded_update
from zhize.kernel.org.models import Person, Position, Unit
from zhize.lib import businesstime, clock
from zhize.lib.text import Text

AT_ONCE = {"kind": "elapsed", "minutes": 30}
"""What "at once" is where nobody says otherwise (§0)."""
AWAY = Text("审批人不在岗或已变更", "whoever was to decide is away, or somebody else decides now")
NOBODY = Text(
    "汇报线上没有在岗且有权审批的人",
    "nobody of the reporting line is there and has the right to decide",
)


def is_owed(obligation: Obligation | None) -> TypeGuard[Obligation]:
    """Whether somebody still owes it: a superior may have excused or cancelled it, which must hold nothing up."""
    return obligation is not None and obligation.is_open


def open_decision(*, actor: Actor, leave: Leave) -> None:
    """Whoever is to decide owes it within the rule's working days; nobody to decide is put on record."""
    found = authority.deciders(leave)
    if not found:
        _record_finding(actor, leave)
        return
    person, position = _named(found)
    obligation = duties.open_obligation(
        actor=actor,
        unit=position.unit,
        title=wording.title(leave),
        kind="triggered",
        holder=person,
        position=position,
        subject=leave,
        target=_in_time(leave, position.unit),
    )
    guarded_update(leave, decider=person, decider_position=position, obligation=obligation)


def _in_time(leave: Leave, unit: Unit) -> dict[str, Any]:
    """The rule's working days, but before the leave begins; at once when it has begun (sick leave, TRG-57)."""
    calendar, now = calendars.for_unit(unit), clock.now()
    rule = {"kind": "day_end", "days": authority.rule_of(leave.unit).within}
    first = calendar.working_day_on_or_after(leave.from_on)
    begins = leave.away_from_at if leave.from_half == Half.PM else calendar.day_start(first)
    if begins <= now:
        return AT_ONCE
    by_rule = businesstime.due(businesstime.parse_target(rule), now, calendar).at
    if by_rule is not None and by_rule <= begins:
        return rule
    return {"kind": "moment", "at": begins.isoformat()}


def _named(found: list[tuple[Person, Position]]) -> tuple[Person | None, Position]:
    """Several holders of one position owe it together."""
    return (found[0][0] if len(found) == 1 else None), found[0][1]


def _record_finding(actor: Actor, leave: Leave) -> None:
    history.record(
        actor=actor,
        verb="leave.nobody",
        subject=leave,
        data={"who": leave.person.name, "finding": NOBODY},
        also=[leave.person],
    )


@atomic
def reroute(*, actor: Actor, at: datetime | None = None) -> list[Leave]:
    """Pass on what waits for somebody who is away meanwhile or has lost the right. Safe to run twice."""
    waiting = Leave.objects.filter(state="asked").select_related(
        "person", "position__unit", "unit", "decider", "decider_position", "obligation"
    )
    moved = []
    for leave in waiting.order_by("pk"):
        try:
            with transaction.atomic():
                if _moved(actor, leave, at):
                    moved.append(leave)
        except Outrun:
            # Decided or withdrawn in this very moment; the others go on all the same.
            continue
    return moved


def _moved(actor: Actor, leave: Leave, at: datetime | None) -> bool:
    found = authority.deciders(leave, at)
    if not found:
        if leave.decider_position is None:
            return False
        guarded_update(leave, decider=None, decider_position=None)
        _record_finding(actor, leave)
        return True
    person, position = _named(found)
    if leave.decider_position == position and leave.decider == person:
        return False
    if not is_owed(leave.obligation):
        open_decision(actor=actor, leave=leave)
    else:
        duties.reassign(
            actor=actor,
            obligation=leave.obligation,
            to=person,
            position=position,
            reason=AWAY,
            subject_fact=leave,
        )
        guarded_update(leave, decider=person, decider_position=position)
    history.record(
        actor=actor, verb="leave.routed", subject=leave, data={"to": wording.name(person, position)}
    )
    return True
