from __future__ import annotations

from zhize.kernel.db import config


class PacksConfig(config.ZhizeAppConfig):
    name = "zhize.kernel.packs"
