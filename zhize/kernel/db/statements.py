"""Statements that are composed once for a person and then only filled in.

Django composes a statement anew each time it is asked: one that joins six tables and narrows them to what somebody may
see takes ten times as long to compose as to run. What it says depends on rights and places, which a mark of the
database covers (`marks`), and on a few values, for which it keeps blanks.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar, cast

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.expressions import Expression
from django.db.models.query import (
    ModelIterable,
    ValuesListIterable,
    prefetch_related_objects,
)

from zhize.kernel.db import known, making, marks, prepared
from zhize.lib import clock

T = TypeVar("T")
Make = Callable[..., models.QuerySet[Any]]
ANYBODY = "anybody"
"""The key of statements that ask the same for everybody: composed once, whatever the mark."""


@dataclass(frozen=True)
class Slot:
    """Where a value goes among the parameters."""

    name: str


class Blank(Expression):
    """A value that is given with each run."""

    fields: ClassVar[dict[type, models.Field[Any, Any]]] = {
        bool: models.BooleanField(),
        int: models.BigIntegerField(),
        str: models.TextField(),
        datetime: models.DateTimeField(),
        date: models.DateField(),
        list: ArrayField(models.BigIntegerField()),
    }

    def __init__(self, name: str, kind: type) -> None:
        super().__init__(output_field=self.fields[kind])
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [Slot(self.name)]


class _Among(models.Lookup):
    """A column that has one of the numbers given for a blank."""

    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, before = self.process_lhs(compiler, connection)
        blank, given = self.process_rhs(compiler, connection)
        return f"{column} = ANY({blank})", [*before, *given]


def among(column: str, numbers: Any) -> Any:
    """The condition that a column has one of these whole numbers, also where they are still a blank."""
    return (
        _Among(models.F(column), numbers)
        if isinstance(numbers, Blank)
        else models.Q(**{f"{column}__in": numbers})
    )


def by_id(
    name: Hashable, whose: Hashable | None, make: Callable[[], models.QuerySet[Any]], ids: Iterable[int]
) -> dict[int, Any]:
    """`make().in_bulk(ids)`, composed once as with `rows`."""
    wanted = list(ids)
    if not wanted:
        return {}
    found = rows(name, whose, lambda ids: make().filter(among("pk", ids)), ids=wanted)
    return {row.pk: row for row in found}


def rows(name: Hashable, whose: Hashable | None, make: Make, /, **values: Any) -> list[Any]:
    """`list(make(**values))`, composed once for `whose` (`actor.key`; None: each time) while the mark lasts.

    `make` must depend on nothing but its values and what the key and the mark cover: no setting, no row of a table
    that is not watched. One that asks for the moment is not kept; today's date is part of `actor.key`. Values are
    whole numbers, texts, days and moments, or lists of whole numbers (`among`), never None.
    """

    def composed(blanks: dict[str, Any]) -> Statement:
        return _composed(name, make(**blanks))

    statement = _kept(name, whose, composed, values)
    return list(make(**values)) if statement is None else statement.rows(values)


def counts(
    name: Hashable,
    whose: Hashable | None,
    make: Callable[..., list[models.QuerySet[Any]]],
    /,
    cap: int,
    **values: Any,
) -> list[int]:
    """How many rows each of `make(**values)` has, none counted further than `cap`; one statement.

    Kept as the statements of `rows` are. The order of each is the order of counting: it says which index to follow.
    """

    def composed(given: dict[str, Any]) -> Statement:
        return _counted([rows.values("pk")[:cap] for rows in make(**given)])

    statement = _kept((name, cap), whose, composed, values) or composed(values)
    return [int(number) for number in statement.rows(values)[0]]


def _kept(
    name: Hashable,
    whose: Hashable | None,
    compose: Callable[[dict[str, Any]], Statement],
    values: dict[str, Any],
) -> Statement | None:
    """The statement with blanks for the values; None: it may not be kept."""
    kinds = {key: type(value) for key, value in values.items()}
    if set(kinds.values()) - Blank.fields.keys() or (
        whose != ANYBODY and (whose is None or not marks.is_reading())
    ):
        return None

    def composed() -> Statement | None:
        with clock.noticing() as noticed:
            try:
                made = compose({key: Blank(key, kind) for key, kind in kinds.items()})
            except EmptyResultSet:
                made = Statement(None, ())
        return None if noticed else made

    if whose == ANYBODY:
        # Beside rows of watched tables are read in one way or another.
        key = (name, marks.is_reading())
        return _common[key] if key in _common else _add(_common, key, composed())
    return marks.kept(("statement", name, whose), composed)


def part(
    name: Hashable, whose: Hashable | None, make: Callable[[], models.QuerySet[Any]]
) -> tuple[str, tuple[Any, ...]]:
    """The text and the parameters of a queryset, for statements written by hand. Raises EmptyResultSet."""

    def composed() -> tuple[bool, tuple[str, tuple[Any, ...]] | None]:
        with clock.noticing() as noticed:
            try:
                sql, parameters = make().query.sql_with_params()
            except EmptyResultSet:
                return not noticed, None
        return not noticed, (sql, tuple(parameters))

    lasting, found = (
        marks.kept(("part", name, whose), composed)
        if whose is not None and marks.is_reading()
        else (False, None)
    )
    if not lasting:
        _lasting, found = composed()
    if found is None:
        raise EmptyResultSet
    return found


def first(name: Hashable, whose: Hashable | None, make: Make, /, **values: Any) -> Any | None:
    """The first of `rows`, or None. `make` says the order and takes one."""
    return next(iter(rows(name, whose, make, **values)), None)


def count(name: Hashable, whose: Hashable | None, make: Make, /, **values: Any) -> int:
    """How many rows there are."""

    def counted(**given: Any) -> models.QuerySet[Any]:
        inner: Any = make(**given).order_by()
        found = inner.annotate(_all=models.Value(1)).values("_all").annotate(_n=models.Count("pk"))
        return cast("models.QuerySet[Any]", found.values_list("_n"))

    return int((first((name, "count"), whose, counted, **values) or (0,))[0])


@dataclass(frozen=True)
class Statement:
    """One person's statement: the text that many share, and his own parameters. None: there is nothing he may see."""

    form: Form | Counts | None
    parameters: tuple[Any, ...]

    def rows(self, values: dict[str, Any]) -> list[Any]:
        if self.form is None:
            return []
        given = [values[each.name] if isinstance(each, Slot) else each for each in self.parameters]
        with prepared.cursor() as cursor:
            cursor.execute(self.form.sql, given)
            return self.form.made(cursor.fetchall())


