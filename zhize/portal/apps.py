from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class PortalConfig(ZhizeAppConfig):
    name = "zhize.portal"
