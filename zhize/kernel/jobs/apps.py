from __future__ import annotations

from zhize.kernel.db import config


class JobsConfig(config.ZhizeAppConfig):
    name = "zhize.kernel.jobs"
