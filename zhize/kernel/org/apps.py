from __future__ import annotations

from zhize.kernel.db import config


class OrgConfig(config.ZhizeAppConfig):
    name = "zhize.kernel.org"
