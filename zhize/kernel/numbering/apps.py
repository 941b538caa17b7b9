from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class NumberingConfig(ZhizeAppConfig):
    name = "zhize.kernel.numbering"
