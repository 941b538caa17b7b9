from __future__ import annotations

from zhize.kernel.db import config


class MeasuresConfig(config.ZhizeAppConfig):
    name = "zhize.kernel.measures"
