from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class ReportsConfig(ZhizeAppConfig):
    name = "zhize.domains.reports"
