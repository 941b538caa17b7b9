"""The conversation of a case: answers to the customer, what the customer says, notes, promises, chasing."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.kinds import OUTWARD, Channel, MessageKind
from zhize.domains.cases.models import Case, Message
from zhize.domains.cases.services.writing import write
from zhize.kernel import access, files, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person
from zhize.lib import clock


@lru_cache(maxsize=100)
def _label(channel: str) -> dict[str, str]:
    """The channel's name in both languages. Raises Invalid for one that there is not."""
    if channel not in Channel.values:
        raise Invalid({"channel": _("没有这个渠道。")})
    return {"zh": history.both(Channel(channel).label).zh, "en": channel}


@lru_cache(maxsize=100)
def _outward(channel: str) -> dict[str, str]:
    """The same for a word to the customer: he was called, he did not call."""
    found = _label(channel)
    return {**found, "zh": history.both(OUTWARD[Channel(channel)]).zh} if channel in OUTWARD else found


def _say(
    actor: Actor,
    case: Case,
    kind: str,
    channel: str,
    body: str,
    *,
    at: datetime | None = None,
    mail_message_id: str = "",
    attachments: tuple[Any, ...] = (),
) -> Message:
    if not body.strip() and not attachments:
        raise Invalid({"body": _("请写内容。")})
    message = Message.objects.create(
        case=case,
        kind=kind,
        channel=channel,
        author_id=actor.person_id,
        author_label=actor.label[:120],
        body=body.strip(),
        at=at or clock.now(),
        mail_message_id=mail_message_id[:255],
    )
    for blob, name in attachments:
        files.attach(
            actor=actor,
            blob=blob,
            subject=message,
            name=name,
            visible_to_customer=message.is_public,
        )
    return message


@atomic
def reply(
    *,
    actor: Actor,
    case: Case,
    body: str,
    channel: str,
    result: bool = False,
    attachments: tuple[Any, ...] = (),
) -> Message:
    """A word to the customer through `channel`; by mail it is really sent, by phone or at the counter it was said.

    `result` says that this tells the result (CAS-44). Announces case.replied, which stops the reply clock.
    """
    access.require(actor, "case.reply", case)
    if channel not in Channel.values:
        raise Invalid({"channel": _("没有这个渠道。")})
    if channel == Channel.EMAIL and not (case.contact_email or case.customer):
        raise Invalid({"channel": _("没有客户的邮箱。")})
    message = _say(actor, case, MessageKind.TO_CUSTOMER, channel, body, attachments=attachments)
    now = message.at
    changes: dict[str, Any] = {"last_activity_at": now, "replied_at": case.replied_at or now}
    if result:
        changes["informed_at"] = now
    write(case, **changes)
    history.record(
        actor=actor,
        verb="case.replied",
        subject=case,
        data={"channel_label": _outward(channel), "message": message.pk, "result": result},
        also=[row for row in (case.customer,) if row is not None],
        marks=[message],
    )
    if result:
        history.record(
            actor=actor, verb="case.informed", subject=case, data={"channel_label": _outward(channel)}
        )
    return message


@atomic
def inform(*, actor: Actor, case: Case, channel: str, note: str = "") -> Case:
    """Record that the customer was told the result, without a message text (CAS-28, CAS-44)."""
    access.require(actor, "case.reply", case)
    label, now = _outward(channel), clock.now()
    write(case, informed_at=now, replied_at=case.replied_at or now, last_activity_at=now)
    history.record(actor=actor, verb="case.informed", subject=case, data={"channel_label": label}, note=note)
    return case


@atomic
def receive(
    *,
    actor: Actor,
    case: Case,
    body: str,
    channel: str,
    at: datetime | None = None,
    mail_message_id: str = "",
    attachments: tuple[Any, ...] = (),
) -> Message:
    """The customer wrote or called about the case. Also on a closed case, where it asks for a look."""
    access.require(actor, "case.reply", case)
    label = _label(channel)
    message = _say(
        actor,
        case,
        MessageKind.FROM_CUSTOMER,
        channel,
        body,
        at=at,
        mail_message_id=mail_message_id,
        attachments=attachments,
    )
    write(case, last_activity_at=clock.now())
    history.record(
        actor=actor,
        verb="case.customer_wrote",
        subject=case,
        data={"channel_label": label, "message": message.pk},
        also=[row for row in (case.customer,) if row is not None],
        marks=[message],
    )
    return message


@atomic
def note(
    *, actor: Actor, case: Case, body: str, kind: str = MessageKind.NOTE, attachments: tuple[Any, ...] = ()
) -> Message:
    """An internal note or opinion; the customer never sees it."""
    access.require(actor, "case.note", case)
    if kind not in {MessageKind.NOTE, MessageKind.OPINION}:
        raise Invalid({"kind": _("只能是备注或处理意见。")})
    message = _say(actor, case, kind, Channel.STAFF, body, attachments=attachments)
    write(case, last_activity_at=message.at)
    history.record(
        actor=actor,
        verb="case.noted",
        subject=case,
        data={
            "kind_label": {"zh": history.both(MessageKind(kind).label).zh, "en": kind},
            "message": message.pk,
        },
        marks=[message],
    )
    return message


@atomic
def consult(*, actor: Actor, case: Case, body: str, to: Person | None = None) -> Message:
    """Ask the superior for a decision 请示汇报 (CAS-19): by default one's own, who may ask his own in turn.

    Raises Invalid when there is nobody above.
    """
    access.require(actor, "case.note", case)
    me = Person.objects.filter(pk=actor.person_id or 0).first()
    asked = to or (org.line_manager(me, case.unit) if me is not None else None)
    if asked is None or (me is not None and asked.pk == me.pk):
        raise Invalid({"to": _("找不到可以请示的上级。")})
    message = _say(actor, case, MessageKind.REQUEST, Channel.STAFF, body)
    write(case, last_activity_at=message.at)
    data = {"to": asked.name, "to_id": asked.pk, "message": message.pk}
    history.record(actor=actor, verb="case.consulted", subject=case, data=data, marks=[message])
    return message


@atomic
def urge(*, actor: Actor, case: Case, note: str) -> Case:
    """Chase the holder 催办; the entry stands on the case and the holder is told (CAS-28)."""
    access.require(actor, "case.urge", case)
    if case.is_ended:
        raise Invalid({"": _("工单已经结束。")})
    if not note.strip():
        raise Invalid({"note": _("请写明催办内容。")})
    write(case, urge_count=case.urge_count + 1, last_activity_at=clock.now())
    history.record(actor=actor, verb="case.urged", subject=case, note=note, data={"count": case.urge_count})
    return case
