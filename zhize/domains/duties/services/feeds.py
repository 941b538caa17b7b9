"""Opening, renewing and closing the address by which a calendar program reads what somebody owes."""

from __future__ import annotations

import secrets
from datetime import timedelta

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import verbs
from zhize.domains.duties.models import CalendarFeed
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.accounts import tokens
from zhize.kernel.accounts.models import User
from zhize.kernel.db import Outrun, Refused, atomic, guarded_update
from zhize.kernel.history.models import Entry
from zhize.lib import clock
from zhize.lib.text import Text

# `read_at` is written at most this often, so that reading the calendar does not become writing.
READ_STEP = timedelta(hours=1)
WITH_LOGIN = Text("密码已修改或登录已收回", "the password was changed or the login taken back")


@atomic
def open_feed(*, actor: Actor) -> tuple[CalendarFeed, str]:
    """A new address for the actor's own calendar; the one before ends. Returns it with its secret, shown only now.

    Refused for anybody but a person in front of a screen: a token or a job has no calendar.
    """
    if actor.kind != "person" or actor.person_id is None:
        raise Refused
    _close(actor, actor.person_id)
    secret = secrets.token_urlsafe(32)
    feed = CalendarFeed(person_id=actor.person_id, digest=tokens.digest(secret), created_at=clock.now())
    feed.save()
    history.record(actor=actor, verb=verbs.FEED_OPENED, subject=feed, also=[feed.person])
    return feed, secret


@atomic
def close_feed(*, actor: Actor) -> None:
    """End the actor's own address at once. Raises Refused, Outrun when there is none."""
    if actor.kind != "person" or actor.person_id is None:
        raise Refused
    if not _close(actor, actor.person_id):
        raise Outrun


def end_with_login(entry: Entry) -> None:
    """Whoever got at the login may have the address too: it ends together with the sessions and tokens."""
    person_id = entry.subject_id
    if entry.subject_type == User._meta.label_lower:
        person_id = User.objects.values_list("person_id", flat=True).get(pk=entry.subject_id) or 0
    if entry.verb == "account.second_factor_off" and entry.person_id == person_id:
        return
    actor = access.system(caps.TRIGGER, channel=entry.channel, request_id=entry.request_id)
    _close(actor, person_id, WITH_LOGIN)


def _close(actor: Actor, person_id: int, note: str | Text = "") -> bool:
    feed = CalendarFeed.objects.select_related("person").filter(person_id=person_id, closed_at=None)
    found = feed.select_for_update(of=("self",)).first()
    if found is None:
        return False
    guarded_update(found, expect={"closed_at": None}, closed_at=clock.now())
    history.record(actor=actor, verb=verbs.FEED_CLOSED, subject=found, also=[found.person], note=note)
    return True


def find_feed(secret: str) -> CalendarFeed | None:
    """The open address behind a secret, of somebody who is still here and may sign in; None for any other."""
    if not 20 < len(secret) < 100:
        return None
    now = clock.now()
    feed = (
        CalendarFeed.objects.filter(digest=tokens.digest(secret), closed_at=None)
        .filter(person__active=True, person__user__is_active=True)
        .select_related("person")
        .first()
    )
    if feed is not None and (feed.read_at is None or now - feed.read_at > READ_STEP):
        CalendarFeed.objects.filter(pk=feed.pk).update(read_at=now)
    return feed
