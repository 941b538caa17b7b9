from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class RestConfig(ZhizeAppConfig):
    name = "zhize.rest"
