"""Who may decide on somebody's leave: the reporting line, the right to decide, and the number of days (ORG-10, ORG-11)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts.models import Leave, LeaveRule
from zhize.kernel import approvals
from zhize.kernel.access.models import Grant
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position, Unit


def rule_of(unit: Unit) -> LeaveRule:
    """The rule of the unit or of the nearest above it; the default (unsaved: up to 2 days, 1 working day to decide)."""
    above = [int(part) for part in (unit.path or "").strip("/").split("/") if part]
    rows = {row.unit_id: row for row in LeaveRule.objects.filter(unit_id__in=above)}
    return next((rows[pk] for pk in reversed(above) if pk in rows), LeaveRule(unit=unit))


def line(position: Position) -> list[Position]:
    """The positions above that hold the right to decide on leave, nearest first."""
    above = [row for row in org.superiors(position) if row.active]
    granted = set(
        Grant.objects.filter(position__in=above, capability=caps.LEAVE_DECIDE).values_list(
            "position_id", flat=True
        )
    )
    return [row for row in above if row.pk in granted]


def entitled(position: Position, unit: Unit, days: Decimal) -> list[Position]:
    """The positions that may grant so many days: the first of the line and those above him; for more days than the
    unit's rule lets him grant, only those above him."""
    found = line(position)
    return found if rule_of(unit).covers(days) else found[1:]


def deciders(leave: Leave, at: datetime | None = None) -> list[tuple[Person, Position]]:
    """Who may decide now, and in which position: the absent are skipped to deputies and superiors. Empty: nobody."""
    positions = entitled(leave.position, leave.unit, leave.days)
    return approvals.signatories(positions, without=leave.person_id, at=at)
