from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class PacksConfig(ZhizeAppConfig):
    name = "zhize.kernel.packs"
