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
    """Let a new connection tell when it turns the mark, and read moments the short way."""
    from zhize.kernel.db import marks, moments

    connection.connection.add_notice_handler(marks.hear)
    connection.connection.adapters.register_loader("timestamptz", moments.Moments)
