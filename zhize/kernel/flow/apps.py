from __future__ import annotations

from zhize.kernel.db import config


class FlowConfig(config.ZhizeAppConfig):
    name = "zhize.kernel.flow"
