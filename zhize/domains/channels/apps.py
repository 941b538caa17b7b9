from __future__ import annotations

from zhize.kernel.db import config


class ChannelsConfig(config.ZhizeAppConfig):
    name = "zhize.domains.channels"
