from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class ClocksConfig(ZhizeAppConfig):
    name = "zhize.kernel.clocks"
