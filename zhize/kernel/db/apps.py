from __future__ import annotations

from zhize.kernel.db import config


class DbConfig(config.ZhizeAppConfig):
    name = "zhize.kernel.db"
