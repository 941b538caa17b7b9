"""Reads of the webhook tables, for the API and the administration page."""

from __future__ import annotations

import re

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhize.kernel import history
from zhize.kernel.access import Actor, Scope
from zhize.kernel.db import Invalid
from zhize.kernel.org.models import Position
from zhize.lib.text import Text
from zhize.rest import capabilities
from zhize.rest.models import WebhookDelivery, WebhookEndpoint

_PLACES = re.compile(r"\{\w+\}")


def endpoints(actor: Actor) -> QuerySet[WebhookEndpoint]:
    """The endpoints the actor may see."""
    rows: QuerySet[WebhookEndpoint] = WebhookEndpoint.objects.visible_to(actor)
    return rows.select_related("position__unit")


def with_counts(rows: QuerySet[WebhookEndpoint]) -> QuerySet[WebhookEndpoint]:
    """Endpoints with how many of their messages wait and how many failed for good."""
    waits, failed = Q(deliveries__state=WebhookDelivery.QUEUED), Q(deliveries__state=WebhookDelivery.FAILED)
    return rows.annotate(waiting=Count("deliveries", filter=waits), failed=Count("deliveries", filter=failed))


def facts() -> list[tuple[str, Text]]:
    """What an endpoint can ask for: everything, all of a subject, or one verb."""
    verbs = history.all_verbs()
    groups = sorted({verb.code.partition(".")[0] for verb in verbs})
    return [
        ("*", Text("全部事件", "Everything")),
        *((f"{name}.*", Text(f"全部 {name} 事件", f"Everything about {name}")) for name in groups),
        *((verb.code, fact_name(verb.code)) for verb in verbs),
    ]


def fact_name(code: str) -> Text:
    """A fact in words: its sentence without who did it to what."""
    for verb in history.all_verbs():
        if verb.code == code:
            return Text(*(_bare(text) for text in (verb.text.zh, verb.text.en)))
    return Text(code, code)


def _bare(sentence: str) -> str:
    return " ".join(_PLACES.sub("…", sentence).split()).strip("… ：:，,")


def positions(actor: Actor) -> QuerySet[Position]:
    """The positions whose eyes the actor may lend to an endpoint: his own, or all with a grant for everything."""
    rows = Position.objects.filter(active=True).select_related("unit").order_by("unit__path", "name")
    if any(reach.scope == Scope.ALL for reach in actor.scopes(capabilities.MANAGE)):
        return rows
    return rows.filter(pk__in=[holding.position_id for holding in actor.positions])


def deliveries(actor: Actor, endpoint: WebhookEndpoint | None = None) -> QuerySet[WebhookDelivery]:
    """What was sent (to one endpoint), newest first."""
    rows: QuerySet[WebhookDelivery] = WebhookDelivery.objects.visible_to(actor)
    if endpoint is not None:
        rows = rows.filter(endpoint=endpoint)
    return rows.select_related("entry", "endpoint").order_by("-pk")


def given_up() -> list[tuple[str, int]]:
    """Names of the active endpoints that did not take messages, with how many were given up."""
    rows = WebhookDelivery.objects.filter(state=WebhookDelivery.FAILED, endpoint__active=True)
    named = rows.values_list("endpoint__name").annotate(count=Count("pk"))
    return list(named.order_by("endpoint__name"))


def position(actor: Actor, position_id: int) -> Position:
    """The position an endpoint shall look through. Invalid for an unknown one; whether it may is the service's rule."""
    row = Position.objects.filter(pk=position_id, active=True).select_related("unit").first()
    if row is None:
        raise Invalid({"position": _("没有这个岗位。")})
    return row
