"""Webhooks belong to the unit of the position whose eyes they use."""

from __future__ import annotations

from zhize.kernel import access
from zhize.rest import capabilities
from zhize.rest.models import WebhookDelivery, WebhookEndpoint


@access.policy
class WebhookEndpointPolicy(access.Policy[WebhookEndpoint]):
    model = WebhookEndpoint
    view = capabilities.VIEW
    unit = "position__unit_id"


@access.policy
class WebhookDeliveryPolicy(access.Policy[WebhookDelivery]):
    model = WebhookDelivery
    view = capabilities.VIEW
    unit = "endpoint__position__unit_id"