@dataclass(frozen=True)
class Counts:
    """The text of a statement that gives one row of numbers."""

    sql: str

    def made(self, found: list[Any]) -> list[Any]:
        return found


class Form:
    """The text of a statement and how its rows become models."""

    def __init__(self, sql: str, compiler: Any, queryset: models.QuerySet[Any]) -> None:
        self.sql = sql
        self._prefetch, self._known = _beside(queryset)
        # The compiler itself would keep the whole query alive.
        self._converters = list(compiler.get_converters([each[0] for each in compiler.select]).items())
        self._plain = issubclass(queryset._iterable_class, ValuesListIterable)
        if self._plain:
            return
        if not issubclass(queryset._iterable_class, ModelIterable):
            raise TypeError("only rows and values_list() are kept")
        self._maker = making.Maker(compiler.klass_info, compiler.select)
        self._annotations = dict(compiler.annotation_col_map or {})

    def made(self, found: list[Any]) -> list[Any]:
        """The rows as the queryset would give them."""
        if self._converters:
            found = [self._converted(row) for row in found]
        if self._plain:
            return [tuple(row) for row in found]
        made = [self._row(row) for row in found]
        if wanted := [name for name in self._prefetch if _points(made, name)]:
            prefetch_related_objects(made, *wanted)
        if made and self._known:
            known.attach(made, *self._known)
        return made

    def _converted(self, row: Any) -> list[Any]:
        values = list(row)
        for place, (converters, expression) in self._converters:
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        return values

    def _row(self, row: Any) -> models.Model:
        made: models.Model = self._maker.made(row)
        for name, place in self._annotations.items():
            setattr(made, name, row[place])
        return made


def _composed(name: Hashable, queryset: models.QuerySet[Any]) -> Statement:
    compiler: Any = queryset.query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    # People with the same kinds of rights share the text of a statement.
    key = (name, sql, _beside(queryset))
    found = _forms.get(key)
    form = found if found is not None else _add(_forms, key, Form(sql, compiler, queryset))
    return Statement(form, tuple(parameters))


def _counted(found: list[models.QuerySet[Any]]) -> Statement:
    counted: list[str] = []
    parameters: list[Any] = []
    for rows in found:
        try:
            sql, given = rows.query.sql_with_params()
        except EmptyResultSet:
            counted.append("0")
            continue
        counted.append(f"(SELECT count(*) FROM ({sql}) AS found)")  # noqa: S608 - composed by Django
        parameters += given
    form = Counts(f"SELECT {', '.join(counted)}")
    known = _forms.get(form)
    return Statement(known if known is not None else _add(_forms, form, form), tuple(parameters))


def _beside(queryset: models.QuerySet[Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is read beside the rows: by further statements, and from memory. Raises TypeError for more than names."""
    prefetch = tuple(queryset._prefetch_related_lookups)  # type: ignore[attr-defined]
    if not all(isinstance(each, str) for each in prefetch):
        raise TypeError("what is read beside the rows is not narrowed to what one person may see")
    return prefetch, tuple(getattr(queryset, "_known", ()))


def _points(rows: list[models.Model], name: str) -> bool:
    """Whether anything can be read beside these rows under this name: a key that none of them has needs no statement."""
    field: Any = rows[0]._meta.get_field(name.partition("__")[0]) if rows else None
    if field is None or not getattr(field, "attname", ""):
        return bool(rows)
    return any(getattr(row, field.attname) is not None for row in rows)


FORMS = 2000
_forms: dict[Hashable, Any] = {}
_common: dict[Hashable, Statement | None] = {}


def _add(kept: dict[Any, T], key: Any, value: T) -> T:
    if len(kept) >= FORMS:
        kept.clear()
    kept[key] = value
    return value
