from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class VisitsConfig(ZhizeAppConfig):
    name = "zhize.domains.visits"
