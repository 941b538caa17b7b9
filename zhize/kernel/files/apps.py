from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class FilesConfig(ZhizeAppConfig):
    name = "zhize.kernel.files"
