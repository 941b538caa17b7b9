from __future__ import annotations

from zhize.kernel.db import config


class MeetingsConfig(config.ZhizeAppConfig):
    name = "zhize.domains.meetings"
