"""What may be granted about duties and obligations, and the jobs that act by themselves."""

from __future__ import annotations

from zhize.kernel import access

VIEW = access.capability("obligation.view", zh="查看应办事项", en="See obligations")
FULFIL = access.capability("obligation.fulfil", zh="办理应办事项", en="Fulfil obligations")
ACCEPT = access.capability(
    "obligation.accept", zh="确认或退回交来的事项", en="Accept or return what was handed in"
)
EXCUSE = access.capability("obligation.excuse", zh="批准免办", en="Excuse an obligation")
REASSIGN = access.capability(
    "obligation.reassign", zh="改派应办事项", en="Give an obligation to somebody else"
)
MOVE = access.capability("obligation.move", zh="调整到期时间", en="Move a due time")
CANCEL = access.capability("obligation.cancel", zh="撤销应办事项", en="Cancel an obligation")
MISS = access.capability("obligation.miss", zh="记为漏办", en="Record an obligation as missed")
ASSIGN = access.capability("obligation.assign", zh="交办任务", en="Assign a task")
REPORT = access.capability("obligation.report", zh="登记触发事项", en="Report an event that calls for a duty")
DUTY_VIEW = access.capability("duty.view", zh="查看职责库", en="See the library of duties")
DUTY_EDIT = access.capability("duty.edit", zh="维护职责库", en="Maintain the library of duties")

EVERYTHING = {
    VIEW, FULFIL, ACCEPT, EXCUSE, REASSIGN, MOVE, CANCEL, MISS, ASSIGN, REPORT, DUTY_VIEW, DUTY_EDIT,
    "clock.view",
}  # fmt: skip

TRIGGER = access.system_actor("duties.trigger", caps=EVERYTHING)
SCHEDULE = access.system_actor("duties.schedule", caps=EVERYTHING)
ESCALATE = access.system_actor("duties.escalate", caps={VIEW, "clock.view"})
