"""What people do with notices and messages: read, acknowledge, choose, reword, send again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, NotFound, Outrun, Refused, atomic, guarded_update
from zhize.kernel.notices import capabilities, delivering, selectors, sending, texts
from zhize.kernel.notices.models import (
    Channel,
    DeadAddress,
    Delivery,
    Notice,
    NoticeTemplate,
    NotificationPreference,
    State,
)
from zhize.lib import clock
from zhize.lib.text import Text


class NotToRetry(DomainError):
    """Only a message that ended without being sent can be sent again."""

    code = "delivery.not_to_retry"
    message = _("只有没发出去的消息才能重新发送。")


@atomic
def acknowledge(*, actor: Actor, notice: Notice) -> Notice:
    """The person confirms to have got it; stands in the timeline of the row it is about. Twice is once."""
    _own(actor, notice)
    if not notice.needs_ack or notice.ack_at is not None:
        return notice
    now = clock.now()
    try:
        guarded_update(notice, expect={"ack_at": None}, ack_at=now, read_at=notice.read_at or now)
    except Outrun:
        notice.refresh_from_db()
        return notice
    row = selectors.subject_of(notice)
    history.record(
        actor=actor, verb="notice.acknowledged", subject=notice, also=[row] if row is not None else []
    )
    return notice


@atomic
def read(*, actor: Actor, notice: Notice) -> Notice:
    """The person opened it."""
    _own(actor, notice)
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=clock.now())
    notice.refresh_from_db()
    return notice


@atomic
def read_all(*, actor: Actor) -> int:
    """Mark all of the actor's notices as read, but those that still want an acknowledgement. Returns how many."""
    rows = selectors.for_person(actor, unread=True).exclude(needs_ack=True, ack_at=None)
    return rows.update(read_at=clock.now())


@atomic
def set_preferences(
    *,
    actor: Actor,
    channels: Sequence[str],
    push_address: str = "",
    quiet_from: time | None = None,
    quiet_to: time | None = None,
) -> NotificationPreference:
    """How the actor wants to be told. Notices inside the product always come. Invalid for what cannot be."""
    if actor.person_id is None:
        raise Refused
    errors: dict[str, Any] = {}
    if not set(channels) <= set(Channel.values):
        errors["channels"] = _("没有这种方式。")
    if push_address and not delivering.allowed(push_address):
        errors["push_address"] = _("不支持这种推送地址。")
    if Channel.PUSH in channels and not push_address:
        errors["push_address"] = _("选择推送时要填写推送地址。")
    if (quiet_from is None) != (quiet_to is None) or (quiet_from is not None and quiet_from == quiet_to):
        errors["quiet_from"] = _("免打扰时段要同时填写开始和结束，且不能相同。")
    if errors:
        raise Invalid(errors)
    row, _created = NotificationPreference.objects.update_or_create(
        person_id=actor.person_id,
        defaults={
            "channels": [Channel.IN_APP.value, *(item for item in channels if item != Channel.IN_APP)],
            "push_address": push_address,
            "quiet_from": quiet_from,
            "quiet_to": quiet_to,
        },
    )
    return row


@atomic
def save_text(
    *, actor: Actor, code: str, title: Text, body: Text, short: Text | None = None, note: str = ""
) -> NoticeTemplate:
    """Put the site's own text in force, as a new version; applies to what is sent from now on.

    Refused without `message.edit`; Invalid without a Chinese title or with a placeholder the message does not have.
    """
    access.require(actor, capabilities.TEXT_EDIT)
    known = selectors.text_of(code)
    message = texts.Message(title, body, short or Text("", ""))
    _check_text(message, _names(known))
    last = NoticeTemplate.objects.select_for_update().filter(code=code).order_by("-version").first()
    NoticeTemplate.objects.filter(code=code, current=True).update(current=False)
    row = NoticeTemplate(
        code=code,
        version=last.version + 1 if last else 1,
        title_zh=title.zh,
        title_en=title.en,
        body_zh=body.zh,
        body_en=body.en,
        short_zh=message.short.zh,
        short_en=message.short.en,
        created_at=clock.now(),
        created_by_label=actor.label[:120],
    )
    row.save()
    history.record(
        actor=actor,
        verb="message.changed",
        subject=row,
        data={"code": code, "version": row.version},
        note=note,
    )
    return row


