from __future__ import annotations

from zhize.kernel.db import config


class FormsConfig(config.ZhizeAppConfig):
    name = "zhize.kernel.forms"

    def ready(self) -> None:
        super().ready()
        from zhize.kernel.forms import people  # noqa: F401 - registers the fields that point at people
