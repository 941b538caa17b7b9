"""Sending webhooks, and forgetting old keys."""

from __future__ import annotations

from zhize.kernel import jobs
from zhize.rest import services, services_idempotency


@jobs.task("rest.deliver_webhook", queue="outgoing", retries=3)
def deliver_webhook(delivery_id: int) -> None:
    """Try once; come back when the delivery says so."""
    delivery = services.deliver(delivery_id)
    if delivery.next_at is not None:
        raise jobs.Postpone(delivery.next_at, delivery.error)


@jobs.periodic("rest.sweep", every_minutes=5)
def sweep() -> None:
    """Messages whose job was lost go on their way again."""
    services.sweep()


@jobs.periodic("rest.tidy", cron="50 3 * * *")
def tidy() -> None:
    """Idempotency keys are kept for a week, what was sent to endpoints for 90 days."""
    services_idempotency.tidy()
    services.forget_deliveries()
