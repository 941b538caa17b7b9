"""What the operations of this package share."""

from __future__ import annotations

from typing import Any

from zhize.domains.meetings import services
from zhize.kernel.db import Invalid
from zhize.kernel.org.models import Person, Position, Unit
from zhize.rest.schema import Id, Schema


class NamedOut(Schema):
    id: Id
    name: str


def narrowed(rows: Any, query: Any) -> Any:
    wanted: dict[str, Any] = query.model_dump(include={"kind", "state"}, exclude_none=True)
    return rows.filter(**wanted).order_by("-pk")


def chosen(rows: Any, pk: int, field: str) -> Any:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Invalid({field: services.NO_SUCH_CHOICE})
    return found


def named(row: Person | Position | Unit | None) -> dict[str, Any] | None:
    return {"id": row.pk, "name": row.name} if row is not None else None
