from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class DocumentsConfig(ZhizeAppConfig):
    name = "zhize.kernel.documents"
