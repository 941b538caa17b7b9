"""Webhook endpoints and what was sent to them, through the API."""

from __future__ import annotations

from typing import Any

from zhize import rest
from zhize.kernel import access
from zhize.kernel.history import all_verbs
from zhize.rest import capabilities, selectors, services
from zhize.rest.models import WebhookDelivery, WebhookEndpoint
from zhize.rest.operations import Request, created
from zhize.rest.paging import page
from zhize.rest.schema import Id, Line, Page, PageQuery, Schema, When

router = rest.Router("webhooks")


class EndpointIn(Schema):
    name: Line
    url: Line
    facts: list[Line]
    position: Id


class EndpointChange(Schema):
    name: Line | None = None
    url: Line | None = None
    facts: list[Line] | None = None
    active: bool | None = None


class EndpointOut(Schema):
    id: Id
    name: str
    url: str
    facts: list[str]
    position: int
    active: bool
    created_at: When
    secret: str | None = None


class DeliveryOut(Schema):
    id: Id
    event: str
    fact: str
    state: str
    attempts: int
    status: int | None
    error: str
    next_at: When | None
    sent_at: When | None
    created_at: When


class FactOut(Schema):
    code: str
    zh: str
    en: str


@router.get("/webhooks/facts", response=list[FactOut])
@rest.operation(capability=capabilities.VIEW)
def facts(request: Request) -> Any:
    """Facts an endpoint can ask for"""
    return [{"code": verb.code, "zh": verb.text.zh, "en": verb.text.en} for verb in all_verbs()]


@router.get("/webhooks", response=Page[EndpointOut])
@rest.operation(capability=capabilities.VIEW)
def endpoints(request: Request, query: rest.Query[PageQuery]) -> Any:
    """Webhook endpoints"""
    rows = page(selectors.endpoints(request.actor).order_by("-pk"), query)
    return rows.answer(_endpoint(row) for row in rows.rows)


@router.post("/webhooks", response={201: EndpointOut})
@rest.operation(capability=capabilities.MANAGE)
def create(request: Request, body: EndpointIn) -> Any:
    """Set up an endpoint; only this answer shows its secret"""
    row = services.create(
        actor=request.actor,
        name=body.name,
        url=body.url,
        facts=body.facts,
        position=selectors.position(request.actor, body.position),
    )
    return created({**_endpoint(row), "secret": row.secret}, location=f"/api/v1/webhooks/{row.pk}")


@router.get("/webhooks/{endpoint_id}", response=EndpointOut)
@rest.operation(capability=capabilities.VIEW)
def endpoint(request: Request, endpoint_id: Id) -> Any:
    """One endpoint"""
    return _endpoint(access.fetch(request.actor, WebhookEndpoint, endpoint_id))


@router.patch("/webhooks/{endpoint_id}", response=EndpointOut)
@rest.operation(capability=capabilities.MANAGE)
def change(request: Request, endpoint_id: Id, body: EndpointChange) -> Any:
    """Change an endpoint"""
    row = access.fetch(request.actor, WebhookEndpoint, endpoint_id, capabilities.MANAGE)
    return _endpoint(services.change(actor=request.actor, endpoint=row, **body.model_dump(exclude_none=True)))


@router.get("/webhooks/{endpoint_id}/deliveries", response=Page[DeliveryOut])
@rest.operation(capability=capabilities.VIEW)
def deliveries(request: Request, endpoint_id: Id, query: rest.Query[PageQuery]) -> Any:
    """What was sent to an endpoint, newest first"""
    row = access.fetch(request.actor, WebhookEndpoint, endpoint_id)
    rows = page(selectors.deliveries(request.actor, row), query)
    return rows.answer(_delivery(item) for item in rows.rows)


@router.post("/webhooks/deliveries/{delivery_id}/verbs/redeliver", response=DeliveryOut)
@rest.operation(capability=capabilities.MANAGE)
def redeliver(request: Request, delivery_id: Id) -> Any:
    """Send a message again"""
    row = access.fetch(request.actor, WebhookDelivery, delivery_id, capabilities.MANAGE)
    return _delivery(services.redeliver(actor=request.actor, delivery=row))


def _endpoint(row: WebhookEndpoint) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "url": row.url,
        "facts": row.facts,
        "position": row.position_id,
        "active": row.active,
        "created_at": row.created_at,
    }


def _delivery(row: WebhookDelivery) -> dict[str, Any]:
    return {
        "id": row.pk,
        "event": f"evt_{row.entry_id}",
        "fact": row.entry.verb,
        "state": row.state,
        "attempts": row.attempts,
        "status": row.status,
        "error": row.error,
        "next_at": row.next_at,
        "sent_at": row.sent_at,
        "created_at": row.created_at,
    }
