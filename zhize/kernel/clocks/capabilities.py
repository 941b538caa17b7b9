"""What may be granted about clocks themselves; starting and stopping follow from the row a clock belongs to."""

from __future__ import annotations

from zhize.kernel import access

VIEW = access.capability("clock.view", zh="查看时限", en="See time limits")
RECOMPUTE = access.capability(
    "clock.recompute", zh="按新日历重算时限", en="Compute time limits again under a new calendar"
)

TICK = access.system_actor("clocks.tick", caps={VIEW, RECOMPUTE})
