from __future__ import annotations

from zhize.kernel.db import config


class SearchConfig(config.ZhizeAppConfig):
    name = "zhize.kernel.search"
