from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class SearchConfig(ZhizeAppConfig):
    name = "zhize.kernel.search"
