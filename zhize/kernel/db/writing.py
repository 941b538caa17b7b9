"""Plain INSERT and UPDATE of single rows, without composing the statement anew each time.

Django builds a query object, joins and all, for every row that is written; that takes four times as long as the rest.
Values are prepared by the fields as usual. What is more than a value (an expression, a placeholder of its own) is left
to Django.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

from zhize.kernel.db import prepared

Field: TypeAlias = "models.Field[Any, Any]"


class NotPlain(Exception):
    """The statement needs more than values: Django writes it."""


def insert(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model by one statement; they get their ids and what the database fills in.

    As with bulk_create nothing is marked as changed: the caller records it.
    """
    if not rows:
        return
    model = type(rows[0])
    fields = tuple(
        field for field in model._meta.local_concrete_fields if field is not model._meta.auto_field
    )
    returned = tuple(model._meta.db_returning_fields)
    for row, values in zip(rows, insert_values(rows, fields, returned), strict=True):
        for field, value in zip(returned, values, strict=True):
            setattr(row, field.attname, value)
        row._state.adding, row._state.db = False, connection.alias


def insert_with(row: models.Model, parts: Sequence[models.Model], parent: str) -> None:
    """Write a new row and rows of other models that belong to it, by one statement; only the row gets its id.

    `parent` names the parts' reference to it; their own ids stay unknown. As with bulk_create nothing is
    marked as changed: the caller records it. Raises NotPlain for a part whose values the database would fill in.
    """
    if not parts:
        insert([row])
        return
    meta = row._meta
    fields = tuple(
        field for field in meta.local_concrete_fields if field is not meta.auto_field or row.pk is not None
    )
    returned = tuple(meta.db_returning_fields)
    ready = [_value(field, field.pre_save(row, True)) for field in fields]
    defaults = tuple(value is DEFAULT for value in ready)
    values = [value for value in ready if value is not DEFAULT]
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for part in parts:
        by_model.setdefault(type(part), []).append(part)
    for model, listed in by_model.items():
        own = _own(model, parent)
        values += [_value(field, field.pre_save(part, True)) for part in listed for field in own]
    if DEFAULT in values:
        raise NotPlain  # a part that leaves something to the database
    counts = tuple((model, len(listed)) for model, listed in by_model.items())
    few = len(parts) <= FEW
    compose = _insert_with if few else _insert_with.__wrapped__
    with prepared.cursor() if few else connection.cursor() as cursor:
        cursor.execute(compose(_insert(type(row), fields, returned, (defaults,)), counts, parent), values)
        given = cursor.fetchone()
    for field, value in zip(returned, given, strict=True):
        setattr(row, field.attname, value)
    row._state.adding, row._state.db = False, connection.alias
    for part in parts:
        setattr(part, parent, row)


def insert_values(
    rows: Sequence[models.Model], fields: tuple[Field, ...], returned: tuple[Field, ...]
) -> list[tuple[Any, ...]]:
    """The columns `returned` of new rows, in order. Raises NotPlain."""
    ready = [[_value(field, field.pre_save(row, True)) for field in fields] for row in rows]
    given = tuple(tuple(value is DEFAULT for value in values) for values in ready)
    few = len(rows) <= FEW
    sql = (_insert if few else _insert.__wrapped__)(type(rows[0]), fields, returned, given)
    with prepared.cursor() if few else connection.cursor() as cursor:
        cursor.execute(sql, [value for values in ready for value in values if value is not DEFAULT])
        return list(cursor.fetchall()) if returned else []


def update(row: models.Model, where: Mapping[str, Any], values: Mapping[str, Any], count: str = "") -> bool:
    """Write `values` where the row is still as in `where` (equal, or empty for None); False when it is not.

    `count` names a column that goes up by one. Raises NotPlain.
    """
    meta = row._meta
    fields = [meta.get_field(name) for name in values]
    asked = [meta.get_field(name) for name in where]
    ready = [_value(field, value) for field, value in zip(fields, values.values(), strict=True)]
    wanted = [_value(field, value) for field, value in zip(asked, where.values(), strict=True)]
    if DEFAULT in ready or not (ready or count):
        raise NotPlain
    empty = tuple(value is None for value in where.values())
    sql = _update(type(row), tuple(fields), tuple(zip(asked, empty, strict=True)), count)
    left = [value for value, none in zip(wanted, empty, strict=True) if not none]
    with prepared.cursor() as cursor:
        cursor.execute(sql, [*ready, *left])
        return bool(cursor.rowcount)


