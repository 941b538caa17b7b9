"""Who sees and decides on which leave, and who hands over to whom."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import Q

from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts.models import Leave, LeaveRule, ShiftLog, Takeover
from zhize.kernel.access import Actor, Policy, policy
from zhize.kernel.access.rules import NOTHING
from zhize.kernel.org import selectors as org


@policy
class LeavePolicy(Policy[Leave]):
    """One's own, those in which one stands in, and those of the positions that report to one's own."""

    model = Leave
    view = caps.LEAVE_VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("person", "deputy")

    def also(self, actor: Actor, capability: str) -> Q:
        held = {holding.position_id for holding in actor.positions}
        if not held or capability not in {caps.LEAVE_VIEW, caps.LEAVE_DECIDE}:
            return NOTHING
        return Q(position_id__in=org.reporting_positions(held))

    def restrict(self, actor: Actor, capability: str) -> Q:
        """Everybody asks for himself, withdraws and cancels only his own."""
        return Q(person_id=actor.person_id) if capability == caps.LEAVE_REQUEST else Q()


@policy
class LeaveRulePolicy(Policy[LeaveRule]):
    model = LeaveRule
    view = caps.LEAVE_RULE
    unit = "unit"


@policy
class ShiftLogPolicy(Policy[ShiftLog]):
    model = ShiftLog
    view = caps.HANDOVER_VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("outgoing", "incoming")


@policy
class TakeoverPolicy(Policy[Takeover]):
    """Of the unit, and those which one gives or takes."""

    model = Takeover
    view = caps.TAKEOVER_VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("giver", "lines__taker")
