"""Reads of callbacks and opinions."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from zhize.domains.visits.models import Attempt, Callback, Opinion
from zhize.kernel.access import Actor
from zhize.kernel.flow import OPEN
from zhize.lib import clock


def visible(actor: Actor) -> QuerySet[Callback]:
    """Callbacks the actor may see, with what a list row and the calling form show."""
    return (
        Callback.objects.visible_to(actor)
        .select_related("case__customer", "case__premises", "caller", "handler", "customer", "unit", "position")
        .prefetch_related(Prefetch("attempts", Attempt.objects.select_related("person")))
    )


def chips(actor: Actor, now: datetime | None = None) -> dict[str, Q]:
    """The standing views of the callback list."""
    moment = now or clock.now()
    is_open = Q(category__in=OPEN)
    return {
        "mine": is_open & Q(caller_id=actor.person_id),
        "now": is_open & Q(next_try_at__lte=moment),
        "later": is_open & Q(next_try_at__gt=moment),
        "late": is_open & Q(due_at__lt=moment),
        "unsatisfied": Q(satisfied=False),
        "unreached": Q(state="unreached"),
    }


def completion(unit_ids: list[int], since: datetime, until: datetime) -> list[dict[str, object]]:
    """Callbacks done in time ÷ planned, per caller (VIS-22). `since` and `until` bound the due moment (UTC)."""
    rows = Callback.objects.filter(unit_id__in=unit_ids, due_at__gte=since, due_at__lt=until).exclude(state="cancelled")
    in_time = Q(done_at__isnull=False, obligation__late=False)
    return list(
        rows.values("caller_id", "caller__name")
        .annotate(
            planned=Count("pk"),
            done=Count("pk", filter=Q(done_at__isnull=False)),
            in_time=Count("pk", filter=in_time),
            reached=Count("pk", filter=Q(state="done")),
            satisfied=Count("pk", filter=Q(satisfied=True)),
        )
        .order_by("caller__name")
    )


def opinions(actor: Actor) -> QuerySet[Opinion]:
    """Opinions the actor may see, with what a list row shows."""
    return Opinion.objects.visible_to(actor).select_related("customer", "heard_by", "heard_in", "unit_to", "received_by", "unit")


def of_case(actor: Actor, case_id: int) -> list[Callback]:
    """The callbacks of a case, latest first."""
    return list(visible(actor).filter(case_id=case_id).order_by("-pk"))
