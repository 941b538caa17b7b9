"""Setting who decides how many days of leave (D6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts.models import LeaveRule
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update, one_at_a_time
from zhize.kernel.org.models import Unit


@atomic
def set_rule(*, actor: Actor, unit: Unit, days: Decimal, inclusive: bool, within: int) -> LeaveRule:
    """The own rule of a unit, from now on also for the units below it without one. Raises Refused, Invalid."""
    access.require(actor, caps.LEAVE_RULE)
    if days <= 0 or within < 1:
        raise Invalid({"days" if days <= 0 else "within": _("要大于零。")})
    values: dict[str, Any] = {"days": days, "inclusive": inclusive, "within": within}
    one_at_a_time("shifts.leave_rule", unit.pk)
    row = LeaveRule.objects.filter(unit=unit).first()
    said = {"unit": str(unit), "days": str(days)}
    if row is None:
        row = LeaveRule.objects.create(unit=unit, **values)
        access.require(actor, caps.LEAVE_RULE, row)
        history.record(actor=actor, verb="leave.rule_set", subject=row, unit=unit, data=said)
        return row
    access.require(actor, caps.LEAVE_RULE, row)
    with history.change(row, actor=actor, verb="leave.rule_set", data=said):
        guarded_update(row, **values)
    return row
