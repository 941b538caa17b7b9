from __future__ import annotations

from zhize.kernel.db import config


class RestConfig(config.ZhizeAppConfig):
    name = "zhize.rest"
