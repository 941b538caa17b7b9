from __future__ import annotations

from zhize.kernel.db import config


class DeskConfig(config.ZhizeAppConfig):
    name = "zhize.desk"
