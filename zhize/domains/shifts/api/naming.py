"""People as the operations show and take them."""

from __future__ import annotations

from typing import Any

from zhize.domains.shifts import services
from zhize.kernel.db import Invalid
from zhize.kernel.org.models import Person


def who(row: Person | None) -> dict[str, Any] | None:
    return {"id": row.pk, "name": row.name} if row is not None else None


def one_of(rows: Any, pk: int | None, field: str) -> Person | None:
    """The person among those who may be named; None when none is. Raises Invalid."""
    if pk is None:
        return None
    found: Person | None = rows.filter(pk=pk).first()
    if found is None:
        raise Invalid({field: services.NO_SUCH_PERSON})
    return found
