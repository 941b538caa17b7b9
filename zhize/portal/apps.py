from __future__ import annotations

from zhize.kernel.db import config


class PortalConfig(config.ZhizeAppConfig):
    name = "zhize.portal"
