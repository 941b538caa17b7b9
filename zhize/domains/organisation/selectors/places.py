"""Areas of responsibility and outside bodies."""

from __future__ import annotations

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Area, AreaAssignment, ExternalBody, ExternalContact, ExternalExchange
from zhize.lib import clock


def areas(actor: Actor) -> QuerySet[Area]:
    """Areas the actor may see, with who answers for them today. Two queries when listed."""
    held = AreaAssignment.objects.filter(org.in_force(clock.today())).select_related("person", "position")
    rows = access.visible(actor, Area).select_related("unit", "parent")
    return rows.prefetch_related(Prefetch("assignments", queryset=held.order_by("from_on"), to_attr="held"))


def unassigned() -> Q:
    """Areas that nobody answers for today."""
    held = AreaAssignment.objects.filter(org.in_force(clock.today()), person__active=True)
    return Q(active=True) & ~Q(pk__in=held.values("area"))


def assignments(area: Area) -> list[AreaAssignment]:
    """Everybody who ever answered for the area, the present ones first."""
    return list(area.assignments.select_related("person", "position").order_by("-from_on", "-pk"))


def assignment(actor: Actor, pk: int, capability: str) -> AreaAssignment:
    """One assignment, for ending it. NotFound, Refused."""
    found = access.fetch(actor, AreaAssignment, pk)
    access.require(actor, capability, found.area)
    return found


def bodies(actor: Actor) -> QuerySet[ExternalBody]:
    """Outside bodies the actor may see, with how often and when last somebody dealt with them."""
    rows = access.visible(actor, ExternalBody).select_related("unit")
    return rows.annotate(exchange_count=Count("exchanges", distinct=True), last_on=Max("exchanges__on"))


def kinds(actor: Actor) -> list[str]:
    """The kinds of outside bodies in use."""
    rows = access.visible(actor, ExternalBody).exclude(kind="").order_by("kind")
    return list(rows.values_list("kind", flat=True).distinct())


def contacts(body: ExternalBody) -> QuerySet[ExternalContact]:
    """The people at a body."""
    return body.contacts.filter(active=True).order_by("name", "pk")


def exchanges(actor: Actor, body: ExternalBody | None = None) -> QuerySet[ExternalExchange]:
    """Recorded exchanges the actor may see, newest first."""
    rows = access.visible(actor, ExternalExchange).select_related("body", "contact", "person")
    return (rows.filter(body=body) if body is not None else rows).order_by("-on", "-pk")
