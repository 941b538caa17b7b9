from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class UiConfig(ZhizeAppConfig):
    name = "zhize.ui"
