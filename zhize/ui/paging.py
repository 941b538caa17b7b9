"""Pages of a list: numbered with a capped count, or by key for lists that never end."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Field, Model, Q, QuerySet
from django.db.models.expressions import OrderBy

MAX_OFFSET = 1_000_000


@dataclass(frozen=True)
class Count:
    """How many rows there are, counted only up to a cap, so that a list costs the same however long it grows."""

    number: int
    capped: bool

    def __str__(self) -> str:
        return f"{self.number:,}+" if self.capped else f"{self.number:,}"


@dataclass(frozen=True)
class Slice:
    """One page: its rows and what to put into the address for the neighbours (None: there is none)."""

    rows: list[Any]
    count: Count | None
    first: int
    previous: dict[str, Any] | None
    following: dict[str, Any] | None

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def count(rows: QuerySet[Any], cap: int) -> Count:
    """Count up to `cap` rows."""
    found = rows.order_by().values("pk")[: cap + 1].count()
    return Count(min(found, cap), found > cap)


def whole(text: str | None, default: int, low: int, high: int) -> int:
    """A whole number from an address, kept between `low` and `high`; anything else is `default`."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > 12:
        return default
    return max(low, min(int(text), high))


def numbered(
    taken: Callable[[int, int], list[Any]], number: Callable[[], Count], *, page: int, size: int
) -> Slice:
    """Page `page` (from 1) of what `taken(begin, end)` gives; all are counted only where the page does not say."""
    offset = min((page - 1) * size, MAX_OFFSET)
    found = taken(offset, offset + size + 1)
    more = len(found) > size
    total = number() if offset or more else Count(len(found), False)
    return Slice(
        found[:size],
        total,
        offset + 1 if found else 0,
        {"page": page - 1 if page > 2 else None} if page > 1 else None,
        {"page": page + 1} if more else None,
    )


def keyed(
    rows: QuerySet[Any], *, ordering: list[str], size: int, cap: int, after: str, before: str
) -> Slice | None:
    """A page that begins after a row. None when the ordering has nullable or foreign columns: use numbers then.

    `after` and `before` are the opaque texts that earlier pages gave out; a spoilt one means the first page.
    """
    fields = [_plain_field(rows.model, name.lstrip("-")) for name in ordering]
    if any(field is None for field in fields):
        return None
    backwards = bool(before)
    order = [_turned(name) for name in ordering] if backwards else ordering
    values = _read(before or after, [field for field in fields if field is not None])
    narrowed = rows.order_by(*order)
    if values is not None:
        narrowed = narrowed.filter(_beyond(order, values))
    found = list(narrowed[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    start = _write(found[0], ordering) if found else ""
    end = _write(found[-1], ordering) if found else ""
    has_previous = more if backwards else values is not None
    has_next = values is not None if backwards else more
    return Slice(
        found,
        count(rows, cap),
        0,
        {"before": start, "after": None} if has_previous and found else None,
        {"after": end, "before": None} if has_next and found else None,
    )


def term(model: type[Model], name: str) -> str | OrderBy:
    """One term of an order, rows without a value last. Said only where there may be none: an index has one order."""
    if _plain_field(model, name.lstrip("-")) is not None:
        return name
    return F(name[1:]).desc(nulls_last=True) if name.startswith("-") else F(name).asc(nulls_last=True)


def _plain_field(model: type[Model], name: str) -> Field[Any, Any] | None:
    if name == "pk":
        return model._meta.pk
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) and not field.null and not field.is_relation else None


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(order: list[str], values: list[Any]) -> Q:
    """Rows that come after `values` in this order."""
    wanted, equal = Q(pk__in=[]), Q()
    for name, value in zip(order, values, strict=True):
        plain = name.lstrip("-")
        side = "lt" if name.startswith("-") else "gt"
        wanted |= equal & Q(**{f"{plain}__{side}": value})
        equal &= Q(**{plain: value})
    return wanted


def _write(row: Any, ordering: list[str]) -> str:
    values = [getattr(row, name.lstrip("-")) for name in ordering]
    return base64.urlsafe_b64encode(json.dumps(values, cls=DjangoJSONEncoder).encode()).decode().rstrip("=")


def _read(text: str, fields: list[Field[Any, Any]]) -> list[Any] | None:
    if not text or len(text) > 600:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or len(values) != len(fields):
            return None
        return [field.to_python(value) for field, value in zip(fields, values, strict=True)]
    except (ValueError, OverflowError, binascii.Error, ValidationError, TypeError):
        return None
