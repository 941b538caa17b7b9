"""Many new rows at once by PostgreSQL's COPY, which takes a fraction of the time of INSERT statements."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.expressions import DatabaseDefault

from zhize.kernel.db import prepared


def reserve(model: type[models.Model], count: int) -> list[int]:
    """So many ids that nobody else gets, for rows that name each other before they are written."""
    return reserve_each({model: count})[0]


def reserve_each(wanted: Mapping[type[models.Model], int]) -> list[list[int]]:
    """`reserve` for several models by one statement; their ids in the order of the models."""
    found: list[list[int]] = [[] for _model in wanted]
    with prepared.cursor() as cursor:
        cursor.execute(_RESERVE, [[model._meta.db_table for model in wanted], list(wanted.values())])
        for place, pk in cursor.fetchall():
            found[place - 1].append(pk)
    return found


_RESERVE = """
    WITH ids AS MATERIALIZED (
        SELECT place, count, pg_get_serial_sequence(name, 'id')::regclass AS own
          FROM unnest(%s::text[], %s::bigint[]) WITH ORDINALITY AS asked (name, count, place))
    SELECT place, nextval(own) FROM ids, generate_series(1, count)
"""


def copy_in(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model, in order; those without an id get one. As with bulk_create nothing is marked as
    changed: the caller records it. The database's constraints hold as for any row. What it fills in itself the rows
    are not told, their id apart."""
    if not rows:
        return
    model = type(rows[0])
    new = [row for row in rows if row.pk is None]
    for row, pk in zip(new, reserve(model, len(new)) if new else (), strict=True):
        row.pk = pk
    fields = [
        field
        for field in model._meta.concrete_fields
        if not isinstance(getattr(rows[0], field.attname), DatabaseDefault)
    ]
    readers = [_reader(field) for field in fields]
    copy_values(
        model, [str(field.column) for field in fields], ([read(row) for read in readers] for row in rows)
    )
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def copy_values(model: type[models.Model], columns: Sequence[str], values: Iterable[Sequence[Any]]) -> None:
    """Write new rows given as their values in these columns, JSON as text; the database says what the others are."""
    names = ", ".join(map(connection.ops.quote_name, columns))
    table = connection.ops.quote_name(model._meta.db_table)
    # Django translates the errors of its own cursors only, and COPY is psycopg's.
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copying,
    ):
        for row in values:
            copying.write_row(row)


def _reader(field: models.Field[Any, Any]) -> Callable[[models.Model], Any]:
    """How a row's value is read for COPY."""
    get = attrgetter(field.attname)
    if isinstance(field, models.JSONField):
        # Rows made from one policy share its JSON: it is written out once.
        known: dict[int, tuple[Any, str]] = {}

        def read(row: models.Model) -> Any:
            value = get(row)
            if value is None:
                return None
            found = known.get(id(value))
            if found is None or found[0] is not value:
                found = known[id(value)] = (
                    value,
                    json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False),
                )
            return found[1]

        return read
    if field.choices:
        return lambda row: None if (value := get(row)) is None else str(value)
    return get
