"""Rows of the desks follow their customer when two entries of the archive become one, and back."""

from __future__ import annotations

from typing import Any

from zhize.domains.customers import registry
from zhize.domains.customers.models import Customer
from zhize.kernel.access import Actor
from zhize.kernel.db import Model


def follow(model: type[Model]) -> None:
    """Let rows of `model` (with a `customer`) go with a merge. The merge itself stands in history."""

    manager: Any = model._default_manager

    def move(*, actor: Actor, loser: Customer, winner: Customer) -> list[int]:
        rows = manager.filter(customer=loser)
        ids = list(rows.values_list("pk", flat=True))
        manager.filter(pk__in=ids).update(customer=winner)
        return ids

    def undo(*, actor: Actor, ids: list[int], loser: Customer, winner: Customer) -> None:
        manager.filter(pk__in=ids, customer=winner).update(customer=loser)

    registry.on_merge(model._meta.label_lower, move=move, undo=undo)
