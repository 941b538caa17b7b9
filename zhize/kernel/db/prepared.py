"""Statements that PostgreSQL parses once for a connection, and then only runs.

Django puts the values into the text, so that the server meets every statement for the first time: parsing and planning
one that joins ten tables takes longer than running it. What is sent again and again with the same text goes through
`cursor()`: its values travel beside the text, and the server keeps the statement under a name. It plans for the values
five times and goes on with one plan for all only if that costs no more.

The server notices by itself when tables, indexes or statistics change. Only another kind of column in an answer it
refuses: then the statement is prepared anew, inside of a transaction after that was taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper
from psycopg import Connection, Cursor
from psycopg.errors import FeatureNotSupported
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8

KEPT = 300
"""Statements kept for one connection; the one not asked for the longest goes first."""


def cursor() -> CursorWrapper:
    """A cursor whose statements are kept by the server.

    Only for one statement at a time, with a text that does not contain values and comes again. A value whose kind the
    server cannot know from its place needs a cast (`%s::date`).
    """
    made: Any = connections[DEFAULT_DB_ALIAS]  # once: `connection` looks it up anew for every attribute
    if made.queries_logged:
        # Whoever listens to what is asked (a test that counts or explains it) reads the values in the text.
        return made.cursor()  # type: ignore[no-any-return]
    made.close_if_health_check_failed()
    made.ensure_connection()
    return made._prepare_cursor(Prepared(made.connection))  # type: ignore[no-any-return]


class Prepared(Cursor[Any]):
    """psycopg's own cursor, for this statement with preparing switched on."""

    def execute(self, query: Any, params: Any = None, **_options: Any) -> Any:
        names = isinstance(params, Mapping)
        given: Any = (
            {key: _whole(params[key]) for key in params} if names else [_whole(one) for one in params or ()]
        )
        session: Connection[Any] = self.connection
        # Else every statement of every other cursor would be counted, too.
        session.prepare_threshold, session.prepared_max = 0, KEPT
        try:
            return super().execute(query, given, prepare=True)
        except FeatureNotSupported:
            if session.info.transaction_status != TransactionStatus.IDLE:
                raise
            session.execute("DEALLOCATE ALL", prepare=False)
            return super().execute(query, given, prepare=True)
        finally:
            session.prepare_threshold = None


def _whole(value: Any) -> Any:
    """Whole numbers of one kind: psycopg tells them apart by their size, and the server would keep a statement for each."""
    if type(value) is int:
        return Int8(value)
    return [_whole(one) for one in value] if type(value) is list else value
