from __future__ import annotations

from zhize.kernel.db import config


class UiConfig(config.ZhizeAppConfig):
    name = "zhize.ui"
