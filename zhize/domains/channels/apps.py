from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class ChannelsConfig(ZhizeAppConfig):
    name = "zhize.domains.channels"
