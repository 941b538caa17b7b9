"""API tokens: made of enough chance that a plain digest protects them, shown once, found by their digest."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.access.capabilities import UnknownCapability
from zhize.kernel.accounts import capabilities
from zhize.kernel.accounts.models import ApiToken, User
from zhize.kernel.db import Invalid, Outrun, Refused, atomic, guarded_update, statements
from zhize.lib import clock
from zhize.lib.text import Text

LEAD = "zz_"
# `last_used_at` is written at most this often, so that reading through the API does not become writing.
USED_STEP = timedelta(minutes=5)


@dataclass(frozen=True)
class Issued:
    """A new token. `secret` is what the client sends; it is not kept and cannot be shown again."""

    token: ApiToken
    secret: str


@atomic
def issue(
    *, actor: Actor, user: User, name: str, scopes: Iterable[str] = (), expires_at: datetime | None = None
) -> Issued:
    """Issue a token acting for `user`, narrowed to the capabilities in `scopes` (none listed: all he has).

    Refused without `token.issue` on the user, or for an inactive one; Invalid for an unknown capability, a past
    expiry or a missing name. A token never may more than its user.
    """
    name = name.strip()
    require_for(actor, user)
    wanted = sorted(set(scopes))
    errors: dict[str, object] = {}
    if not name or len(name) > 80:
        errors["name"] = _("请填写名称，最多 80 个字。")
    unknown = [code for code in wanted if not _declared(code)]
    if unknown:
        errors["scopes"] = _("没有这样的权限：%s") % ", ".join(unknown)
    if expires_at is not None and expires_at <= clock.now():
        errors["expires_at"] = _("到期时间要晚于现在。")
    if not user.is_active:
        errors["user"] = _("账号已停用。")
    if errors:
        raise Invalid(errors)
    secret = LEAD + secrets.token_urlsafe(32)
    token = ApiToken(
        user=user,
        name=name,
        prefix=secret[: len(LEAD) + 6],
        digest=digest(secret),
        scopes=wanted,
        created_at=clock.now(),
        expires_at=expires_at,
    )
    token.save()
    history.record(
        actor=actor,
        verb="token.issued",
        subject=token,
        data={"scopes": wanted, "expires_at": expires_at},
        also=[user],
    )
    return Issued(token, secret)


@atomic
def revoke(*, actor: Actor, token: ApiToken, note: str = "") -> ApiToken:
    """End a token at once. Refused without `token.issue` on its user; Outrun when it is revoked already."""
    require_for(actor, token.user)
    if token.revoked_at is not None:
        raise Outrun
    guarded_update(token, expect={"revoked_at": None}, revoked_at=clock.now())
    history.record(actor=actor, verb="token.revoked", subject=token, note=note, also=[token.user])
    return token


def end_all(*, actor: Actor, user: User, note: str | Text = "") -> int:
    """End every token of a login that was closed or taken back. Returns how many; the caller has asked for the right."""
    rows = list(ApiToken.objects.filter(user=user, revoked_at=None))
    for token in rows:
        guarded_update(token, expect={"revoked_at": None}, revoked_at=clock.now())
        history.record(actor=actor, verb="token.revoked", subject=token, note=note, also=[user])
    return len(rows)


def require_for(actor: Actor, user: User) -> None:
    """Whether the actor may issue and revoke tokens of `user`, by the reach of his grant. Raises Refused."""
    access.require(actor, capabilities.TOKEN_ISSUE)
    if not access.policy_of(User).allows(actor, capabilities.TOKEN_ISSUE, user):
        raise Refused(code=f"refused.{capabilities.TOKEN_ISSUE}")


def find(secret: str) -> ApiToken | None:
    """The valid token behind what a client sent: not revoked, not expired, of an active user and person."""
    if not secret.startswith(LEAD) or len(secret) > 100:
        return None
    now = clock.now()
    token: ApiToken | None = statements.first(
        "accounts.token", statements.ANYBODY, _valid, digest=digest(secret), now=now
    )
    if token is None or (token.user.person is not None and not token.user.person.active):
        return None
    if token.last_used_at is None or now - token.last_used_at > USED_STEP:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def _valid(digest: Any, now: Any) -> QuerySet[ApiToken]:
    rows = ApiToken.objects.filter(digest=digest, revoked_at=None, user__is_active=True)
    return rows.filter(Q(expires_at=None) | Q(expires_at__gt=now)).select_related("user__person")[:1]


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _declared(code: str) -> bool:
    try:
        access.known(code)
    except UnknownCapability:
        return False
    return True
