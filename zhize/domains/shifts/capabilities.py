"""What positions may be granted on leave and on handing over, and the jobs that act by themselves."""

from __future__ import annotations

from zhize.kernel import access

LEAVE_VIEW = access.capability("leave.view", zh="查看请假", en="See leave")
LEAVE_REQUEST = access.capability("leave.request", zh="申请请假", en="Ask for leave")
LEAVE_DECIDE = access.capability("leave.decide", zh="审批请假", en="Decide on leave")
LEAVE_RULE = access.capability(
    "leave.rule", zh="设定请假审批天数", en="Set who decides how many days of leave"
)

HANDOVER_VIEW = access.capability("handover.view", zh="查看交接班日志", en="See shift handover logs")
HANDOVER_WRITE = access.capability(
    "handover.write", zh="填写、交出、签收交接班日志", en="Write, hand over and take over shift logs"
)
TAKEOVER_VIEW = access.capability(
    "takeover.view", zh="查看岗位交接清单", en="See handover lists of positions"
)
TAKEOVER_MAKE = access.capability(
    "takeover.make", zh="编制岗位交接清单、指定接手人", en="Make handover lists of positions, name the takers"
)
TAKEOVER_SIGN = access.capability(
    "takeover.sign", zh="签署岗位交接清单", en="Sign handover lists of positions"
)
TAKEOVER_FORCE = access.capability(
    "takeover.force", zh="直接移交、免签", en="Move what is owed at once, do without a signature"
)

# What follows by itself: an absence, an acting appointment, the obligation to decide, the list of who leaves a position.
FOLLOW = access.system_actor(
    "shifts.follow",
    caps={
        LEAVE_VIEW,
        "presence.edit",
        "org.appoint",
        "obligation.view",
        "obligation.reassign",
        TAKEOVER_MAKE,
    },
)
