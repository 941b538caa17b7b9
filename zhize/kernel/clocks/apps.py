from __future__ import annotations

from zhize.kernel.db import config


class ClocksConfig(config.ZhizeAppConfig):
    name = "zhize.kernel.clocks"
