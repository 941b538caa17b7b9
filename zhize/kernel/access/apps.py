from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class AccessConfig(ZhizeAppConfig):
    name = "zhize.kernel.access"
