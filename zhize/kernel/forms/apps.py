from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class FormsConfig(ZhizeAppConfig):
    name = "zhize.kernel.forms"
