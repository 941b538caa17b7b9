"""Rows of watched tables (people, units, positions …) from memory, put beside the rows that point to them.

A list row names a unit, a position, an area and people; the same few of them stand on every page. Its queryset says
`known.beside(rows, "unit", "owner")` instead of joining or prefetching them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Self, TypeVar, cast

from django.db import models
from django.db.models.query import ModelIterable

from zhize.kernel.db import making, marks

M = TypeVar("M", bound=models.Model)
Q = TypeVar("Q", bound=models.QuerySet[Any])
CHUNK = 2000


def rows_of(model: type[M], ids: Collection[int]) -> dict[int, M]:
    """Rows of a watched model by id: at most one query, none while nobody writes to its table.

    Each answer has copies of its own, so that whatever is read through them belongs to one request.
    """
    without = getattr(model, "kept_without", None)
    if without is None:
        raise TypeError(f"{model.__name__} is not watched: nothing would tell that it changed")

    def load(missing: Collection[int]) -> dict[int, M]:
        return model._base_manager.defer(*without).in_bulk(missing)

    return {pk: _copy(row) for pk, row in marks.kept_rows(model._meta.label, ids, load).items()}


def attach(rows: Sequence[models.Model], *names: str) -> None:
    """Give each row the rows its foreign keys of these names point to."""
    for name in names if rows else ():
        field: Any = rows[0]._meta.get_field(name)
        keys = [getattr(row, field.attname) for row in rows]
        found = rows_of(field.related_model, set(keys) - {None})
        for row, key in zip(rows, keys, strict=True):
            if key is None or key in found:
                field.set_cached_value(row, found.get(key))


def _copy(row: M) -> M:
    made: M = making.blank(type(row))
    made.__dict__.update({**row.__dict__, "_state": made._state})
    return made


def twin(row: M) -> M:
    """`copy.copy(row)`, with the rows it refers to, in a fifth of the time."""
    made = _copy(row)
    made._state.fields_cache = row._state.fields_cache.copy()
    return made


def beside(rows: Q, *names: str) -> Q:
    """The rows with these foreign keys read, to models that say `kept_without`: from memory while a request only reads."""
    if not marks.is_reading() or not isinstance(rows, KnownQuerySet):
        return rows.prefetch_related(*names)
    made: Any = rows.all()
    made._known = (*made._known, *names)
    return cast("Q", made)


class KnownQuerySet(models.QuerySet[M]):
    """A queryset whose rows get some of their foreign keys from memory."""

    _known: tuple[str, ...] = ()

    def _clone(self) -> Self:
        made: Self = super()._clone()  # type: ignore[misc]
        made._known = self._known
        return made

    def _fetch_all(self) -> None:
        fresh = self._result_cache is None
        super()._fetch_all()
        if fresh and self._known and issubclass(self._iterable_class, ModelIterable):
            attach(self._result_cache or (), *self._known)

    def _iterator(self, use_chunked_fetch: bool, chunk_size: int | None) -> Iterator[Any]:
        rows: Iterable[Any] = super()._iterator(use_chunked_fetch, chunk_size)  # type: ignore[misc]
        if not self._known or not issubclass(self._iterable_class, ModelIterable):
            yield from rows
            return
        source = iter(rows)
        while part := list(islice(source, chunk_size or CHUNK)):
            attach(part, *self._known)
            yield from part
