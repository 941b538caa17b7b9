"""The second factor: codes of an authenticator app (TOTP), and recovery codes for the day it is lost.

Kept in allauth's tables with allauth's arithmetic. What is ours: secrets are sealed, a code works once whichever
process sees it, and everything stands in history.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.accounts import capabilities, sealing, services, tokens
from zhize.kernel.accounts.models import User
from zhize.kernel.db import DomainError, Refused, atomic
from zhize.kernel.org.models import Person
from zhize.lib import clock
from zhize.lib.text import Text

ISSUER = "Zhize 职责"
FACTOR_RESET = Text("两步验证已重置", "the second factor was reset")


class WrongFirstCode(DomainError):
    """The authenticator was not set up rightly: its first code is wrong."""

    code = "factor.wrong_code"
    message = _("验证码不对。请确认手机时间准确，并输入当前显示的 6 位数字。")
    status = 422
    field = "code"


class AlreadyOn(DomainError):
    """The second factor is on; it must be turned off before another authenticator is set up."""

    code = "factor.already_on"
    message = _("两步验证已经启用。")


@dataclass(frozen=True)
class Setup:
    """What an authenticator app needs: the secret to type in, or the address to scan."""

    secret: str
    address: str


def has(user: User) -> bool:
    """Whether signing in needs a second step."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists())


def offer(user: User, secret: str = "") -> Setup:
    """A secret for a new authenticator (or the given one again). Nothing is kept until `turn_on`."""
    secret = secret or totp.generate_totp_secret()
    label = quote(f"{ISSUER}:{user.login}")
    query = urlencode({"secret": secret, "issuer": ISSUER, "digits": mfa_settings.TOTP_DIGITS})
    return Setup(secret, f"otpauth://totp/{label}?{query}")


@atomic
def turn_on(*, actor: Actor, user: User, secret: str, code: str, keep_session: str = "") -> list[str]:
    """Turn the second factor on with the first code of the authenticator. Returns the recovery codes.

    All other sessions end: they were opened without it. Refused for somebody else; AlreadyOn; WrongFirstCode.
    """
    _own(actor, user)
    if has(user):
        raise AlreadyOn
    counter = _counter(secret, code)
    if counter is None:
        raise WrongFirstCode
    instance = totp.TOTP.activate(user, secret).instance
    instance.data["counter"] = counter
    instance.save()
    history.record(actor=actor, verb="account.second_factor_on", subject=user, also=_people(user))
    services.end_sessions(user, keep_session)
    Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).delete()
    return list(RecoveryCodes.activate(user).generate_codes())


@atomic
def turn_off(*, actor: Actor, user: User, note: str = "", keep_session: str = "") -> None:
    """Turn the second factor off: one's own, or (lost phone) with `account.manage` on the user.

    All other sessions end; a lost phone may be in strange hands, so then the tokens end as well.
    """
    own = actor.user_id == user.pk and actor.kind == "person"
    if not own:
        access.require(actor, capabilities.MANAGE, user)
    gone, _rows = Authenticator.objects.filter(user_id=user.pk).delete()
    if gone:
        history.record(
            actor=actor, verb="account.second_factor_off", subject=user, note=note, also=_people(user)
        )
        services.end_sessions(user, keep_session if own else "")
        if not own:
            tokens.end_all(actor=actor, user=user, note=FACTOR_RESET)


@atomic
def renew_recovery_codes(*, actor: Actor, user: User) -> list[str]:
    """New recovery codes; the old ones end."""
    _own(actor, user)
    Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes: list[str] = RecoveryCodes.activate(user).generate_codes()
    history.record(actor=actor, verb="account.recovery_codes", subject=user)
    return codes


def recovery_codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    row = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(RecoveryCodes(row).get_unused_codes()) if row else 0


@atomic
def check(user: User, code: str) -> bool:
    """Whether a code is right now: the authenticator's, newer than any used before, or an unused recovery code."""
    typed = "".join(code.split()).replace("-", "")
    if not typed.isascii() or not typed.isdigit():
        return False
    rows = {row.type: row for row in Authenticator.objects.select_for_update().filter(user_id=user.pk)}
    row = rows.get(Authenticator.Type.TOTP)
    if row is not None and len(typed) == mfa_settings.TOTP_DIGITS:
        counter = _counter(decrypt(row.data["secret"]), typed)
        if counter is None or counter <= row.data.get("counter", 0):
            return False
        row.data["counter"] = counter
        _seal_anew(rows.values())
        return True
    spare = rows.get(Authenticator.Type.RECOVERY_CODES)
    return spare is not None and bool(RecoveryCodes(spare).validate_code(typed))


def _seal_anew(rows: Iterable[Authenticator]) -> None:
    """Keep the rows, their secrets under the present key: it may have been renewed since they were made."""
    for row in rows:
        row.data |= {name: sealing.anew(row.data[name]) for name in ("secret", "seed") if row.data.get(name)}
        row.save()


def _counter(secret: str, code: str) -> int | None:
    """The time step a code belongs to (the present one or one beside it), or None for a wrong code."""
    now = int(clock.now().timestamp()) // int(mfa_settings.TOTP_PERIOD)
    for counter in (now, now - 1, now + 1):
        value = totp.format_hotp_value(totp.hotp_value(secret, counter))
        if len(code) == len(value) and totp.compare_user_code(actual=code, expected=value):
            return counter
    return None


def _own(actor: Actor, user: User) -> None:
    if actor.user_id != user.pk or actor.kind != "person":
        raise Refused


def _people(user: User) -> list[Person]:
    return [user.person] if user.person else []
