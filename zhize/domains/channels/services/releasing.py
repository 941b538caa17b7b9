"""What a person decides about mail that was quarantined or ignored."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.models import Case
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels.kinds import MailOutcome
from zhize.domains.channels.models import InboundMail, Line
from zhize.domains.channels.services import lines, mailin, rawmail, sorting, threading
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, atomic, guarded_update
from zhize.lib import clock
from zhize.lib.mailparse import Address, ParsedMail, UnreadableMail

log = structlog.get_logger(__name__)


@atomic
def release(*, actor: Actor, mail: InboundMail, case: Case | None = None) -> InboundMail:
    """Let a quarantined or ignored message in after all: into `case`, or as its contents say.

    A message that cannot be read opens a case with the raw message attached. Raises Invalid for one that is in.
    """
    access.require(actor, caps.MAIL_HANDLE, mail)
    _still_outside(mail)
    parsed, unreadable = mailin.read(rawmail.read(mail))
    line = mail.line or lines.mailbox_line(actor=actor)
    if line is None:
        raise mailin.NoUnit
    system = access.system(caps.MAIL, channel="mail", request_id=actor.request_id)
    if parsed is None:
        parsed = _stand_in(mail, unreadable)
    if case is not None:
        access.require(actor, "case.view", case)
        decision = sorting.Decision(MailOutcome.JOINED, thread=threading.Thread(case, "customer"))
    else:
        decision = sorting.decide(parsed, line, released=True)
    before = mail.outcome
    mail.outcome, mail.reason, mail.detail = decision.outcome, decision.reason, ""
    mail.handled_at, mail.handled_by_id = clock.now(), actor.person_id
    mailin.carry_out(actor=system, mail=mail, parsed=parsed, line=line, decision=decision)
    history.record(
        actor=actor,
        verb="mail.released",
        subject=mail,
        changes={"outcome": [before, mail.outcome]},
        data={"case": mail.case.number if mail.case else ""},
        also=mailin.linked(mail.case),
    )
    return mail


@atomic
def discard(*, actor: Actor, mail: InboundMail, reason: str) -> InboundMail:
    """A person has looked at a quarantined message and wants nothing done; the raw message stays."""
    access.require(actor, caps.MAIL_HANDLE, mail)
    _still_outside(mail)
    if not reason.strip():
        raise Invalid({"reason": [_("请写明原因。")]})
    guarded_update(
        mail,
        outcome=MailOutcome.DISCARDED,
        detail=reason.strip()[:300],
        handled_at=clock.now(),
        handled_by_id=actor.person_id,
    )
    history.record(actor=actor, verb="mail.discarded", subject=mail, note=reason)
    return mail


def _still_outside(mail: InboundMail) -> None:
    """Lock the message and look again: of two who let it in at once, or twice, only the first does.

    Raises Invalid for one that was handled meanwhile.
    """
    now = InboundMail.objects.select_for_update().values_list("outcome", flat=True).get(pk=mail.pk)
    if now not in {MailOutcome.QUARANTINED, MailOutcome.IGNORED}:
        raise Invalid({"": [_("这封邮件已经处理过。")]})


def release_paused(*, actor: Actor, line: Line) -> Sequence[InboundMail]:
    """Take in what arrived while the line was paused. Safe to run twice.

    A message that cannot be taken in stays quarantined for a person; those behind it are taken in all the same.
    """
    rows = InboundMail.objects.filter(line=line, outcome=MailOutcome.QUARANTINED, reason="paused")
    released = []
    for mail in rows.order_by("pk"):
        try:
            released.append(release(actor=actor, mail=mail))
        except DomainError as error:
            log.warning("paused_mail_not_released", mail=mail.pk, code=error.code)
    return released


def _stand_in(mail: InboundMail, problem: UnreadableMail | None) -> ParsedMail:
    reason = problem.reason if problem else "malformed"
    sender = Address(mail.sender or "unknown@localhost", mail.sender_name)
    text = f"邮件无法自动读取（{reason}），原文见收件记录。"
    return ParsedMail(sender=sender, subject=mail.subject or text, text=text, reply=text)