@atomic
def revert_text(*, actor: Actor, code: str, note: str = "") -> None:
    """Go back to the text of the pack, or of the product. The site's versions stay to be looked up."""
    access.require(actor, capabilities.TEXT_EDIT)
    row = NoticeTemplate.objects.filter(code=code, current=True).first()
    if row is None:
        return
    with history.change(row, actor=actor, verb="message.reverted", note=note, data={"code": code}):
        guarded_update(row, expect={"current": True}, current=False)


@atomic
def retry(*, actor: Actor, delivery: Delivery) -> Delivery:
    """Send a failed, bounced or suppressed message again, under the same Message-ID. NotToRetry otherwise."""
    access.require(actor, capabilities.DELIVERY_RETRY, delivery)
    if delivery.state in {State.QUEUED, State.SENT}:
        raise NotToRetry
    _clear(actor, delivery.channel, delivery.address)
    guarded_update(
        delivery,
        expect={"state": delivery.state},
        state=State.QUEUED,
        attempts=0,
        error="",
        next_at=clock.now(),
    )
    history.record(actor=actor, verb="delivery.retried", subject=delivery)
    sending.start([delivery])
    return delivery


@atomic
def mark_bounced(*, message_id: str, reason: str, permanent: bool) -> Delivery | None:
    """A bounce came in for a mail we sent. For good: nothing more goes to that address. None: not one of ours."""
    row = Delivery.objects.select_for_update().filter(message_id=message_id, channel=Channel.EMAIL).first()
    if row is None:
        return None
    if row.state == State.SENT:
        guarded_update(row, expect={"state": State.SENT}, state=State.BOUNCED, error=reason[:500])
        worker = access.system(capabilities.DELIVERER)
        history.record(actor=worker, verb="delivery.failed", subject=row, data={"error": reason[:200]})
    if permanent:
        DeadAddress.objects.get_or_create(
            channel=row.channel,
            address=row.address.lower(),
            defaults={"reason": reason[:500], "since": clock.now()},
        )
    return row


@atomic
def withhold(rows: QuerySet[Delivery], *, why: str) -> None:
    """Send none of these that still wait. For whoever empties them, in the same transaction."""
    rows.filter(state=State.QUEUED).update(state=State.SUPPRESSED, next_at=None, error=why)


def clear_address(*, actor: Actor, row: DeadAddress) -> None:
    """Send to a bounced address again. Refused for one that no message of the actor's to send again came back from."""
    if not selectors.dead_addresses(actor, capabilities.DELIVERY_RETRY).filter(pk=row.pk).exists():
        raise Refused
    _clear(actor, row.channel, row.address)


def _clear(actor: Actor, channel: str, address: str) -> None:
    row = DeadAddress.objects.filter(channel=channel, address=address.lower()).first()
    if row is not None:
        history.record(actor=actor, verb="address.cleared", subject=row, data={"address": row.address})
        row.delete()


def _own(actor: Actor, notice: Notice) -> None:
    if actor.person_id is None or notice.person_id != actor.person_id:
        raise NotFound


def _names(known: selectors.InForce) -> set[str]:
    """What the texts of a message may use; for one that only a pack knows, what the pack's text uses."""
    if known.names is not None:
        return set(known.names)
    packed = texts.from_pack(known.code)
    if packed is None:
        return set()
    return {
        name
        for text in (packed[0].title, packed[0].body, packed[0].short)
        for name in texts.placeholders(text)
    }


def _check_text(message: texts.Message, names: set[str]) -> None:
    errors: dict[str, Any] = {}
    if not message.title.zh.strip():
        errors["title"] = _("中文标题要填写。")
    parts = {"title": message.title, "body": message.body, "short": message.short}
    for field, text in parts.items():
        if field != "body" and max(len(text.zh), len(text.en)) > 300:
            errors[field] = _("最多 300 个字。")
        wrong = texts.strangers(texts.Message(text, Text("", "")), names)
        if wrong:
            errors[field] = _("这条消息没有这些内容可填：%s") % ", ".join(wrong)
    if errors:
        raise Invalid(errors)
