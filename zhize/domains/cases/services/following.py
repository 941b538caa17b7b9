"""Cases go with their customer when two entries of the archive become one, and back (CUS-20)."""

from __future__ import annotations

from zhize.domains.cases.models import Case
from zhize.domains.customers.models import Customer
from zhize.kernel.access import Actor


def move(*, actor: Actor, loser: Customer, winner: Customer) -> list[int]:
    """Point the loser's cases to the winner; their ids. The merge itself stands in the customers' history."""
    ids = list(Case.objects.filter(customer=loser).values_list("pk", flat=True))
    Case.objects.filter(pk__in=ids).update(customer=winner)
    return ids


def undo(*, actor: Actor, ids: list[int], loser: Customer, winner: Customer) -> None:
    """Point exactly those back that still stand with the winner."""
    Case.objects.filter(pk__in=ids, customer=winner).update(customer=loser)
