"""Reports that a mail of ours did not arrive."""

from __future__ import annotations

from django.db.models import Q

from zhize.domains.cases.models import Case
from zhize.domains.channels.models import OutboundMail
from zhize.domains.channels.services import threading
from zhize.kernel import history
from zhize.kernel.access import Actor
from zhize.kernel.db import atomic, guarded_update
from zhize.kernel.notices import services as notices
from zhize.kernel.notices.models import Delivery
from zhize.lib import clock
from zhize.lib.mailparse import ParsedMail


@atomic
def note_bounce(*, actor: Actor, mail: ParsedMail) -> Case | None:
    """Note on the message we sent, on its delivery and on its case that it came back. Returns the case, if known.

    A delay is no bounce: nothing is marked. Twice changes nothing. Addresses that failed for good are not
    written to again until somebody clears them.
    """
    sent = _message(mail)
    delivery = _delivery(mail, sent)
    case = sent.case if sent is not None else _case_of(delivery)
    if mail.kind != "bounce" or mail.bounce is None:
        return case
    first = mail.bounce.recipients[0] if mail.bounce.recipients else None
    reason = " ".join(part for part in (first.status, first.reason) if part) if first else ""
    if delivery is not None:
        notices.mark_bounced(
            message_id=delivery.message_id,
            reason=reason or "—",
            permanent=not (first and first.status.startswith("4.")),
        )
    if case is None or (sent is not None and sent.bounced_at is not None):
        return case
    if sent is not None:
        guarded_update(
            sent, expect={"bounced_at": None}, bounced_at=clock.now(), bounce_reason=reason[:300] or "—"
        )
    to = first.email if first else delivery.address if delivery is not None else ""
    history.record(
        actor=actor,
        verb="mail.bounced",
        subject=case,
        data={"to": to, "reason": reason or "—", "mail": sent.pk if sent is not None else None},
        marks=[sent] if sent is not None else [],
    )
    return case


def _delivery(mail: ParsedMail, sent: OutboundMail | None) -> Delivery | None:
    """The delivery that came back; also one that is no mail about a case (a notice to staff)."""
    ids = [sent.message_id] if sent is not None else []
    if not ids and mail.bounce is not None and mail.bounce.original_message_id:
        ids = [mail.bounce.original_message_id]
    return Delivery.objects.filter(message_id__in=[f"<{message_id}>" for message_id in ids]).first()


def _case_of(delivery: Delivery | None) -> Case | None:
    if delivery is None or delivery.subject_type != "cases.case":
        return None
    return Case.objects.filter(pk=delivery.subject_id or 0).first()


def _message(mail: ParsedMail) -> OutboundMail | None:
    """The message that came back: by the id the report names, else by our token and the address in it."""
    named = [mail.bounce.original_message_id] if mail.bounce and mail.bounce.original_message_id else []
    rows = OutboundMail.objects.select_related("case")
    found = rows.filter(message_id__in=[*named, *mail.threads][:50]).order_by("-pk").first()
    if found is not None:
        return found
    thread = threading.find(mail)
    addresses = [recipient.email for recipient in mail.bounce.recipients] if mail.bounce else []
    if thread is None or not addresses:
        return None
    return rows.filter(Q(to__overlap=addresses), case=thread.case).order_by("-pk").first()
