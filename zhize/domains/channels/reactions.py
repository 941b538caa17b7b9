"""What the desks do when something happens in cases, and what follows from their own facts."""

from __future__ import annotations

from zhize.domains.cases import registry
from zhize.domains.cases.kinds import Channel
from zhize.domains.cases.models import Message
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels.models import (
    Call,
    Correspondence,
    IdentityCheck,
    InboundEvent,
    InboundMail,
    OutboundMail,
    Relay,
    ServicePassword,
    Visitor,
    WebSubmission,
    WorkEntry,
)
from zhize.domains.channels.selectors import left
from zhize.domains.channels.services import identity, mailout, telling
from zhize.domains.customers import registry as archive
from zhize.domains.customers import services as customers
from zhize.kernel import access, history, jobs, search
from zhize.kernel.history.models import Entry

registry.gate(identity.admit)


@history.on("case.replied")
def send_mail(entry: Entry) -> None:
    """An answer by mail goes out with the same transaction that wrote it, or neither happens."""
    message = entry.handed("cases.message") or Message.objects.get(pk=entry.data["message"])
    if message.channel == Channel.EMAIL:
        actor = access.system(caps.MAIL, channel=entry.channel, request_id=entry.request_id)
        mailout.send_reply(actor=actor, message=message)


@history.on("channel.resumed")
def take_in_what_waited(entry: Entry) -> None:
    """Mail that arrived while its line was paused is taken in now."""
    jobs.defer("channels.release_paused", line_id=entry.subject_id)


@history.after("relay.sent")
def tell_receiver(entry: Entry) -> None:
    telling.relayed(entry)


@history.after("worklog.informed")
def tell_informed(entry: Entry) -> None:
    telling.informed(entry)


@history.after("mail.quarantined")
def tell_of_quarantine(entry: Entry) -> None:
    telling.quarantined(entry)


@history.after("mail.bounced")
def tell_of_bounce(entry: Entry) -> None:
    telling.bounced(entry)


@history.on("call.registered", "call.identified")
def keep_touch_by_call(entry: Entry) -> None:
    """Whoever was on the telephone was in touch with us (CUS-31)."""
    call = Call.objects.only("customer_id", "started_at").get(pk=entry.subject_id)
    if call.customer_id is not None:
        customers.keep_touch(customer_id=call.customer_id, at=call.started_at)


@history.on("visitor.received")
def keep_touch_by_visit(entry: Entry) -> None:
    """Whoever came to the desk was in touch with us (CUS-31)."""
    visitor = Visitor.objects.only("customer_id", "came_at").get(pk=entry.subject_id)
    if visitor.customer_id is not None:
        customers.keep_touch(customer_id=visitor.customer_id, at=visitor.came_at)


for _model in (Call, Visitor, WorkEntry, Relay, IdentityCheck):
    customers.follows(_model)


@history.on("correspondence.recorded")
def keep_index(entry: Entry) -> None:
    """Search finds a document as soon as it is registered."""
    search.refresh(Correspondence.objects.get(pk=entry.subject_id))


archive.personal(Call, texts=("caller_name",), clear=("number", "digits", "note", "demand", "answer"))
archive.personal(Visitor, texts=("name",), clear=("phone", "wish", "result"))
archive.personal(WorkEntry, texts=("who", "content"), clear=("phone", "result"))
archive.personal(Relay, texts=("from_name", "content"), clear=("from_phone", "handled_note"))
archive.personal(IdentityCheck, clear=("evidence", "told"))
archive.personal(ServicePassword, delete=True)
archive.personal(
    InboundMail, find=left.mail_of, texts=("sender_name", "subject"), clear=("sender", "notes", "detail")
)
archive.personal(InboundEvent, find=left.events_of, clear=("body",))
archive.personal(WebSubmission, "case__customer", clear=("filled_in",))
archive.personal(
    OutboundMail, "case__customer", texts=("subject",), named=("by",), clear=("to", "bounce_reason")
)
archive.personal(Correspondence, "case__customer", texts=("sender", "receiver", "subject"))
