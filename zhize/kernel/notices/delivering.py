"""Handing messages over, one attempt at a time.

Before an attempt the row counts it (a second worker sees that and leaves it alone), afterwards it says how it
went. A worker killed in between tries again later under the same Message-ID, by which receivers know it.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings

from zhize.kernel import access, history, jobs
from zhize.kernel.db import Outrun, atomic, guarded_update
from zhize.kernel.notices import capabilities, mailing, sending
from zhize.kernel.notices.models import Channel, Delivery, State
from zhize.lib import clock

logger = logging.getLogger("zhize.notices")

BATCH = 50
# 1, 2, 4 … minutes, at most 4 hours: given up after about two days.
LONGEST_WAIT = timedelta(hours=4)
MOST_ATTEMPTS = 18
# What a second worker leaves alone: somebody is at it.
HELD = timedelta(minutes=5)


def send_mails(limit: int = BATCH) -> int:
    """Send due mails over one connection. Returns how many were sent; queues itself again while more are due.

    Without a configured server, or while it is down, they stay queued.
    """
    server = mailing.Server.configured()
    if server is None:
        return 0
    due = _due(Channel.EMAIL).order_by("-urgent", "next_at", "pk")[:limit]
    rows = list(due)
    sent = 0
    with mailing.Line(server) as line:
        for number, row in enumerate(rows):
            try:
                sent += _mail(line, row)
            except mailing.ServerDown as down:
                for waiting in rows[number:]:
                    _later(waiting, f"mail server: {down}", counted=waiting is row)
                return sent
    if len(rows) == limit:
        jobs.defer("notices.mail", unique="notices.mail", lock="notices.mail")
    return sent


def _mail(line: mailing.Line, row: Delivery) -> bool:
    if not _claim(row):
        return False
    try:
        line.send(mailing.compose(row), mailing.recipients(row))
    except mailing.Rejected as refused:
        if refused.final:
            finish(row, State.FAILED, str(refused))
        else:
            _later(row, str(refused))
        return False
    except mailing.ServerDown:
        raise
    except Exception as problem:
        # Whatever is wrong with this one, the others must leave; it is counted, kept on the row and given up in time.
        logger.exception("mail %s could not be sent", row.pk)
        _later(row, f"{type(problem).__name__}: {problem}")
        return False
    finish(row, State.SENT)
    return True


def push(delivery_id: int) -> bool:
    """Send one message by the notification library. False when it was not sent (now)."""
    row = Delivery.objects.filter(pk=delivery_id, state=State.QUEUED).first()
    if row is None or row.next_at is None or row.next_at > clock.now() or not _claim(row):
        return False
    import apprise  # large, and only workers need it

    service = apprise.Apprise()
    address = row.address if row.channel == Channel.PUSH else sms_address(row.address)
    if not address or not allowed(address, own=row.channel == Channel.PUSH) or not service.add(address):
        finish(row, State.FAILED, "no usable address" if address else "no SMS service is configured")
        return False
    if service.notify(title=row.title, body=row.body or row.title):
        finish(row, State.SENT)
        return True
    _later(row, "the service did not take it")
    return False


def sweep(limit: int = 500) -> int:
    """Queue what is due: waited out quiet hours or a failure, or lost its job. Returns how many."""
    mail = _due(Channel.EMAIL).exists() and mailing.Server.configured() is not None
    others = list(
        Delivery.objects.filter(state=State.QUEUED, next_at__lte=clock.now()).exclude(channel=Channel.EMAIL)[
            :limit
        ]
    )
    if mail:
        jobs.defer("notices.mail", unique="notices.mail", lock="notices.mail")
    sending.start(others)
    return len(others) + mail


def _due(channel: Channel) -> Any:
    return Delivery.objects.filter(state=State.QUEUED, channel=channel, next_at__lte=clock.now())


def _claim(row: Delivery) -> bool:
    """Count the attempt; False when another worker was faster. If this one dies now, the row is due again soon."""
    try:
        guarded_update(
            row,
            expect={"state": State.QUEUED, "attempts": row.attempts},
            attempts=row.attempts + 1,
            next_at=clock.now() + HELD,
        )
    except Outrun:
        return False
    return True


def _later(row: Delivery, error: str, *, counted: bool = True) -> None:
    """Put a message off. One that had its chance and failed too often is given up."""
    if counted and row.attempts >= MOST_ATTEMPTS:
        finish(row, State.FAILED, error)
        return
    wait = min(LONGEST_WAIT, timedelta(minutes=1) * 2 ** min(max(row.attempts - 1, 0), 12))
    Delivery.objects.filter(pk=row.pk, state=State.QUEUED).update(
        next_at=clock.now() + wait, error=error[:500]
    )


@atomic
def finish(row: Delivery, state: State, error: str = "") -> None:
    """Write how a message ended. A failure stands in history, so that somebody can be told."""
    guarded_update(
        row,
        expect={"state": State.QUEUED},
        state=state,
        error=error[:500],
        next_at=None,
        sent_at=clock.now() if state == State.SENT else None,
    )
    if state == State.FAILED:
        worker = access.system(capabilities.DELIVERER)
        history.record(actor=worker, verb="delivery.failed", subject=row, data={"error": error[:200]})


# Services of the notification library that people may enter themselves: all of them fixed hosts on the internet.
PUBLIC_SERVICES = frozenset(
    ["wecombot", "dingtalk", "feishu", "lark", "slack", "tgram", "discord", "schan", "pushplus", "wxpusher"]
)


def allowed(address: str, *, own: bool = True) -> bool:
    """Whether a push address may be used: services with hosts of their own, or a host the operator opened."""
    scheme, _colon, rest = address.partition("://")
    if not own or scheme.lower() in PUBLIC_SERVICES:
        return bool(rest)
    inside = {item.strip() for item in settings.CONFIG.webhook_inside.split(",") if item.strip()}
    return scheme.lower() in {"json", "jsons"} and rest.partition("/")[0] in inside


def sms_address(phone: str) -> str:
    """The configured SMS service with the number put in; empty without one."""
    digits = "".join(sign for sign in phone if sign.isdigit() or sign == "+")
    return (
        str(settings.CONFIG.sms_url).replace("{phone}", digits) if settings.CONFIG.sms_url and digits else ""
    )
