from __future__ import annotations

from zhize.kernel.db import config


class FilesConfig(config.ZhizeAppConfig):
    name = "zhize.kernel.files"
