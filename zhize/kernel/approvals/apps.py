from __future__ import annotations

from zhize.kernel.db import config


class ApprovalsConfig(config.ZhizeAppConfig):
    name = "zhize.kernel.approvals"
