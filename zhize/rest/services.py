"""Webhooks: endpoints are told of facts, signed, with retries, and never of what their position may not see."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access, history, jobs
from zhize.kernel.access import Actor, Holding, Reach, Scope
from zhize.kernel.access.models import Grant
from zhize.kernel.db import DomainError, Invalid, Refused, atomic, guarded_update, marks
from zhize.kernel.history.models import Entry
from zhize.kernel.org.models import Position
from zhize.lib import clock
from zhize.rest import capabilities, outgoing
from zhize.rest.models import WebhookDelivery, WebhookEndpoint

KEPT = timedelta(days=90)
AT_ONCE = 2000
WAITS = [timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(minutes=30)] + [
    timedelta(hours=hours) for hours in (1, 3, 6, 12)
]


class StillQueued(DomainError):
    """A message that is still on its way need not be sent again."""

    code = "webhook.still_queued"
    message = _("这条消息还在发送队列中。")


@atomic
def create(*, actor: Actor, name: str, url: str, facts: Iterable[str], position: Position) -> WebhookEndpoint:
    """Set up an endpoint that hears what `position` may see. The answer carries its secret.

    Refused without `webhook.manage` over the position's unit, and for a position that is neither the actor's own
    nor within a grant for everything: nobody may borrow eyes he does not have.
    """
    endpoint = WebhookEndpoint(
        name=name.strip(),
        url=url,
        secret="whsec_" + secrets.token_urlsafe(32),
        facts=sorted(set(facts)),
        position=position,
        created_at=clock.now(),
    )
    _check(endpoint)
    endpoint.save()
    _require(actor, endpoint)
    history.record(
        actor=actor, verb="webhook.created", subject=endpoint, data={"facts": endpoint.facts, "url": url}
    )
    return endpoint


@atomic
def change(*, actor: Actor, endpoint: WebhookEndpoint, note: str = "", **changes: Any) -> WebhookEndpoint:
    """Change name, url, facts, position or active."""
    _require(actor, endpoint)
    unknown = set(changes) - {"name", "url", "facts", "position", "active"}
    if unknown:
        raise TypeError(f"not changeable: {sorted(unknown)}")
    if "facts" in changes:
        changes["facts"] = sorted(set(changes["facts"]))
    with history.change(endpoint, actor=actor, verb="webhook.changed", note=note):
        guarded_update(endpoint, **changes)
    _check(endpoint)
    _require(actor, endpoint)
    return endpoint


@atomic
def renew_secret(*, actor: Actor, endpoint: WebhookEndpoint) -> str:
    """A new secret; the old one stops signing at once. Returned once, not shown again."""
    _require(actor, endpoint)
    guarded_update(endpoint, secret="whsec_" + secrets.token_urlsafe(32))
    history.record(actor=actor, verb="webhook.secret_renewed", subject=endpoint)
    return endpoint.secret


@atomic
def redeliver(*, actor: Actor, delivery: WebhookDelivery) -> WebhookDelivery:
    """Send a message again (with the same id, so that the receiver can tell). StillQueued while it is on its way."""
    _require(actor, delivery.endpoint)
    if delivery.state == WebhookDelivery.QUEUED:
        raise StillQueued
    guarded_update(
        delivery,
        expect={"state": delivery.state},
        state=WebhookDelivery.QUEUED,
        attempts=0,
        error="",
        next_at=None,
    )
    history.record(
        actor=actor, verb="webhook.redelivered", subject=delivery.endpoint, data={"delivery": delivery.pk}
    )
    _queue(delivery)
    return delivery


def wanted_by(entry: Entry) -> list[WebhookEndpoint]:
    """The active endpoints that asked for this fact."""
    active = marks.kept("rest.endpoints", lambda: list(WebhookEndpoint.objects.filter(active=True)))
    return [row for row in active if listens(row, entry.verb)]


def listens(endpoint: WebhookEndpoint, verb: str) -> bool:
    """Whether the endpoint asked for a verb: by its name, by `subject.*`, or by `*`."""
    return any(
        fact in {verb, "*"} or (fact.endswith(".*") and verb.startswith(fact[:-1])) for fact in endpoint.facts
    )


@atomic
def announce(entry: Entry) -> list[WebhookDelivery]:
    """Queue a message for every endpoint that asked for the fact. Safe to call twice."""
    queued = []
    for endpoint in wanted_by(entry):
        delivery, new = WebhookDelivery.objects.get_or_create(
            endpoint=endpoint, entry=entry, defaults={"created_at": clock.now()}
        )
        if new:
            _queue(delivery)
            queued.append(delivery)
    return queued


def deliver(delivery_id: int) -> WebhookDelivery:
    """Send one message now. Written down whatever happens; the job decides by `next_at` when to come back.

    What the position may not see (any more) is withheld, not sent.
    """
    delivery = WebhookDelivery.objects.select_related("endpoint__position__unit", "entry").get(pk=delivery_id)
    if delivery.state != WebhookDelivery.QUEUED:
        return delivery
    if not delivery.endpoint.active or not may_hear(delivery.endpoint, delivery.entry):
        guarded_update(delivery, state=WebhookDelivery.WITHHELD, next_at=None)
        return delivery
    started = time.perf_counter()
    try:
        content = body_of(delivery)
        reply = outgoing.post(delivery.endpoint.url, content, headers_of(delivery, content))
        error = "" if 200 <= reply.status < 300 else f"HTTP {reply.status}"
        status, answer = reply.status, reply.body[:500].replace("\x00", "")
    except outgoing.Unreachable as problem:
        status, answer, error = None, "", str(problem)[:300]
    taken = round((time.perf_counter() - started) * 1000)
    _note(delivery, status=status, answer=answer, error=error, milliseconds=taken)
    return delivery


def _note(delivery: WebhookDelivery, *, error: str, **told: Any) -> None:
    now = clock.now()
    attempts = delivery.attempts + 1
    values: dict[str, Any] = {"attempts": attempts, "error": error, **told}
    if not error:
        values |= {"state": WebhookDelivery.SENT, "sent_at": now, "next_at": None}
    elif attempts > len(WAITS):
        values |= {"state": WebhookDelivery.FAILED, "next_at": None}
    else:
        values["next_at"] = now + WAITS[attempts - 1]
    guarded_update(delivery, **values)


def body_of(delivery: WebhookDelivery) -> bytes:
    """What is sent: which fact about which row. Details are read through the API with the receiver's own token."""
    entry = delivery.entry
    body = {
        "id": f"evt_{entry.pk}",
        "delivery": delivery.pk,
        "type": entry.verb,
        "at": entry.at.isoformat(),
        "subject": {"type": entry.subject_type, "id": entry.subject_id},
        "unit": entry.unit_id,
        "actor": entry.actor_kind,
        "channel": entry.channel,
        "changed": sorted(entry.changes),
    }
    return json.dumps(body, ensure_ascii=False).encode()


