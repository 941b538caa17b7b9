from __future__ import annotations

from zhize.kernel.db import config


class CalendarsConfig(config.ZhizeAppConfig):
    name = "zhize.kernel.calendars"
