"""Who asks: sessions and a token, made as the product makes them."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from zhize.kernel import access
from zhize.kernel.accounts import capabilities, tokens
from zhize.kernel.accounts.models import User
from zhize.kernel.org.models import Person


def doors(_count: int) -> dict[str, str]:
    """Token of the desk, and sessions of desk, of somebody who owes 200 things, and of the manager."""
    holder, _new = User.objects.get_or_create(
        login="bench-holder", defaults={"person": Person.objects.get(employee_no="D00000")}
    )
    desk = _holding("receptionist")
    cli = access.system(capabilities.CLI)
    return {
        "token": tokens.issue(actor=cli, user=desk, name="bench").secret,
        "desk": _session(desk),
        "holder": _session(holder),
        "manager": _session(_holding("centre_manager")),
    }


def _holding(position: str) -> User:
    found = User.objects.filter(person__appointments__position__code=position).order_by("pk").first()
    assert found is not None  # the stage appoints one
    return found


def _session(user: User) -> str:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)
