"""Finding entries that may be one customer, and setting proposals aside (CUS-32)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import machine
from zhize.domains.customers.models import Customer, DuplicateProposal, Likeness
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update
from zhize.lib import clock

# Pairs of active customers of one unit that are alike and were never proposed. Members of one household share a
# number by nature and are left out, as are a household and its members.
_PAIRS = """
WITH alike AS (
    SELECT LEAST(a.customer_id, b.customer_id) AS first, GREATEST(a.customer_id, b.customer_id) AS second,
           1 AS strength, 'phone' AS likeness
      FROM customers_phone a
      JOIN customers_phone b ON a.digits = b.digits AND a.number = b.number AND a.customer_id <> b.customer_id
     WHERE {one_a}
       AND (SELECT count(*) FROM (SELECT 1 FROM customers_phone c WHERE c.digits = a.digits LIMIT {crowd}) few) < {crowd}
    UNION ALL
    SELECT LEAST(a.id, b.id), GREATEST(a.id, b.id), 0, 'id_number'
      FROM customers_customer a
      JOIN customers_customer b ON a.id_number_digest = b.id_number_digest AND a.id <> b.id
     WHERE a.id_number_digest <> '' AND b.id_number_digest <> '' AND {one_c}
    UNION ALL
    SELECT LEAST(a.customer_id, b.customer_id), GREATEST(a.customer_id, b.customer_id), 2, 'name_premises'
      FROM customers_occupancy a
      JOIN customers_occupancy b ON a.premises_id = b.premises_id AND a.customer_id <> b.customer_id
      JOIN customers_customer ca ON ca.id = a.customer_id
      JOIN customers_customer cb ON cb.id = b.customer_id AND lower(cb.name) = lower(ca.name)
     WHERE {one_a}
)
SELECT DISTINCT ON (alike.first, alike.second) alike.first, alike.second, alike.likeness
  FROM alike
  JOIN customers_customer x ON x.id = alike.first AND x.state = 'active'
  JOIN customers_customer y ON y.id = alike.second AND y.state = 'active' AND y.unit_id = x.unit_id
 WHERE NOT EXISTS (SELECT 1 FROM customers_duplicateproposal p
                    WHERE p.first_id = alike.first AND p.second_id = alike.second)
   AND NOT EXISTS (SELECT 1 FROM customers_householdmember m
                    WHERE (m.household_id = alike.first AND m.member_id = alike.second)
                       OR (m.household_id = alike.second AND m.member_id = alike.first))
   AND NOT EXISTS (SELECT 1 FROM customers_householdmember m
                     JOIN customers_householdmember n ON n.household_id = m.household_id
                    WHERE m.member_id = alike.first AND n.member_id = alike.second)
 ORDER BY alike.first, alike.second, alike.strength
 LIMIT {limit}
"""
AT_ONCE = 5000
# A number of more customers than this is a front desk's or an agent's and says nothing about who they are.
CROWD = 7
PER_CUSTOMER = 10


def propose_for(*, actor: Actor, customer: Customer) -> list[DuplicateProposal]:
    """Propose what looks like this customer. Part of the verb that recorded the name, number or place."""
    if customer.state != machine.ACTIVE:
        return []
    return _propose(actor, _pairs(customer.pk, PER_CUSTOMER))


@atomic
def find_duplicates(*, actor: Actor, limit: int = AT_ONCE) -> int:
    """Look through the whole archive and propose every pair not proposed before. Returns how many are new."""
    access.require(actor, caps.MERGE)
    return len(_propose(actor, _pairs(None, limit)))


def _pairs(customer_id: int | None, limit: int) -> list[tuple[int, int, str]]:
    one_a, one_c, values = "true", "true", []
    if customer_id is not None:
        one_a, one_c, values = "a.customer_id = %s", "a.id = %s", [customer_id] * 3
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS.format(one_a=one_a, one_c=one_c, limit=int(limit), crowd=CROWD), values)
        return list(cursor.fetchall())


def _propose(actor: Actor, pairs: Iterable[tuple[int, int, str]]) -> list[DuplicateProposal]:
    now = clock.now()
    rows = [
        DuplicateProposal(first_id=first, second_id=second, likeness=likeness, proposed_at=now)
        for first, second, likeness in pairs
    ]
    # Somebody else may find the same pair at the same time; the pair is unique, the second finder loses.
    made = DuplicateProposal.objects.bulk_create(rows, ignore_conflicts=True)
    people = Customer.objects.in_bulk({pk for row in made for pk in (row.first_id, row.second_id)})
    for row in made:
        first, second = people[row.first_id], people[row.second_id]
        history.record(
            actor=actor,
            verb="customer.duplicate_proposed",
            subject=first,
            data={
                "first": first.name,
                "second": second.name,
                "likeness": history.both(Likeness(row.likeness).label),
                "second_id": second.pk,
            },
            also=[second],
        )
    return made


@atomic
def dismiss(*, actor: Actor, proposal: DuplicateProposal, reason: str) -> DuplicateProposal:
    """Note that two entries are two customers; the pair is not proposed again."""
    access.require(actor, caps.MERGE, proposal)
    if not reason.strip():
        raise Invalid({"reason": [_("请填写为什么不是同一客户。")]})
    guarded_update(
        proposal,
        expect={"settled_at": None},
        settled_at=clock.now(),
        settled_by_id=actor.person_id,
        dismissed=True,
        reason=reason.strip()[:200],
    )
    history.record(
        actor=actor,
        verb="customer.duplicate_dismissed",
        subject=proposal.first,
        data={"first": proposal.first.name, "second": proposal.second.name},
        note=reason,
        also=[proposal.second],
        marks=[proposal],
    )
    return proposal
