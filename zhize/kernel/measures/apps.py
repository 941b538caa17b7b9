from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class MeasuresConfig(ZhizeAppConfig):
    name = "zhize.kernel.measures"
