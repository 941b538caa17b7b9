from __future__ import annotations

from zhize.kernel.db import config


class DutiesConfig(config.ZhizeAppConfig):
    name = "zhize.domains.duties"
