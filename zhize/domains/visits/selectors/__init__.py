"""Reads of callbacks and opinions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Prefetch, Q, QuerySet
from django.db.models.functions import TruncMonth

from zhize.domains.visits import capabilities as caps
from zhize.domains.visits.models import Attempt, Callback, Opinion
from zhize.kernel.access import Actor
from zhize.kernel.db import known, statements
from zhize.kernel.flow import OPEN
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position, Unit
from zhize.lib import clock


def visible(actor: Actor) -> QuerySet[Callback]:
    """Callbacks the actor may see, with what a list row and the calling form show."""
    return (
        Callback.objects.visible_to(actor)
        .select_related(
            "case__customer",
            "case__premises",
            "caller",
            "companion",
            "handler",
            "customer",
            "unit",
            "position",
            "follow_up",
        )
        .prefetch_related(Prefetch("attempts", Attempt.objects.select_related("person")))
    )


def chips(actor: Actor, now: datetime | None = None) -> dict[str, Q]:
    """The standing views of the callback list; what is over is shown for this month."""
    moment = now or clock.now()
    this_month = Q(done_at__gte=months_back(1)[0])
    is_open = Q(category__in=OPEN)
    return {
        "mine": is_open & Q(caller_id=actor.person_id),
        "now": is_open & Q(next_try_at__lte=moment),
        "later": is_open & Q(next_try_at__gt=moment),
        "late": is_open & Q(due_at__lt=moment),
        "unsatisfied": this_month & Q(satisfied=False),
        "unreached": this_month & Q(state="unreached"),
    }


def months_back(count: int, zone: str = "") -> tuple[datetime, datetime]:
    """From the beginning of the month `count - 1` months ago to the end of this one, in UTC."""
    today = clock.today(zone)
    first = today.year * 12 + today.month - 1
    ends = [
        datetime(number // 12, number % 12 + 1, 1, tzinfo=clock.zone(zone)).astimezone(UTC)
        for number in (first - count + 1, first + 1)
    ]
    return ends[0], ends[1]


@dataclass(frozen=True)
class Completion:
    """How one person's callbacks of one month were done (VIS-22).

    `pending` are still open and not yet due. `rate`: in time of planned, in percent; pending ones do not count yet, so
    that a running month is not worse than it is. None when nothing counts yet.
    """

    month: datetime
    caller_id: int | None
    caller: str
    planned: int
    pending: int
    done: int
    in_time: int
    reached: int
    satisfied: int

    @property
    def rate(self) -> int | None:
        counted = self.planned - self.pending
        return round(100 * self.in_time / counted) if counted else None


def completion(actor: Actor, since: datetime, until: datetime, zone: str = "") -> list[Completion]:
    """Callbacks done in time ÷ planned, per month and person; latest month first (VIS-22).

    Of the callbacks the actor may see whose due moment lies in the span (`until` excluded, UTC); months begin in
    `zone`. Cancelled ones were not planned. One query.
    """
    rows = (
        Callback.objects.visible_to(actor)
        .filter(due_at__gte=since, due_at__lt=until)
        .exclude(state="cancelled")
    )
    counted = (
        rows.annotate(month=TruncMonth("due_at", tzinfo=clock.zone(zone)))
        .order_by()
        .values("month", "caller_id", "caller__name")
        .annotate(
            planned=Count("pk"),
            pending=Count("pk", filter=Q(done_at__isnull=True, due_at__gt=clock.now())),
            done=Count("pk", filter=Q(done_at__isnull=False)),
            in_time=Count("pk", filter=Q(done_at__lte=F("due_at"))),
            reached=Count("pk", filter=Q(state="done")),
            satisfied=Count("pk", filter=Q(satisfied=True)),
        )
        .order_by("-month", "caller__name")
    )
    return [
        Completion(caller=str(row.pop("caller__name") or ""), **row) for row in map(dict[str, Any], counted)
    ]


def opinions(actor: Actor) -> QuerySet[Opinion]:
    """Opinions the actor may see, with what a list row shows."""
    return Opinion.objects.visible_to(actor).select_related(
        "customer", "heard_by", "heard_in", "unit_to", "received_by", "unit"
    )


def of_case(actor: Actor, case_id: int) -> list[Callback]:
    """The callbacks of a case with who makes them, latest first."""
    return statements.rows(
        "visits.of_case",
        actor.key,
        lambda case: known.beside(
            Callback.objects.visible_to(actor).filter(case_id=case).order_by("-pk"), "caller"
        ),
        case=case_id,
    )


def of_customers(actor: Actor, customer_ids: Sequence[int], limit: int) -> tuple[list[Callback], int, int]:
    """The callbacks of customers, open ones first, then the latest; how many there are, and how many are open."""
    rows = Callback.objects.visible_to(actor).filter(customer_id__in=customer_ids).exclude(state="cancelled")
    is_open = Q(category__in=OPEN)
    found = rows.order_by().aggregate(total=Count("pk"), open=Count("pk", filter=is_open))
    latest = rows.select_related("case", "caller").order_by(
        ExpressionWrapper(is_open, output_field=BooleanField()).desc(), "-pk"
    )
    return (list(latest[:limit]) if found["total"] else []), found["total"], found["open"]


def receivers(unit: Unit) -> list[Person]:
    """Who signs for opinions that are passed on to a unit."""
    positions = Position.objects.filter(unit=unit, grants__capability=caps.OPINION_RECEIVE, active=True)
    found = {
        person.pk: person
        for position in positions.select_related("unit").distinct()
        for person in org.holders(position)
    }
    return list(found.values())
