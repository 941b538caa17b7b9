"""Reports that a mail of ours did not arrive."""

from __future__ import annotations

from django.db.models import Q

from zhize.domains.cases.models import Case
from zhize.domains.channels.models import OutboundMail
from zhize.domains.channels.services import threading
from zhize.kernel import history
from zhize.kernel.access import Actor
from zhize.kernel.db import atomic, guarded_update
from zhize.lib import clock
from zhize.lib.mailparse import ParsedMail


@atomic
def note_bounce(*, actor: Actor, mail: ParsedMail) -> Case | None:
    """Note on the message we sent, and on its case, that it came back. Returns the case, if it is known.

    A delay is no bounce: nothing is marked. Twice changes nothing.
    """
    sent = _message(mail)
    if sent is None:
        return None
    if mail.kind != "bounce" or sent.bounced_at is not None or mail.bounce is None:
        return sent.case
    first = mail.bounce.recipients[0] if mail.bounce.recipients else None
    reason = " ".join(part for part in (first.status, first.reason) if part) if first else ""
    to = first.email if first else ", ".join(sent.to)
    guarded_update(
        sent, expect={"bounced_at": None}, bounced_at=clock.now(), bounce_reason=reason[:300] or "—"
    )
    history.record(
        actor=actor,
        verb="mail.bounced",
        subject=sent.case,
        data={"to": to, "reason": reason or "—", "mail": sent.pk},
        marks=[sent],
    )
    return sent.case


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
