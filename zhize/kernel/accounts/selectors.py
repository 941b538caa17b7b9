"""Reads of logins and tokens."""

from __future__ import annotations

from django.db.models import QuerySet

from zhize.kernel.access import Actor
from zhize.kernel.accounts.models import ApiToken, User
from zhize.kernel.db import NotFound


def login_of(actor: Actor) -> User:
    """The user who acts. NotFound for an actor without a login."""
    user = User.objects.filter(pk=actor.user_id or 0).select_related("person").first()
    if user is None:
        raise NotFound
    return user


def logins(actor: Actor) -> QuerySet[User]:
    """The logins the actor may see, by login."""
    rows: QuerySet[User] = User.objects.visible_to(actor)
    return rows.select_related("person").order_by("login")


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """The user's tokens that were not revoked, newest first."""
    return ApiToken.objects.filter(user=user, revoked_at=None).order_by("-created_at")


def tokens(actor: Actor) -> QuerySet[ApiToken]:
    """All tokens the actor may see, newest first."""
    rows: QuerySet[ApiToken] = ApiToken.objects.visible_to(actor)
    return rows.select_related("user__person").order_by("-created_at")
