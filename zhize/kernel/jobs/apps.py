from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class JobsConfig(ZhizeAppConfig):
    name = "zhize.kernel.jobs"