def headers_of(delivery: WebhookDelivery, content: bytes) -> dict[str, str]:
    """The headers with the signature: HMAC-SHA256 over `<unix time>.<body>` with the endpoint's secret."""
    at = int(clock.now().timestamp())
    return {
        "Content-Type": "application/json",
        "User-Agent": "Zhize",
        "X-Zhize-Event": delivery.entry.verb,
        "X-Zhize-Delivery": str(delivery.pk),
        "X-Zhize-Signature": f"t={at},v1={signature(delivery.endpoint.secret, at, content)}",
    }


def signature(secret: str, at: int, content: bytes) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + content, hashlib.sha256).hexdigest()


def may_hear(endpoint: WebhookEndpoint, entry: Entry) -> bool:
    """Whether somebody who holds only the endpoint's position could see the row the fact is about."""
    try:
        model = apps.get_model(entry.subject_type)
        policy = access.policy_of(model)
    except LookupError:
        return False
    eyes = eyes_of(endpoint.position)
    row = model._default_manager.filter(pk=entry.subject_id).first()
    return row is not None and policy.allows(eyes, policy.view, row)


def eyes_of(position: Position) -> Actor:
    """An actor that holds one position and is no person: what the position itself may see."""
    held = Holding(position.pk, position.code, position.unit_id, position.unit.path or "")
    reaches: dict[str, tuple[Reach, ...]] = {}
    for grant in Grant.objects.filter(position=position):
        reaches[grant.capability] = (
            Reach(Scope(grant.scope), held.unit_id, held.unit_path, held.position_id),
        )
    return Actor(
        kind="system",
        label=str(position),
        channel="webhook",
        position_id=position.pk,
        positions=(held,),
        reaches=reaches,
    )


def sweep() -> int:
    """Queue messages that are due but have no job any more. Returns how many."""
    now = clock.now()
    late = Q(next_at__lte=now) | Q(next_at=None, created_at__lte=now - WAITS[0])
    rows = WebhookDelivery.objects.filter(late, state=WebhookDelivery.QUEUED).order_by("pk")[:500]
    for delivery in rows:
        _queue(delivery)
    return len(rows)


def forget_deliveries() -> int:
    """Deliveries that are over go 90 days after they were made; the fact itself stays in history. Returns how many."""
    over = WebhookDelivery.objects.filter(created_at__lt=clock.now() - KEPT).exclude(
        state=WebhookDelivery.QUEUED
    )
    gone = 0
    while ids := list(over.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        gone += WebhookDelivery.objects.filter(pk__in=ids).delete()[0]
    return gone


def _queue(delivery: WebhookDelivery) -> None:
    jobs.defer("rest.deliver_webhook", unique=f"rest.deliver_webhook:{delivery.pk}", delivery_id=delivery.pk)


def _require(actor: Actor, endpoint: WebhookEndpoint) -> None:
    access.require(actor, capabilities.MANAGE, endpoint)
    everywhere = any(reach.scope == Scope.ALL for reach in actor.scopes(capabilities.MANAGE))
    own = any(holding.position_id == endpoint.position_id for holding in actor.positions)
    if not everywhere and not own:
        raise Refused(_("只能使用您自己的岗位，或由全局管理员设置。"), code="webhook.borrowed_position")


def _check(endpoint: WebhookEndpoint) -> None:
    """Raise Invalid for a missing name, a bad address, or facts that no verb answers to."""
    errors: dict[str, Any] = {}
    if not endpoint.name or len(endpoint.name) > 80:
        errors["name"] = _("请填写名称，最多 80 个字。")
    try:
        outgoing.check(endpoint.url)
    except Invalid as wrong:
        errors |= wrong.errors
    codes = [verb.code for verb in history.all_verbs()]
    unknown = [
        fact
        for fact in endpoint.facts
        if fact != "*"
        and not any(code == fact or (fact.endswith(".*") and code.startswith(fact[:-1])) for code in codes)
    ]
    if not endpoint.facts:
        errors["facts"] = _("至少选择一种事件。")
    elif unknown:
        errors["facts"] = _("没有这样的事件：%s") % ", ".join(unknown)
    if errors:
        raise Invalid(errors)
