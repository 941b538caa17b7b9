from __future__ import annotations

from zhize.kernel.db import config


class VisitsConfig(config.ZhizeAppConfig):
    name = "zhize.domains.visits"
