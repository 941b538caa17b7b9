"""What may be done with approvals. Who decides a step is decided by its position, not by these alone."""

from __future__ import annotations

from zhize.kernel import access

access.capability("approval.view", zh="查看审批", en="See approvals")
access.capability("approval.request", zh="提交、撤回审批", en="Ask for approval, withdraw it")
access.capability("approval.decide", zh="审批", en="Decide on approvals")
