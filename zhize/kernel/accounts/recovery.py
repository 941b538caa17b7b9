"""A forgotten password: a link by e-mail, without telling a stranger which logins exist."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q

from zhize.kernel import access, jobs, notices
from zhize.kernel.accounts import buckets, capabilities, messages, sealing, services, signin
from zhize.kernel.accounts.models import User
from zhize.kernel.db import atomic

PER_NETWORK = buckets.Limit(5, 3600)
PER_USER = buckets.Limit(3, 3600)


def ask(*, who: str, client: signin.Client, path: str) -> None:
    """Let a reset link be sent to the user with this login or e-mail address, if there is exactly one.

    The answer is the same in every case, and so is what it takes: whether there is such a login, a worker finds out.
    Raises TooMany when too many were asked for from one network. `path`: the page that takes the code. What was typed
    waits sealed: it may be a password in the wrong field, and jobs are kept and shown.
    """
    wait = PER_NETWORK.take(f"reset:network:{client.network}")
    if wait is not None:
        raise signin.TooMany(wait)
    jobs.defer("accounts.send_reset", sealed=sealing.seal(who.strip()[:254]), path=path)


@atomic
def send(*, who: str, path: str) -> None:
    """The link for whoever `who` names; a user gets at most a few mails an hour, whoever asks. Nothing for nobody."""
    found = list(
        User.objects.filter(
            Q(login__iexact=who) | Q(email__iexact=who) | Q(email="", person__email__iexact=who),
            is_active=True,
        ).select_related("person")[:2]
    )
    user = found[0] if len(found) == 1 else None
    address = mail_address(user) if user is not None else ""
    if user is None or not address or not signin.may_enter(user):
        return
    if PER_USER.take(f"reset:user:{user.pk}") is not None:
        return
    actor = access.system(capabilities.DOOR, channel="web")
    code = services.make_code(actor=actor, user=user, by_mail=True)
    notices.send(
        template=messages.PASSWORD_RESET,
        context={
            "name": str(user),
            "login": user.login,
            "minutes": int(services.CODE_VALID["mail"].total_seconds() // 60),
            "link": f"{settings.CONFIG.base_url}{path}?{urlencode({'code': code.secret})}",
        },
        actor=actor,
        addresses=[address],
        language=user.language or (user.person.language if user.person else ""),
        urgent=True,
    )


def mail_address(user: User) -> str:
    """Where mails about a login go: its own address, else that of its person."""
    return user.email or (user.person.email if user.person else "")
