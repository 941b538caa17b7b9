from __future__ import annotations

from zhize.kernel.db import config


class ReportsConfig(config.ZhizeAppConfig):
    name = "zhize.domains.reports"
