from __future__ import annotations

from zhize.kernel.db import config


class CasesConfig(config.ZhizeAppConfig):
    name = "zhize.domains.cases"
