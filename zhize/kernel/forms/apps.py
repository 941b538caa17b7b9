from __future__ import annotations

from zhize.kernel.db import config


class FormsConfig(config.ZhizeAppConfig):
    name = "zhize.kernel.forms"
