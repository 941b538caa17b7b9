"""Where somebody is signed in, and signing out the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.accounts import capabilities, clients, services
from zhize.kernel.accounts.models import User
from zhize.kernel.db import NotFound, Refused, atomic
from zhize.lib import clock


@dataclass(frozen=True)
class SignedIn:
    """One open session. `current`: the one that asks."""

    id: int
    address: str
    browser: str
    since: datetime
    current: bool


def listing(user: User, current_key: str) -> list[SignedIn]:
    """The open sessions of a user, the asking one first."""
    rows = list(UserSession.objects.filter(user=user).order_by("-created_at"))
    alive = set(
        Session.objects.filter(
            session_key__in=[row.session_key for row in rows], expire_date__gt=clock.now()
        ).values_list("session_key", flat=True)
    )
    shown = [
        SignedIn(
            row.pk, row.ip, clients.words(row.user_agent), row.created_at, row.session_key == current_key
        )
        for row in rows
        if row.session_key in alive
    ]
    return sorted(shown, key=lambda row: not row.current)


@atomic
def end_others(*, actor: Actor, user: User, current_key: str) -> int:
    """End all sessions of the user but the asking one. Returns how many."""
    _own(actor, user)
    count = services.end_sessions(user, keep=current_key)
    history.record(actor=actor, verb="account.session_ended", subject=user, data={"count": count})
    return count


@atomic
def end_one(*, actor: Actor, user: User, session_id: int) -> None:
    """End one session of the user. NotFound for somebody else's."""
    _own(actor, user)
    row = UserSession.objects.filter(pk=session_id, user=user).first()
    if row is None:
        raise NotFound
    Session.objects.filter(session_key=row.session_key).delete()
    row.delete()
    history.record(actor=actor, verb="account.session_ended", subject=user, data={"count": 1})


def _own(actor: Actor, user: User) -> None:
    if actor.user_id != user.pk or actor.kind != "person":
        raise Refused


@atomic
def end_all(*, actor: Actor, user: User) -> int:
    """End all sessions of somebody else's login, by whoever looks after it. Refused without `account.manage` on it."""
    access.require(actor, capabilities.MANAGE, user)
    count = services.end_sessions(user)
    history.record(actor=actor, verb="account.session_ended", subject=user, data={"count": count})
    return count
