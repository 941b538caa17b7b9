"""Lists of mail in and out."""

from __future__ import annotations

from django.db.models import QuerySet

from zhize.domains.cases.models import Case
from zhize.domains.channels.kinds import MailOutcome
from zhize.domains.channels.models import InboundMail, Mailbox, OutboundMail
from zhize.kernel.access import Actor


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
    """Mail about cases that went out."""
    return OutboundMail.objects.visible_to(actor).select_related("unit", "case", "document")


def of_case(case: Case) -> QuerySet[OutboundMail]:
    """Mail that went out about a case, for its page."""
    return OutboundMail.objects.filter(case=case).select_related("document").order_by("pk")


def mailboxes() -> QuerySet[Mailbox]:
    """How the fetching of mail stands, for the administration and the health page."""
    return Mailbox.objects.order_by("name")
