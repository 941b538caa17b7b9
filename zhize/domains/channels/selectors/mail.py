"""Lists of mail in and out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from zhize.domains.cases.models import Case
from zhize.domains.channels.kinds import MailOutcome
from zhize.domains.channels.models import InboundMail, Mailbox, OutboundMail
from zhize.kernel.access import Actor
from zhize.kernel.notices.models import Delivery, State
from zhize.lib import clock

SILENT = timedelta(minutes=15)


def inbound(actor: Actor, *, outcome: str | None = None) -> QuerySet[InboundMail]:
    """Mail that came in, with what a row shows."""
    rows = InboundMail.objects.visible_to(actor).select_related(
        "unit", "line", "case", "document", "handled_by"
    )
    return rows.filter(outcome=outcome) if outcome else rows


def to_decide(actor: Actor) -> QuerySet[InboundMail]:
    """Quarantined mail, the oldest first."""
    return inbound(actor, outcome=MailOutcome.QUARANTINED).order_by("pk")


def outbound(actor: Actor) -> QuerySet[OutboundMail]:
    """Mail about cases that went out, with `fate`: the state of the delivery that carries it."""
    carried = Delivery.objects.filter(message_id=Concat(Value("<"), OuterRef("message_id"), Value(">")))
    rows = OutboundMail.objects.visible_to(actor).select_related("unit", "case", "document")
    return rows.annotate(fate=Subquery(carried.values("state")[:1]))


def delivery_of(mail: OutboundMail) -> Delivery | None:
    """The delivery that carries a mail."""
    return Delivery.objects.filter(message_id=f"<{mail.message_id}>").first()


def of_case(case: Case) -> QuerySet[OutboundMail]:
    """Mail that went out about a case, for its page."""
    return OutboundMail.objects.filter(case=case).select_related("document").order_by("pk")


@dataclass(frozen=True)
class Health:
    """How the coming and going of mail stands for the actor's units."""

    boxes: list[Mailbox]
    quarantined: int
    waiting: int
    failed: int
    bounced: int
    sent_at: datetime | None


def health(actor: Actor) -> Health:
    """What the page about the mailboxes shows. Three queries."""
    told = outbound(actor).aggregate(
        waiting=Count("pk", filter=Q(fate=State.QUEUED)),
        failed=Count("pk", filter=Q(fate=State.FAILED)),
        bounced=Count("pk", filter=Q(bounced_at__isnull=False)),
        sent_at=Max("at", filter=Q(fate=State.SENT)),
    )
    return Health(list(mailboxes()), to_decide(actor).count(), **told)


def is_silent(box: Mailbox) -> bool:
    """Whether a mailbox was not read for longer than it should be."""
    return box.read_at is None or clock.now() - box.read_at > SILENT


def mailboxes() -> QuerySet[Mailbox]:
    """How the fetching of mail stands, for the administration and the health page."""
    return Mailbox.objects.order_by("name")