DEFAULT = object()
FEW = 4
"""Of more rows written together there is a text for each number of them, seldom the same again, and long: it is neither prepared nor kept."""


def _value(field: Any, value: Any) -> Any:
    if isinstance(value, DatabaseDefault):
        return DEFAULT
    if isinstance(value, models.Model):
        value = getattr(value, field.target_field.attname)
    if hasattr(value, "resolve_expression") or (
        hasattr(field, "get_placeholder") and not isinstance(field, ArrayField)
    ):
        raise NotPlain
    return field.get_db_prep_save(value, connection)


@lru_cache(maxsize=2000)
def _insert(
    model: type[models.Model],
    fields: tuple[Field, ...],
    returned: tuple[Field, ...],
    defaults: tuple[tuple[bool, ...], ...],
) -> str:
    rows = (
        ", ".join("DEFAULT" if default else _place(field) for field, default in zip(fields, row, strict=True))
        for row in defaults
    )
    sql = (
        f"INSERT INTO {_quoted(model._meta.db_table)} ({_columns(fields)})"  # noqa: S608 - our own names
        f" VALUES {', '.join(f'({row})' for row in rows)}"
    )
    return f"{sql} RETURNING {_columns(returned)}" if returned else sql


@lru_cache(maxsize=2000)
def _own(model: type[models.Model], parent: str) -> tuple[Field, ...]:
    """What a part says itself."""
    meta = model._meta
    return tuple(
        field for field in meta.local_concrete_fields if field is not meta.auto_field and field.name != parent
    )


@lru_cache(maxsize=2000)
def _insert_with(insert: str, parts: tuple[tuple[type[models.Model], int], ...], parent: str) -> str:
    written = [f"made AS ({insert})"]
    for number, (model, count) in enumerate(parts):
        own = _own(model, parent)
        # Without its length: a cast to varchar(40) would cut what is too long instead of refusing it.
        kinds = [re.sub(r"\(.*?\)", "", str(field.db_type(connection))) for field in own]
        rows = ", ".join([f"({', '.join(f'%s::{kind}' for kind in kinds)})"] * count)
        reference: Any = model._meta.get_field(parent)
        written.append(
            f"part{number} AS (INSERT INTO {_quoted(model._meta.db_table)} ({_quoted(reference.column)}, {_columns(own)})"  # noqa: S608 - our own names
            f" SELECT made.id, given.* FROM made, (VALUES {rows}) AS given)"
        )
    return f"WITH {', '.join(written)} SELECT * FROM made"  # noqa: S608 - as above


@lru_cache(maxsize=2000)
def _update(
    model: type[models.Model],
    fields: tuple[Field, ...],
    where: tuple[tuple[Field, bool], ...],
    count: str,
) -> str:
    written = [f"{_quoted(field.column)} = {_place(field)}" for field in fields]
    if count:
        written.append(f"{_quoted(count)} = {_quoted(count)} + 1")
    asked = [f"{_quoted(field.column)} {'IS NULL' if none else '= %s'}" for field, none in where]
    return (
        f"UPDATE {_quoted(model._meta.db_table)} SET {', '.join(written)}"  # noqa: S608 - our own names
        f" WHERE {' AND '.join(asked)}"
    )


def _place(field: Field) -> str:
    """Django, too, says of what kind an array is: an empty one does not."""
    return f"%s::{field.db_type(connection)}" if isinstance(field, ArrayField) else "%s"


def _columns(fields: Sequence[Field]) -> str:
    return ", ".join(_quoted(field.column) for field in fields)


def _quoted(name: Any) -> str:
    return connection.ops.quote_name(str(name))
