"""Lists that say whom to turn to: unconfirmed, untouched, watched, wanting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import machine
from zhize.domains.customers.models import (
    Contact,
    Customer,
    Need,
    Occupancy,
    Phone,
    WatchListEntry,
    WatchMeasure,
    WatchReview,
)
from zhize.kernel.access import Actor
from zhize.lib import clock


def active(actor: Actor, capability: str | None = None) -> QuerySet[Customer]:
    """Visible customers that are neither merged nor closed."""
    return Customer.objects.visible_to(actor, capability).filter(state=machine.ACTIVE)


def with_reach(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Customers with their numbers and current places, for lists: two further queries for the whole page."""
    today = clock.today()
    places = (
        Occupancy.objects.filter(Q(to_on__isnull=True) | Q(to_on__gte=today))
        .select_related("premises__area")
        .order_by("-living", "pk")
    )
    numbers: Prefetch[Any] = Prefetch("phones", queryset=Phone.objects.order_by("-primary", "pk"))
    there: Prefetch[Any] = Prefetch("occupancies", queryset=places, to_attr="places")
    return rows.prefetch_related(numbers, there)


def unconfirmed(actor: Actor, *, days: int) -> QuerySet[Customer]:
    """Customers whose data were not confirmed for more than `days` days (CUS-11), the never confirmed first."""
    before = clock.now() - timedelta(days=days)
    rows = active(actor).filter(Q(confirmed_at__isnull=True) | Q(confirmed_at__lt=before))
    rows = rows.exclude(confirmed_at__isnull=True, created_at__gte=before)
    return with_reach(rows.select_related("unit").order_by(F("confirmed_at").asc(nulls_first=True), "pk"))


def untouched(actor: Actor, *, days: int) -> QuerySet[Customer]:
    """Customers nobody was in touch with for more than `days` days (CUS-31), the longest first."""
    before = clock.now() - timedelta(days=days)
    since = Coalesce("last_touch_at", "created_at")
    rows = active(actor).annotate(untouched_since=since).filter(untouched_since__lt=before)
    return with_reach(rows.select_related("unit", "keeper").order_by("untouched_since", "pk"))


def untouched_contacts(actor: Actor, *, days: int) -> QuerySet[Contact]:
    """Contacts of visible customers without a touch for more than `days` days, `untouched_since` the longest first."""
    return (
        Contact.objects.visible_to(actor)
        .filter(active=True, customer__state=machine.ACTIVE)
        .annotate(untouched_since=Coalesce("last_touch_at", "created_at"))
        .filter(untouched_since__lt=clock.now() - timedelta(days=days))
        .select_related("customer", "customer__keeper")
        .prefetch_related("roles")
        .order_by("untouched_since", "pk")
    )


def needs(
    actor: Actor, *, product: str = "", state: str = "", customer: Customer | None = None
) -> QuerySet[Need]:
    """Visible needs, narrowed by product and state (CUS-30), newest first."""
    rows = Need.objects.visible_to(actor).select_related("customer", "parent", "owner")
    rows = rows.filter(product=product) if product else rows
    rows = rows.filter(state=state) if state else rows
    return rows.filter(customer=customer) if customer is not None else rows


def need_products(actor: Actor) -> list[str]:
    """The products and services that visible needs name."""
    return list(
        Need.objects.visible_to(actor).order_by("product").values_list("product", flat=True).distinct()
    )


def watch_list(actor: Actor, *, ended: bool = False) -> QuerySet[WatchListEntry]:
    """The visible watch list (CUS-15): those under attention now, the next review first; or those that ended."""
    rows: QuerySet[Any] = WatchListEntry.objects.visible_to(actor, caps.VIEW).filter(
        ended_on__isnull=not ended
    )
    rows = rows.select_related("customer", "customer__unit", "owner")
    measures: Prefetch[Any] = Prefetch(
        "measures", queryset=WatchMeasure.objects.order_by("done_on", "due_on", "pk")
    )
    looks = WatchReview.objects.select_related("reviewer").order_by("-reviewed_on", "-pk")
    reviews: Prefetch[Any] = Prefetch("reviews", queryset=looks)
    return rows.prefetch_related(measures, reviews).order_by("-ended_on" if ended else "review_on", "pk")


def with_late_measures(today: date) -> QuerySet[Any, Any]:
    """Ids of watch list entries with a measure past its day; as a subquery, so that an entry with two comes once."""
    return WatchMeasure.objects.filter(done_on__isnull=True, due_on__lt=today).values("entry")


@dataclass(frozen=True)
class WatchFigures:
    """The watch list in numbers: how many, how many reviews and measures are late, how relations went."""

    watched: int
    reviews_late: int
    measures_late: int
    better: int
    same: int
    worse: int


def watch_figures(entries: Sequence[WatchListEntry], today: date) -> WatchFigures:
    """Counted over entries that were read with their measures."""
    late = [m for entry in entries for m in entry.measures.all() if m.done_on is None and m.due_on < today]
    verdicts = [entry.verdict for entry in entries]
    return WatchFigures(
        watched=len(entries),
        reviews_late=sum(1 for entry in entries if entry.review_on < today),
        measures_late=len(late),
        better=verdicts.count("better"),
        same=verdicts.count("same"),
        worse=verdicts.count("worse"),
    )


def due_visits(actor: Actor, *, until: date) -> QuerySet[Customer]:
    """Customers whose grade demands a visit by a day, the earliest first."""
    rows = active(actor).filter(next_visit_on__lte=until).select_related("unit", "keeper")
    return with_reach(rows.order_by("next_visit_on", "pk"))
