"""The connection of a thread, and whether it still stands at the beginning of a request or a job."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus


class DatabaseWrapper(base.DatabaseWrapper):
    """Asks the server whether it is there only if the connection has something to say.

    On a socket file the system tells at once that the other side has gone, by something to read where nothing was asked.
    A network may stay silent about it: there the server is asked, as Django does.
    """

    def is_usable(self) -> bool:
        if str(self.settings_dict["HOST"]).startswith("/") and self._is_quiet():
            return True
        asked: bool = super().is_usable()
        return asked

    def _is_quiet(self) -> bool:
        session = self.connection
        if session is None or session.info.transaction_status != TransactionStatus.IDLE:
            return False
        watched = select.poll()
        watched.register(session.fileno(), select.POLLIN)
        return not watched.poll(0)
