from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class NoticesConfig(ZhizeAppConfig):
    name = "zhize.kernel.notices"
