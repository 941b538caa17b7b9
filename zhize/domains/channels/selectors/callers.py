"""Who may be calling or standing there: found by number, name or room (CHN-01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from zhize.domains.cases.models import Case
from zhize.domains.cases.selectors import lists
from zhize.domains.customers.models import Customer, Occupancy, Premises
from zhize.domains.customers.selectors import identity
from zhize.domains.customers.selectors.identity import Caller
from zhize.kernel import access, search
from zhize.kernel.access import Actor

SHOWN = 8


@dataclass(frozen=True)
class Found:
    """What the desk sees for what was typed."""

    text: str
    callers: Sequence[Caller] = ()
    rooms: Sequence[Premises] = ()
    more: int = 0
    cases: Sequence[Case] = field(default_factory=tuple)


def find(actor: Actor, text: str) -> Found:
    """Customers by number, name or room, and cases by their number. A fixed number of queries."""
    wanted = text.strip()
    if len(wanted) < 2:
        return Found(wanted)
    by_phone = identity.by_number(actor, wanted)
    if by_phone:
        callers = identity.describe(by_phone[:SHOWN], set(identity.dialled_forms(wanted)))
        return Found(wanted, callers, more=max(0, len(by_phone) - SHOWN))
    hits = search.find(
        actor, wanted, types=["customers.customer", "customers.premises", "cases.case"], limit=30
    )
    ids: dict[str, list[int]] = {}
    for hit in hits:
        ids.setdefault(hit.subject_type, []).append(hit.object_id)
    rooms = list(
        Premises.objects.visible_to(actor)
        .filter(pk__in=ids.get("customers.premises", []))
        .select_related("area")[:SHOWN]
    )
    living = Occupancy.objects.filter(premises__in=rooms, to_on__isnull=True).values("customer")
    people = Customer.objects.visible_to(actor).filter(state="active")
    customers = list(people.filter(pk__in=ids.get("customers.customer", []))[:SHOWN])
    customers += [row for row in people.filter(pk__in=living)[:SHOWN] if row not in customers]
    cases = lists.visible(actor).filter(pk__in=ids.get("cases.case", [])).order_by("-pk")[:SHOWN]
    return Found(
        wanted, identity.describe(customers[:SHOWN]), rooms, max(0, len(customers) - SHOWN), list(cases)
    )


def caller(actor: Actor, customer_id: int) -> Caller:
    """One customer with places and household. Raises NotFound."""
    return identity.describe([access.fetch(actor, Customer, customer_id)])[0]
