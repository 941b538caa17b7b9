"""Statements that PostgreSQL parses once for a connection, and then only runs.

Django puts the values into the text, so that the server meets every statement for the first time: parsing and planning
one that joins ten tables takes longer than running it. What is sent again and again with the same text goes through
`cursor()`: its values travel beside the text, and the server keeps the statement under a name. It plans for the values
five times and goes on with one plan for all only if that costs no more.

The server notices by itself when tables, indexes or statistics change. Only another kind of column in an answer it
refuses: then the statement is prepared anew, inside of a transaction after that was taken back.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper
from psycopg import Connection, RawCursor
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


class Prepared(RawCursor[Any]):
    """psycopg's own cursor, for this statement with preparing switched on."""

    def execute(self, query: Any, params: Any = None, **_options: Any) -> Any:
        text, names = _numbered(query)
        values = [params[name] for name in names] if names else params or ()
        given = [
            Int8(one) if type(one) is int else _whole(one) if type(one) is list else one for one in values
        ]
        session: Connection[Any] = self.connection
        # Else every statement of every other cursor would be counted, too.
        session.prepare_threshold, session.prepared_max = 0, KEPT
        try:
            return super().execute(text, given, prepare=True)
        except FeatureNotSupported:
            if session.info.transaction_status != TransactionStatus.IDLE:
                raise
            session.execute("DEALLOCATE ALL", prepare=False)
            return super().execute(text, given, prepare=True)
        finally:
            session.prepare_threshold = None


def _whole(values: list[Any]) -> list[Any]:
    """Whole numbers of one kind: psycopg tells them apart by their size, and the server would keep a statement for each."""
    return [Int8(one) if type(one) is int else one for one in values]


@lru_cache(maxsize=2 * KEPT)
def _numbered(query: str) -> tuple[bytes, tuple[str, ...]]:
    """The text with the server's own places, $1 and on, for %s or %(name)s, and the names in their order.

    psycopg would look for them in each text of more than fifty values every time.
    """
    names: list[str] = []
    count = 0

    def place(found: re.Match[str]) -> str:
        nonlocal count
        if found[0] == "%%":
            return "%"
        name = found[1]
        if name is None:
            count += 1
            return f"${count}"
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return _PLACE.sub(place, query).encode(), tuple(names)


_PLACE = re.compile(r"%%|%s|%\((\w+)\)s")
