from __future__ import annotations

from zhize.kernel.db import config


class AdminConfig(config.ZhizeAppConfig):
    name = "zhize.desk.admin"
