"""Lists by cursor: the next page begins after the last row of this one, however many rows were added meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.core import signing
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhize.kernel.db import Invalid
from zhize.rest.schema import MOST_ROWS, PageQuery

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Rows(Generic[M]):
    """The rows of one page and the cursor of the next (None on the last page)."""

    rows: list[M]
    next: str | None

    def answer(self, items: Iterable[Any]) -> dict[str, Any]:
        """The body of the answer: the rows as the API shows them."""
        return {"items": list(items), "next": self.next}


def page(queryset: models.QuerySet[M], query: PageQuery) -> Rows[M]:
    """One page of `queryset` in its own order (newest first without one), by keyset: no OFFSET, no count.

    Columns of the order must not be null. Invalid for a cursor that was not made by this list.
    """
    order = _order(queryset)
    limit = min(max(query.limit, 1), MOST_ROWS)
    rows = queryset.order_by(*order)
    if query.cursor:
        rows = rows.filter(_after(queryset.model, order, query.cursor))
    found = list(rows[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return Rows(found, _cursor(found[-1], order) if more else None)


def _order(queryset: models.QuerySet[M]) -> list[str]:
    order = [str(name) for name in queryset.query.order_by] or ["-pk"]
    if order[-1].lstrip("-") not in {"pk", "id"}:
        order.append("-pk" if order[-1].startswith("-") else "pk")
    for name in order:
        field = _field(queryset.model, name)
        if field is not None and field.null:
            raise TypeError(f"a list paged by cursor cannot be ordered by {name}: it may be null")
    return order


def _field(model: type[models.Model], name: str) -> Any:
    plain = name.lstrip("-")
    if plain == "pk":
        return model._meta.pk
    try:
        return model._meta.get_field(plain)
    except FieldDoesNotExist:
        return None  # an annotation


def _cursor(row: models.Model, order: list[str]) -> str:
    values = [_plain(getattr(row, name.lstrip("-"))) for name in order]
    return signing.dumps(values, salt=_salt(type(row), order), compress=False)


def _after(model: type[models.Model], order: list[str], cursor: str) -> Q:
    """Rows behind the cursor's: a later first column, or the same first and a later second, and so on."""
    wrong = Invalid({"cursor": _("这个游标不属于这份列表，请从第一页重新开始。")}, code="cursor.invalid")
    try:
        raw = signing.loads(cursor, salt=_salt(model, order))
        values = [_value(model, name, item) for name, item in zip(order, raw, strict=True)]
    except (signing.BadSignature, ValueError, TypeError, ValidationError):
        raise wrong from None
    behind, same = Q(), Q()
    for name, value in zip(order, values, strict=True):
        plain = name.lstrip("-")
        comparison = "lt" if name.startswith("-") else "gt"
        behind |= same & Q(**{f"{plain}__{comparison}": value})
        same &= Q(**{plain: value})
    return behind


def _salt(model: type[models.Model], order: list[str]) -> str:
    return f"zhize.rest.page:{model._meta.label_lower}:{','.join(order)}"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _value(model: type[models.Model], name: str, item: Any) -> Any:
    field = _field(model, name)
    return field.to_python(item) if field is not None else item
