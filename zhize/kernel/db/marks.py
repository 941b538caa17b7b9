"""What changes seldom is read once: a mark in the database turns with every write to a watched table.

People, positions, grants and packs are asked for by every request and change a few times a day. Each request reads the
mark (one row) and takes what it needs from memory as long as the mark is the one it was read under; a transaction that
writes does so at its beginning, and from the moment on at which it changes a watched table itself it asks the database
again. Triggers turn the mark, so no writer can forget to: inside the writing transaction at once, for all others with
its commit. The row is written last of all, by a deferred trigger, so that writers neither wait for each other nor lock
each other out.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any, TypeVar

from django.db.migrations import RunSQL
from psycopg.errors import Diagnostic

from zhize.kernel.db import prepared

T = TypeVar("T")

KEPT = 20_000
"""Values kept in one process, all of one mark; the one not asked for the longest goes first."""

_kept: OrderedDict[Hashable, Any] = OrderedDict()
_kept_under = ""
_lock = Lock()


# What the trigger says to the connection that writes a watched table (kernel/db/migrations/0002).
TURNED = "zhize.turned"


class Reading:
    """One request that reads, or one transaction: its mark, read when the first value is asked for."""

    mark: str = ""
    writes = False
    """It is a transaction: rows it reads may be changed and saved, so that they are its own."""
    turned = False
    """It changed a watched table itself: nothing is taken from memory any more, and nothing is put there."""


_reading: ContextVar[Reading | None] = ContextVar("mark", default=None)


def hear(notice: Diagnostic) -> None:
    """What the database says while a statement runs; set up for every connection."""
    current = _reading.get()
    if current is not None and notice.message_primary == TURNED:
        current.turned = True


def now() -> str:
    """The mark of the request or transaction, else as this connection sees it at this moment (one row, by itself)."""
    current = _reading.get()
    if current is not None and current.mark and not current.turned:
        return current.mark
    with prepared.cursor() as cursor:
        cursor.execute("SELECT value || coalesce(current_setting('zhize.turned', true), '') FROM zhize_mark")
        mark = str(cursor.fetchone()[0])
    if current is not None:
        current.mark = mark
    return mark


@contextmanager
def reading(*, writes: bool = False) -> Iterator[None]:
    """While the block runs, `kept` answers from memory; inside of another such block nothing changes.

    `writes`: the block is a transaction.
    """
    if _reading.get() is not None:
        yield
        return
    made = Reading()
    made.writes = writes
    token = _reading.set(made)
    try:
        yield
    finally:
        _reading.reset(token)


def afresh() -> None:
    """Read the mark again from here on: what this request has done so far was taken back, and begins anew."""
    current = _reading.get()
    if current is not None:
        current.mark, current.turned = "", False


def keeping() -> bool:
    """Whether `kept` answers from memory: where it does not, a caller asks the database for less than it would keep."""
    current = _reading.get()
    return current is not None and not current.turned


def kept(key: Hashable, load: Callable[[], T], *, also_writing: bool = False) -> T:
    """`load()`, asked once in this process for each state of the watched tables.

    Outside of `reading` it is asked every time, unless the caller stands at the beginning of what may write
    (`also_writing`). The value is shared: it must not be changed, and rows that callers may change are copied for them.
    """
    global _kept_under
    if not keeping() and (not also_writing or _reading.get() is not None):
        return load()
    mark = now()
    with _lock:
        if mark != _kept_under:
            # Nobody asks for what was so under another mark.
            _kept.clear()
            _kept_under = mark
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]  # type: ignore[no-any-return]
    value = load()
    with _lock:
        if mark == _kept_under:
            _kept[key] = value
            _forget()
    return value


def is_reading() -> bool:
    """Whether this request only reads, from beginning to end, and has changed no watched table all the same."""
    current = _reading.get()
    return current is not None and not (current.writes or current.turned)


def kept_rows(
    name: str, keys: Collection[int], load: Callable[[Collection[int]], Mapping[int, T]]
) -> dict[int, T]:
    """`load(keys)`, but only what is missing is loaded, as with `kept`. Keys that load nothing are left out."""
    global _kept_under
    if not is_reading():
        return dict(load(keys)) if keys else {}
    mark, found = now(), {}
    with _lock:
        if mark != _kept_under:
            _kept.clear()
            _kept_under = mark
        for key in keys:
            if (name, key) in _kept:
                _kept.move_to_end((name, key))
                found[key] = _kept[name, key]
    missing = [key for key in keys if key not in found]
    if missing:
        loaded = load(missing)
        found.update(loaded)
        with _lock:
            if mark == _kept_under:
                _kept.update({(name, key): row for key, row in loaded.items()})
                _forget()
    return found


def _forget() -> None:
    while len(_kept) > KEPT:
        _kept.popitem(last=False)


def watch(table: str, *columns: str) -> RunSQL:
    """The migration that makes writes to a table turn the mark; updates only of `columns`, where they are named."""
    update = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
    return RunSQL(
        [
            f"CREATE TRIGGER {table}_turns AFTER INSERT OR {update} OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION zhize_turn()",
            f"CREATE CONSTRAINT TRIGGER {table}_marks AFTER INSERT OR {update} OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION zhize_mark()",
            # A test that empties its tables switches triggers off.
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_turns",
        ],
        [f"DROP TRIGGER {table}_turns ON {table}", f"DROP TRIGGER {table}_marks ON {table}"],
    )
