from __future__ import annotations

from typing import Any

from django.db.backends.signals import connection_created

from zhize.kernel.db import config


class DbConfig(config.ZhizeAppConfig):
    name = "zhize.kernel.db"

    def ready(self) -> None:
        super().ready()
        connection_created.connect(listen, dispatch_uid="zhize.marks")


def listen(connection: Any, **_signal: Any) -> None:
    """Let a new connection tell when it turns the mark."""
    from zhize.kernel.db import marks

    connection.connection.add_notice_handler(marks.hear)
