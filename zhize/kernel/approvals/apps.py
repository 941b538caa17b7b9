from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class ApprovalsConfig(ZhizeAppConfig):
    name = "zhize.kernel.approvals"
