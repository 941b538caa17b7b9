from __future__ import annotations

from zhize.kernel.db import config


class ShiftsConfig(config.ZhizeAppConfig):
    name = "zhize.domains.shifts"
