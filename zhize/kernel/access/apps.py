from __future__ import annotations

from zhize.kernel.db import config


class AccessConfig(config.ZhizeAppConfig):
    name = "zhize.kernel.access"
