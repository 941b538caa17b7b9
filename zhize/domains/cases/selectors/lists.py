"""Lists of cases as an actor sees them, with the counts that stand on the filter chips."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from zhize.domains.cases.models import Case, DelayAudit, WorkSheet
from zhize.domains.customers.models import Customer, Premises
from zhize.kernel import search
from zhize.kernel.access import Actor
from zhize.kernel.flow import OPEN, Category
from zhize.kernel.packs.models import PackRelease
from zhize.lib import clock

# Everything a row of a list shows, so that a page makes the same number of queries however long it is.
# The rows share few positions, units and releases: those are read once beside them.
ROW = ("customer", "premises", "owner", "repeat_of")
SHARED = (
    "owner_position",
    "unit",
    "area",
    Prefetch("release", PackRelease.objects.defer("spec")),
)


def visible(actor: Actor) -> QuerySet[Case]:
    """Cases the actor may see, with what a list row shows. The big JSON of the release is left out."""
    rows = Case.objects.visible_to(actor).select_related(*ROW).defer("description", "answers")
    return rows.prefetch_related(*SHARED)


def chips(actor: Actor, now: datetime | None = None) -> dict[str, Q]:
    """The standing views of the case list: code → condition. Their counts come from `chip_counts`."""
    moment = now or clock.now()
    end_of_day = _end_of_day(actor, moment)
    is_open = Q(category__in=OPEN)
    return {
        "mine": is_open & Q(owner_id=actor.person_id),
        "open": is_open,
        "unassigned": is_open & Q(owner__isnull=True),
        "late": is_open & (Q(is_late=True) | Q(next_due_at__lt=moment)),
        "today": is_open & Q(next_due_at__gte=moment, next_due_at__lt=end_of_day),
        "waiting": Q(category=Category.WAITING),
        "resolved": Q(category=Category.RESOLVED),
        "major": is_open & Q(is_major=True),
        "repeat": is_open & Q(repeat_of__isnull=False),
    }


def _end_of_day(actor: Actor, moment: datetime) -> datetime:
    local = moment.astimezone(clock.zone())
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def chip_counts(actor: Actor, rows: QuerySet[Case]) -> dict[str, int]:
    """How many of these rows stand behind each chip; one query, over open cases only."""
    conditions = chips(actor)
    wanted: dict[str, Any] = {code: Count("pk", filter=condition) for code, condition in conditions.items()}
    return rows.filter(category__in=OPEN).order_by().aggregate(**wanted)


def similar_open(
    actor: Actor,
    *,
    customer: Customer | None = None,
    premises: Premises | None = None,
    phone: str = "",
    limit: int = 8,
) -> list[Case]:
    """Open cases of the same customer, phone or room: what the intake warns of before a second one is opened."""
    same = Q(pk__in=[])
    if customer is not None:
        same |= Q(customer=customer)
    if premises is not None:
        same |= Q(premises=premises)
    if phone:
        same |= Q(contact_phone=phone)
    return list(visible(actor).filter(same, category__in=OPEN).order_by("-pk")[:limit])


def of_customer(actor: Actor, customer: Customer, limit: int = 20) -> list[Case]:
    """The customer's latest cases, open ones and ended ones."""
    return list(visible(actor).filter(customer=customer).order_by("-pk")[:limit])


def others(
    actor: Actor, case: Case, text: str = "", *, mergeable: bool = False, limit: int = 20
) -> list[Case]:
    """Cases `case` can be put together with: without words its customer's, else those the words find.

    `mergeable`: only open cases of the same customer, the ones a merge accepts.
    """
    rows = visible(actor).exclude(pk=case.pk)
    if mergeable:
        rows = rows.filter(category__in=OPEN)
    if mergeable or not text.strip():
        rows = rows.filter(customer_id=case.customer_id) if case.customer_id else rows.filter(customer=None)
    words = text.strip()
    if words:
        found = search.narrow(Case.objects.order_by(), words).values("pk")
        rows = rows.filter(Q(number__icontains=words) | Q(title__icontains=words) | Q(pk__in=found))
    elif case.customer_id is None:
        return []  # Whose case it is nobody knows; every other such case would be offered.
    return list(rows.order_by("-pk")[:limit])


def worksheets(actor: Actor) -> QuerySet[WorkSheet]:
    """Work sheets the actor may see, with what a list row shows."""
    return WorkSheet.objects.visible_to(actor).select_related("case__customer", "unit", "person", "sent_by")


def nearby(actor: Actor, case: Case, days: int = 30) -> int:
    """How many other cases of the same class came from the same building lately."""
    if case.premises is None or not case.premises.path:
        return 0
    building = "/".join(case.premises.path.split("/")[:4]) + "/"
    rows = Case.objects.visible_to(actor).filter(
        premises__path__startswith=building,
        type_code=case.type_code,
        subtype=case.subtype,
        accepted_at__gte=clock.now() - timedelta(days=days),
    )
    return rows.exclude(pk=case.pk).count()


def delays(actor: Actor) -> QuerySet[DelayAudit]:
    """Passed limits the actor may see, with what a list row shows."""
    rows = DelayAudit.objects.visible_to(actor)
    return rows.select_related("case", "unit", "person", "audited_by", "obligation__duty")
