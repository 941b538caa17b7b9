"""Reads of the webhook tables, for the API and the administration page."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid
from zhize.kernel.org.models import Position
from zhize.rest.models import WebhookDelivery, WebhookEndpoint


def endpoints(actor: Actor) -> QuerySet[WebhookEndpoint]:
    """The endpoints the actor may see."""
    rows: QuerySet[WebhookEndpoint] = WebhookEndpoint.objects.visible_to(actor)
    return rows.select_related("position__unit")


def deliveries(actor: Actor, endpoint: WebhookEndpoint | None = None) -> QuerySet[WebhookDelivery]:
    """What was sent (to one endpoint), newest first."""
    rows: QuerySet[WebhookDelivery] = WebhookDelivery.objects.visible_to(actor)
    if endpoint is not None:
        rows = rows.filter(endpoint=endpoint)
    return rows.select_related("entry", "endpoint").order_by("-pk")


def position(actor: Actor, position_id: int) -> Position:
    """The position an endpoint shall look through. Invalid for an unknown one; whether it may is the service's rule."""
    row = Position.objects.filter(pk=position_id, active=True).select_related("unit").first()
    if row is None:
        raise Invalid({"position": _("没有这个岗位。")})
    return row
