"""Rows of higher domains that go with their customer when two entries of the archive become one, and back (CUS-32)."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from zhize.domains.customers import registry
from zhize.domains.customers.models import Customer
from zhize.kernel.access import Actor


def follows(model: type[Model]) -> None:
    """Let the rows of `model`, which has a `customer`, go with a merge and exactly those back that still stand there.

    Called by the higher domain in its `reactions`. The merge itself stands in the customers' history.
    """
    manager: Any = model._default_manager

    def move(*, actor: Actor, loser: Customer, winner: Customer) -> list[int]:
        ids = list(manager.filter(customer=loser).values_list("pk", flat=True))
        manager.filter(pk__in=ids).update(customer=winner)
        return ids

    def undo(*, actor: Actor, ids: list[int], loser: Customer, winner: Customer) -> None:
        manager.filter(pk__in=ids, customer=winner).update(customer=loser)

    registry.on_merge(model._meta.label_lower, move=move, undo=undo)
