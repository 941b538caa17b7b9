from __future__ import annotations

from zhize.kernel.db import config


class NoticesConfig(config.ZhizeAppConfig):
    name = "zhize.kernel.notices"
