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
from zhize.kernel.db import statements
from zhize.lib import phones

SHOWN = 8
MOST = 60
KINDS = ("customers.customer", "customers.premises", "cases.case")


@dataclass(frozen=True)
class Found:
    """What the desk sees for what was typed."""

    text: str
    callers: Sequence[Caller] = ()
    rooms: Sequence[Premises] = ()
    more: int = 0
    cases: Sequence[Case] = field(default_factory=tuple)


def find(actor: Actor, text: str) -> Found:
    """Customers by number, name or room, and cases by their number. A fixed number of queries.

    One letter or digit is not looked for: somebody is still typing.
    """
    wanted = text.strip()
    if len(wanted) < 2 and wanted.isascii():
        return Found("")
    by_phone = identity.by_number(actor, wanted)
    if by_phone:
        callers = identity.describe(by_phone[:SHOWN], set(identity.dialled_forms(wanted)))
        return Found(wanted, callers, more=max(0, len(by_phone) - SHOWN))
    number = phones.parse(wanted)
    if number is not None and (number.kind in {"mobile", "foreign"} or number.area):
        # A whole number that is nobody's is not a part of another one: only who gave it in a case may be meant.
        said = statements.rows(
            "channels.said_number",
            actor.key,
            lambda number: lists.visible(actor).filter(contact_phone=number).order_by("-pk")[:SHOWN],
            number=number.number,
        )
        return Found(wanted, cases=said)
    # Each kind has its own few: cases are newer than customers and would leave them no place.
    ids = {kind: _hits(actor, wanted, kind) for kind in KINDS}
    rooms = list(
        Premises.objects.visible_to(actor)
        .filter(pk__in=ids["customers.premises"])
        .select_related("area")
        .order_by("sort_key", "pk")[:SHOWN]
    )
    there = [row.pk for row in rooms]
    living = Occupancy.objects.filter(premises__in=there, to_on__isnull=True).values("customer")
    people = Customer.objects.visible_to(actor).filter(state="active")
    customers = list(people.filter(pk__in=ids["customers.customer"]).order_by("-vip", "pk"))
    customers += [row for row in people.filter(pk__in=living).order_by("pk") if row not in customers]
    cases = lists.visible(actor).filter(pk__in=ids["cases.case"]).order_by("-pk")[:SHOWN]
    return Found(
        wanted, identity.describe(customers[:SHOWN]), rooms, max(0, len(customers) - SHOWN), list(cases)
    )


def _hits(actor: Actor, text: str, kind: str) -> list[int]:
    return [hit.object_id for hit in search.find(actor, text, types=[kind], limit=MOST)]


def caller(actor: Actor, customer_id: int) -> Caller:
    """One customer with places and household. Raises NotFound."""
    return identity.describe([access.fetch(actor, Customer, customer_id)])[0]
