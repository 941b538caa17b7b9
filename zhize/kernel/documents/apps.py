from __future__ import annotations

from zhize.kernel.db import config


class DocumentsConfig(config.ZhizeAppConfig):
    name = "zhize.kernel.documents"
