"""Readable numbers without contention.

Each (series, prefix) has one PostgreSQL sequence that only ever grows, and each period (day) one start row
that says where the sequence stood when the period began. A number is `nextval − start`. Nothing is locked
until commit, so a slow transaction never holds up its neighbours; the price is a gap where a transaction
is rolled back. Where law or the forms want no gaps, see `gapless`.

Why it is unique: the start row of a period never changes, and the sequence never gives a value twice. Why
it is at least 1: a number is only taken by a statement that already sees the start row, and the row was
written with a value the sequence had reached before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from zhize.kernel.db import prepared
from zhize.kernel.numbering import series as registry
from zhize.kernel.org.models import Unit
from zhize.lib import clock


def next_number(
    series: str, *, at: datetime | None = None, unit: Unit | None = None, prefix: str | None = None
) -> str:
    """The next number of `series`, dated with the day of `at` (default: now) in the zone of `unit`.

    `prefix` (from a pack) replaces the series' own. Raises LookupError for an undeclared series and
    ValueError for a malformed prefix.
    """
    declared = registry.get(series)
    if declared.gapless:
        raise ValueError(f"series {series!r} is gapless: use next_gapless")
    used_prefix = declared.prefix if prefix is None else prefix
    registry.check_prefix(used_prefix)
    period = declared.period_at(at or clock.now(), unit.timezone if unit else clock.home())
    count = _take(series, used_prefix, period)
    if count is None:
        _begin(series, used_prefix, period)
        count = _take(series, used_prefix, period)
        if count is None:
            raise RuntimeError(f"the start row of {series} {used_prefix} {period} cannot be read")
    return declared.compose(used_prefix, period, count)


def next_numbers(
    series: str, moments: Sequence[datetime], *, unit: Unit | None = None, prefix: str | None = None
) -> list[str]:
    """The numbers of many things at once, e.g. of a past that is taken over. Errors as `next_number`.

    Give the moments in order of time, so that every day counts from 1.
    """
    declared = registry.get(series)
    used_prefix = declared.prefix if prefix is None else prefix
    registry.check_prefix(used_prefix)
    periods = [declared.period_at(at, unit.timezone if unit else clock.home()) for at in moments]
    wanted = Counter(periods)
    found: dict[str, Iterator[int]] = {}
    with _own_transaction() as cursor:
        for period, count in wanted.items():
            _write_start(cursor, series, used_prefix, period)
            cursor.execute(
                "SELECT nextval(%s::text::regclass) - start FROM numbering_periodstart, generate_series(1, %s)"
                " WHERE series = %s AND prefix = %s AND period = %s",
                [sequence_name(series, used_prefix), count, series, used_prefix, period],
            )
            found[period] = iter([number for (number,) in cursor.fetchall()])
    return [declared.compose(used_prefix, period, next(found[period])) for period in periods]


def sequence_name(series: str, prefix: str) -> str:
    """The PostgreSQL sequence of a prefix. Codes and prefixes are checked, so the name needs no quoting."""
    return f"numbering_{series}__{prefix.lower().replace('-', '_')}"


def _take(series: str, prefix: str, period: str) -> int | None:
    # One statement: the start row is found first, only then is the sequence advanced. Without the row nothing
    # is taken. CASE keeps PostgreSQL from looking the sequence up by name before it exists.
    with prepared.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(%s::text::regclass) - start FROM numbering_periodstart"
            " WHERE series = %s AND prefix = %s AND period = %s",
            [sequence_name(series, prefix), series, prefix, period],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _begin(series: str, prefix: str, period: str) -> None:
    """Write the start row of a period, in a transaction of its own.

    The first of the day must not make everybody else wait for its commit, and must not lose the row when it
    is rolled back. Of several firsts at once one wins and the others read its row.
    """
    with _own_transaction() as cursor:
        _write_start(cursor, series, prefix, period)


def _write_start(cursor: CursorWrapper, series: str, prefix: str, period: str) -> None:
    name = sequence_name(series, prefix)
    cursor.execute("SELECT to_regclass(%s)", [name])
    if cursor.fetchone()[0] is None:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])
        cursor.execute(f"CREATE SEQUENCE IF NOT EXISTS {name} CACHE 1")
    cursor.execute(
        "INSERT INTO numbering_periodstart (series, prefix, period, start)"  # noqa: S608 - the name is checked
        f" SELECT %s, %s, %s, CASE WHEN is_called THEN last_value ELSE 0 END FROM {name}"
        " ON CONFLICT (series, prefix, period) DO NOTHING",
        [series, prefix, period],
    )


@contextmanager
def _own_transaction() -> Iterator[CursorWrapper]:
    """A cursor whose work is committed at the end of the block whatever becomes of the caller's transaction."""
    if not connection.in_atomic_block:
        with transaction.atomic(), connection.cursor() as cursor:
            yield cursor
        return
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            yield cursor
        other.commit()
    finally:
        other.close()


def restart_periods() -> None:
    """Forget all start rows, so that every count begins at 1 again. Only where no number of today is in use: in tests."""
    with _own_transaction() as cursor:
        cursor.execute("DELETE FROM numbering_periodstart")
