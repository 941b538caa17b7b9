from __future__ import annotations

from zhize.kernel.db import config


class NumberingConfig(config.ZhizeAppConfig):
    name = "zhize.kernel.numbering"
