"""Forgetting what no longer matters about logins."""

from __future__ import annotations

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from zhize.kernel import jobs
from zhize.kernel.accounts import buckets, recovery, sealing
from zhize.kernel.accounts.models import KnownDevice, PasswordCode
from zhize.lib import clock

DEVICE_DAYS = 400
CODE_DAYS = 30


@jobs.task("accounts.send_reset", retries=3, priority=5)
def send_reset(sealed: str, path: str) -> None:
    """The link for a forgotten password; `sealed`: whom it is for, as typed."""
    recovery.send(who=sealing.opened(sealed), path=path)


@jobs.periodic("accounts.tidy", cron="30 3 * * *")
def tidy() -> None:
    """Full buckets, ended sessions, used codes and browsers not seen for a year go."""
    now = clock.now()
    buckets.tidy()
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    PasswordCode.objects.filter(expires_at__lt=now - timedelta(days=CODE_DAYS)).delete()
    KnownDevice.objects.filter(last_seen_at__lt=now - timedelta(days=DEVICE_DAYS)).delete()
