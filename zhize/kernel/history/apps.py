from __future__ import annotations

from zhize.kernel.db import config


class HistoryConfig(config.ZhizeAppConfig):
    name = "zhize.kernel.history"
