from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class HistoryConfig(ZhizeAppConfig):
    name = "zhize.kernel.history"
