from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class DutiesConfig(ZhizeAppConfig):
    name = "zhize.domains.duties"
