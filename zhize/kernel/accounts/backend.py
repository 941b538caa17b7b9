"""Whose session it is: asked with every page, so composed once. Passwords are checked by Django's own backend."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend

from zhize.kernel.accounts.models import User
from zhize.kernel.db import statements


class OfSession(BaseBackend):
    """Finds the user of a session as `ModelBackend.get_user` does."""

    def get_user(self, user_id: Any) -> User | None:
        user: User | None = statements.first(
            "accounts.of_session", statements.ANYBODY, lambda pk: User.objects.filter(pk=pk), pk=int(user_id)
        )
        return user if user is not None and user.is_active else None
