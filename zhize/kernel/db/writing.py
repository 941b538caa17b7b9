"""Plain INSERT and UPDATE of single rows, without composing the statement anew each time.

Django builds a query object, joins and all, for every row that is written; that takes four times as long as the rest.
Values are prepared by the fields as usual. What is more than a value (an expression, a placeholder of its own) is left
to Django.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from operator import is_
from typing import Any, TypeAlias

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

from zhize.kernel.db import prepared

Field: TypeAlias = "models.Field[Any, Any]"

# A value of this kind goes to the database as it is; the field would only look at it.
_AS_IT_IS: tuple[tuple[type[Any], type], ...] = (
    (models.CharField, str),
    (models.TextField, str),
    (models.BooleanField, bool),
    (models.DateTimeField, datetime),
    (models.DateField, date),
    (models.BigAutoField, int),
    (models.IntegerField, int),
)
_PREPARING = ("get_prep_value", "get_db_prep_value", "get_db_prep_save")


def _kind(field: Any) -> type | None:
    """Of what kind a value is that the field would hand on unchanged."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    for base, kind in _AS_IT_IS:
        if isinstance(field, base):
            own = type(field)
            return kind if all(getattr(own, name) is getattr(base, name) for name in _PREPARING) else None
    return None


class Columns(tuple["Field", ...]):
    """Fields written together, told from others by who they are: fields compare themselves slowly."""

    __hash__ = object.__hash__
    __eq__ = object.__eq__
    __ne__ = object.__ne__

    def __init__(self, fields: Iterable[Field]) -> None:
        self._ways = [
            (field, field.attname, _kind(field), type(field).pre_save is not models.Field.pre_save)
            for field in self
        ]

    def values(self, row: models.Model) -> list[Any]:
        """What a new row says in these columns, as the database takes it. Raises NotPlain."""
        said, ready = row.__dict__, []
        for field, name, kind, decides in self._ways:
            value = field.pre_save(row, True) if decides or name not in said else said[name]
            ready.append(value if _as_it_is(kind, value) else _value(field, value))
        return ready


def _as_it_is(kind: type | None, value: Any) -> bool:
    if kind is None or value is None:
        return kind is not None
    # A moment without a zone is the field's to complain about.
    return type(value) is kind and getattr(value, "tzinfo", True) is not None


@lru_cache(maxsize=2000)
def _columns_of(model: type[models.Model], keyed: bool) -> tuple[Columns, Columns]:
    """What is written of a new row, its key included where it is known, and what the database tells of it."""
    meta = model._meta
    fields = (field for field in meta.local_concrete_fields if keyed or field is not meta.auto_field)
    return Columns(fields), Columns(meta.db_returning_fields)


class NotPlain(Exception):
    """The statement needs more than values: Django writes it."""


def insert(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model by one statement; they get their ids and what the database fills in.

    As with bulk_create nothing is marked as changed: the caller records it.
    """
    if not rows:
        return
    fields, returned = _columns_of(type(rows[0]), False)
    for row, values in zip(rows, _inserted(rows, fields, returned), strict=True):
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
    fields, returned = _columns_of(type(row), row.pk is not None)
    ready = fields.values(row)
    defaults = tuple(value is DEFAULT for value in ready)
    values = [value for value in ready if value is not DEFAULT]
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for part in parts:
        by_model.setdefault(type(part), []).append(part)
    for model, listed in by_model.items():
        own = _own(model, parent)
        values += [value for part in listed for value in own.values(part)]
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


def insert_together(rows: Sequence[models.Model]) -> None:
    """Write new rows of several models by one statement. Who is named by others has his id already (`copying.reserve`).

    What the database fills in, ids included, the rows are not told. As with bulk_create nothing is marked as
    changed: the caller records it.
    """
    if not rows:
        return
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row)
    parts, values = [], []
    for model, listed in by_model.items():
        fields, _returned = _columns_of(model, listed[0].pk is not None)
        ready = [fields.values(row) for row in listed]
        values += [value for said in ready for value in said if value is not DEFAULT]
        parts.append((model, fields, tuple(tuple(value is DEFAULT for value in said) for said in ready)))
    few = len(rows) <= TOGETHER
    compose = _insert_together if few else _insert_together.__wrapped__
    with prepared.cursor() if few else connection.cursor() as cursor:
        cursor.execute(compose(tuple(parts)), values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def insert_as_asked(
    row: models.Model, fields: Sequence[Field], returned: Sequence[Field]
) -> list[tuple[Any, ...]]:
    """What Django asks when it saves a new row: the columns `returned`. Raises NotPlain."""
    known, told = _columns_of(type(row), len(fields) == len(row._meta.local_concrete_fields))
    for ours, theirs in ((known, fields), (told, returned)):
        if len(ours) != len(theirs) or not all(map(is_, ours, theirs)):
            raise NotPlain
    return _inserted([row], known, told)


def _inserted(rows: Sequence[models.Model], fields: Columns, returned: Columns) -> list[tuple[Any, ...]]:
    """The columns `returned` of new rows, in order. Raises NotPlain."""
    ready = [fields.values(row) for row in rows]
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
    model = type(row)
    ready = [_ready(model, name, value) for name, value in values.items()]
    left = [_ready(model, name, value) for name, value in where.items() if value is not None]
    if DEFAULT in ready or not (ready or count):
        raise NotPlain
    asked = tuple((name, value is None) for name, value in where.items())
    sql = _update(model, tuple(values), asked, count)
    with prepared.cursor() as cursor:
        cursor.execute(sql, [*ready, *left])
        return bool(cursor.rowcount)


DEFAULT = object()
TOGETHER = 40
"""As FEW, for rows of several models: policy says how many there are of each, so the same numbers come again."""
FEW = 4
"""Of more rows written together there is a text for each number of them, seldom the same again, and long: it is neither prepared nor kept."""


@lru_cache(maxsize=2000)
def _field(model: type[models.Model], name: str) -> tuple[Any, type | None]:
    field = model._meta.get_field(name)
    return field, _kind(field)


def _ready(model: type[models.Model], name: str, value: Any) -> Any:
    field, kind = _field(model, name)
    return value if _as_it_is(kind, value) else _value(field, value)


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
    fields: Columns,
    returned: Columns,
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


@lru_cache(maxsize=500)
def _insert_together(
    parts: tuple[tuple[type[models.Model], Columns, tuple[tuple[bool, ...], ...]], ...],
) -> str:
    *before, last = [
        _insert.__wrapped__(model, fields, Columns(()), defaults) for model, fields, defaults in parts
    ]
    written = ", ".join(f"part{number} AS ({insert})" for number, insert in enumerate(before))
    return f"WITH {written} {last}" if written else last


@lru_cache(maxsize=2000)
def _own(model: type[models.Model], parent: str) -> Columns:
    """What a part says itself."""
    meta = model._meta
    return Columns(
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
    names: tuple[str, ...],
    where: tuple[tuple[str, bool], ...],
    count: str,
) -> str:
    fields = [_field(model, name)[0] for name in names]
    written = [f"{_quoted(field.column)} = {_place(field)}" for field in fields]
    if count:
        written.append(f"{_quoted(count)} = {_quoted(count)} + 1")
    asked = [
        f"{_quoted(_field(model, name)[0].column)} {'IS NULL' if none else '= %s'}" for name, none in where
    ]
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
