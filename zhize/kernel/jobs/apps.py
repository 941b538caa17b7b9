from __future__ import annotations

from zhize.kernel.db import config


class JobsConfig(config.ZhizeAppConfig):
    name = "zhize.kernel.jobs"

    def ready(self) -> None:
        super().ready()
        from zhize.kernel import history
        from zhize.kernel.jobs import jobs

        history.set_transport(jobs.send_reactions)
