"""What may be granted of looking after the installation, beside what each mechanism declares itself."""

from __future__ import annotations

from zhize.kernel import access

AUDIT_VIEW = access.capability("audit.view", zh="查询审计记录", en="Search the audit log")
AUDIT_EXPORT = access.capability("audit.export", zh="导出审计记录", en="Export the audit log")
CASE_TYPES = access.capability("casetype.view", zh="查看工单类型与时限", en="See case types and time limits")
