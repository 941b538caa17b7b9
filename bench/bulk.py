"""Filling tables faster than rows can be written one by one: nothing is logged, indexes are built when all rows are there.

One transaction empties every table and puts back what was in it. What a transaction itself emptied need not be logged
(`wal_level` minimal) and can be written as old rows that no VACUUM has to look at (FREEZE).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

# Loading is not what is measured: it may be done again after a power failure.
SETTINGS = {
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "fsync": "off",
    "synchronous_commit": "off",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
    "shared_buffers": "512MB",
    "maintenance_work_mem": "1500MB",
    "max_parallel_maintenance_workers": "0",
}
TABLES = """
    SELECT oid, relname FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname"""


@contextmanager
def emptied(db: psycopg.Connection[Any]) -> Iterator[None]:
    """While the block runs rows are written by `write`; afterwards indexes and statistics are made. Commits."""
    db.execute("SET session_replication_role = replica")
    tables = db.execute(TABLES).fetchall()
    names = sql.SQL(", ").join(sql.Identifier(name) for _oid, name in tables)
    kept = {name: _read(db, name) for _oid, name in tables}
    db.execute(sql.SQL("TRUNCATE {}").format(names))
    # An index that is not "ready" takes no new rows; REINDEX makes it anew and ready.
    db.execute(
        "UPDATE pg_index SET indisready = false, indisvalid = false WHERE indrelid = ANY(%s)",
        [[oid for oid, _name in tables]],
    )
    for name, (columns, rows) in kept.items():
        write(db, name, columns, rows)
    kept.clear()
    yield
    for _oid, name in tables:
        db.execute(sql.SQL("REINDEX TABLE {}").format(sql.Identifier(name)))
    db.execute("ANALYZE")
    db.execute("SET session_replication_role = origin")
    db.commit()


def write(db: psycopg.Connection[Any], table: str, columns: list[str], rows: bytes) -> None:
    """Lines in the text format of COPY into a table that this transaction emptied."""
    if not rows:
        return
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FREEZE)").format(sql.Identifier(table), names)
    with db.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(rows)


def take_transactions(db: psycopg.Connection[Any], count: int) -> int:
    """Let so many transactions pass, and say which was the last one before them."""
    db.autocommit = True
    row = db.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
    assert row is not None  # a SELECT without FROM
    db.execute(f"DO $$ BEGIN FOR i IN 1..{count} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$")
    db.autocommit = False
    return int(row[0])


def _read(db: psycopg.Connection[Any], table: str) -> tuple[list[str], bytes]:
    """What stands in a table, without what the database works out by itself."""
    found = db.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = '' ORDER BY attnum",
        [f'public."{table}"'],
    )
    columns = [name for (name,) in found.fetchall()]
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table), names)
    with db.cursor() as cursor, cursor.copy(statement) as copy:
        return columns, b"".join(bytes(block) for block in copy)
