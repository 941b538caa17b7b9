from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class FlowConfig(ZhizeAppConfig):
    name = "zhize.kernel.flow"
