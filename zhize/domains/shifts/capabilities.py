"""What positions may be granted on leave, and the jobs that act by themselves."""

from __future__ import annotations

from zhize.kernel import access

LEAVE_VIEW = access.capability("leave.view", zh="查看请假", en="See leave")
LEAVE_REQUEST = access.capability("leave.request", zh="申请请假", en="Ask for leave")
LEAVE_DECIDE = access.capability("leave.decide", zh="审批请假", en="Decide on leave")
LEAVE_RULE = access.capability(
    "leave.rule", zh="设定请假审批天数", en="Set who decides how many days of leave"
)

# What follows from a decision by itself: the absence, the acting appointment, the obligation to decide.
FOLLOW = access.system_actor(
    "shifts.follow",
    caps={LEAVE_VIEW, "presence.edit", "org.appoint", "obligation.view", "obligation.reassign"},
)
