"""Base models, guarded writes, the transaction of a service and the errors it may raise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhize.kernel.db.errors import DomainError, Invalid, NotFound, Outrun, Refused
from zhize.kernel.db.transactions import (
    UnrecordedChange,
    afterwards,
    again_if_lost,
    atomic,
    mark_changed,
    mark_recorded,
    one_at_a_time,
)

if TYPE_CHECKING:
    from zhize.kernel.db.models import Model, VersionedModel, guarded_update

__all__ = [
    "DomainError",
    "Invalid",
    "Model",
    "NotFound",
    "Outrun",
    "Refused",
    "UnrecordedChange",
    "VersionedModel",
    "afterwards",
    "again_if_lost",
    "atomic",
    "guarded_update",
    "mark_changed",
    "mark_recorded",
    "one_at_a_time",
]


def __getattr__(name: str) -> Any:
    # Tables can only be imported once Django's registry is ready; app configurations import this package earlier.
    if name in {"Model", "VersionedModel", "guarded_update"}:
        from zhize.kernel.db import models

        return getattr(models, name)
    raise AttributeError(name)
