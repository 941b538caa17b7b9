"""How the archive follows higher domains: their rows through a merge and back (CUS-32), their contacts as touches."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Model

from zhize.domains.customers import registry
from zhize.domains.customers.models import Customer
from zhize.kernel.access import Actor
from zhize.kernel.db import prepared


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


def keep_touch(*, customer_id: int, at: datetime) -> None:
    """A higher domain was in contact with the customer and keeps the contact itself (a message, a callback): only the
    day of the last touch follows, and only forward (CUS-31). Called in its `reactions`; no version, nobody is outrun.
    """
    with prepared.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customer SET last_touch_at = %s"
            " WHERE id = %s AND (last_touch_at IS NULL OR last_touch_at < %s)",
            [at, customer_id, at],
        )
