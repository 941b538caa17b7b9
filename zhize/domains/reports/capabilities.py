"""What positions may be granted on reports."""

from __future__ import annotations

from zhize.kernel import access

VIEW = access.capability("report.view", zh="查看报表", en="See reports")
MAKE = access.capability("report.make", zh="编制报表", en="Draw up reports")
ISSUE = access.capability("report.issue", zh="签发报表", en="Issue reports")
STATISTICS = access.capability(
    "report.statistics", zh="看统计与部门看板", en="See statistics and the dashboard"
)
RECEIVE = access.capability("report.receive", zh="签收报表", en="Receive reports")
RETURN = access.capability("report.return", zh="退回报表", en="Return reports")
APPROVE = access.capability("report.approve", zh="审批报表", en="Approve reports")
FILE = access.capability("report.file", zh="报表存档", en="File reports")

CLERK = access.system_actor("reports.clerk", caps={VIEW, MAKE, "case.view", "case.edit", "obligation.fulfil"})
