from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class CalendarsConfig(ZhizeAppConfig):
    name = "zhize.kernel.calendars"
