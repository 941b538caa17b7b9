from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class CasesConfig(ZhizeAppConfig):
    name = "zhize.domains.cases"
