from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class OrgConfig(ZhizeAppConfig):
    name = "zhize.kernel.org"
