from __future__ import annotations

from zhize.kernel.db import config


class DraftingConfig(config.ZhizeAppConfig):
    name = "zhize.desk.drafting"
