from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class DeskConfig(ZhizeAppConfig):
    name = "zhize.desk"
