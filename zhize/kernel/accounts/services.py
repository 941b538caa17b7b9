"""What can be done to logins: open, change, disable them, set and reset passwords."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.accounts import buckets, capabilities, tokens
from zhize.kernel.accounts.models import KnownDevice, PasswordCode, User
from zhize.kernel.accounts.tokens import digest
from zhize.kernel.db import DomainError, Invalid, Refused, atomic, guarded_update
from zhize.kernel.org.models import Person
from zhize.lib import clock
from zhize.lib.text import Text

THEMES = ("auto", "light", "dark")
DENSITIES = ("comfortable", "compact")
CONFIRMATIONS = buckets.Limit(10, 15 * 60)
DISABLED = Text("账号已停用", "the login was disabled")
LEFT = Text("已离职", "left")
NEW_PASSWORD = Text("密码已修改", "the password was changed")
CODE_VALID = {"admin": timedelta(hours=24), "mail": timedelta(hours=1)}


class WrongPassword(DomainError):
    """The present password was not the right one."""

    code = "account.wrong_password"
    message = _("当前密码不对。")
    status = 422
    field = "password"


class CodeSpent(DomainError):
    """A reset code is unknown, used or expired; which of them is not said."""

    code = "account.code_spent"
    message = _("代码无效、已使用或已过期，请重新获取。")
    status = 422
    field = "code"


@dataclass(frozen=True)
class ResetCode:
    """A one-time code as it is handed over; only its digest is kept."""

    row: PasswordCode
    secret: str


@atomic
def create(
    *,
    actor: Actor,
    login: str,
    person: Person | None = None,
    email: str = "",
    password: str | None = None,
    language: str = "",
    must_change_password: bool = True,
) -> User:
    """Open a login, for a person or (for machines) without one. Without `password` only a reset code opens it.

    Refused without `account.manage`; Invalid when the login is taken or malformed or the password too weak.
    """
    access.require(actor, capabilities.MANAGE)
    login = login.strip()
    user = User(login=login, person=person, email=email.strip(), language=language)
    errors = _login_errors(login) | _email_errors(user.email) | _language_errors(language)
    if person is not None and User.objects.filter(person=person).exists():
        errors["person"] = _("这个人已有账号。")
    if password is not None:
        errors |= _password_errors(password, user)
    if errors:
        raise Invalid(errors)
    user.must_change_password = must_change_password and password is not None
    user.set_password(password)
    user.save()
    _require_reach(actor, user)
    history.record(
        actor=actor, verb="account.created", subject=user, data={"login": login}, also=_people(user)
    )
    return user


@atomic
def change(*, actor: Actor, user: User, note: str = "", **changes: Any) -> User:
    """Change `login`, `email` or `person`. Invalid as in `create`.

    Refused without `account.manage` on the user as it was and as it would be: a login of one's own people must not
    become the login of somebody above.
    """
    _require_reach(actor, user)
    unknown = set(changes) - {"login", "email", "person"}
    if unknown:
        raise TypeError(f"not changeable here: {sorted(unknown)}")
    errors: dict[str, Any] = {}
    if changes.get("login", user.login) != user.login:
        errors |= _login_errors(changes["login"], but=user)
    if "email" in changes:
        errors |= _email_errors(changes["email"])
    person = changes.get("person")
    if person is not None and User.objects.filter(person=person).exclude(pk=user.pk).exists():
        errors["person"] = _("这个人已有账号。")
    if errors:
        raise Invalid(errors)
    with history.change(user, actor=actor, verb="account.changed", note=note, also=_people(user)):
        guarded_update(user, **changes)
    _require_reach(actor, user)
    return user


@atomic
def set_active(*, actor: Actor, user: User, active: bool, note: str = "") -> User:
    """Disable a login (its sessions and tokens end at once and for good) or enable it again."""
    _require_reach(actor, user)
    if user.is_active == active:
        return user
    verb = "account.enabled" if active else "account.disabled"
    with history.change(user, actor=actor, verb=verb, note=note, also=_people(user)):
        guarded_update(user, expect={"is_active": user.is_active}, is_active=active)
    if not active:
        end_sessions(user)
        tokens.end_all(actor=actor, user=user, note=DISABLED)
    return user


def confirm_password(*, user: User, password: str) -> None:
    """Somebody signed in shows that the login is his. Raises WrongPassword; at most ten tries in fifteen minutes."""
    if CONFIRMATIONS.take(f"confirm:{user.pk}") is not None or not user.check_password(password[:1000]):
        raise WrongPassword
    buckets.refill(f"confirm:{user.pk}")


def change_password(
    *, actor: Actor, user: User, old_password: str, password: str, keep_session: str = ""
) -> User:
    """A person changes his own password; all his other sessions, known devices and tokens end.

    Refused for somebody else's; WrongPassword; Invalid when the new one is too weak.
    """
    if actor.user_id != user.pk or actor.kind != "person":
        raise Refused
    try:
        confirm_password(user=user, password=old_password)
    except WrongPassword as wrong:
        raise WrongPassword(field="old_password") from wrong
    with atomic():
        return _set_password(actor, user, password, must_change=False, keep_session=keep_session)


@atomic
def set_password(*, actor: Actor, user: User, password: str, must_change: bool = True) -> User:
    """An administrator sets a password, which the person must replace when signing in."""
    _require_reach(actor, user)
    return _set_password(actor, user, password, must_change=must_change)


@atomic
def make_code(*, actor: Actor, user: User, by_mail: bool = False) -> ResetCode:
    """A one-time code to set a new password; earlier codes end. The caller hands it over.

    Refused without `account.manage` on the user (the login page's own actor may make codes sent by mail).
    """
    if not by_mail or actor.label != capabilities.DOOR:
        _require_reach(actor, user)
    now = clock.now()
    secret = "-".join(secrets.token_hex(3) for _part in range(4))
    user.password_codes.filter(used_at=None).update(used_at=now)
    row = PasswordCode(
        user=user,
        digest=digest(secret),
        sent_by_mail=by_mail,
        created_at=now,
        expires_at=now + CODE_VALID["mail" if by_mail else "admin"],
    )
    row.save()
    history.record(
        actor=actor, verb="account.password_code", subject=user, data={"by_mail": by_mail}, also=_people(user)
    )
    return ResetCode(row, secret)


@atomic
def use_code(*, code: str, password: str) -> User:
    """Set a new password by a one-time code. CodeSpent for any code that does not work, Invalid for a weak password."""
    row = (
        PasswordCode.objects.select_for_update(of=("self",))
        .filter(
            digest=digest(code.strip().lower()),
            used_at=None,
            expires_at__gt=clock.now(),
            user__is_active=True,
        )
        .select_related("user__person")
        .first()
    )
    if row is None:
        raise CodeSpent
    actor = access.for_user(row.user, channel="web")
    row.used_at = clock.now()
    row.save(update_fields=["used_at"])
    return _set_password(actor, row.user, password, must_change=False)


@atomic
def set_preferences(
    *,
    actor: Actor,
    user: User,
    language: str | None = None,
    theme: str | None = None,
    density: str | None = None,
) -> User:
    """A person's own language (empty: the installation's), theme and density. Not a matter of history."""
    if actor.user_id != user.pk:
        raise Refused
    wanted = {"language": language, "theme": theme, "density": density}
    changes = {name: value for name, value in wanted.items() if value is not None}
    errors: dict[str, Any] = _language_errors(changes.get("language", ""))
    if changes.get("theme", THEMES[0]) not in THEMES:
        errors["theme"] = _("没有这个选项。")
    if changes.get("density", DENSITIES[0]) not in DENSITIES:
        errors["density"] = _("没有这个选项。")
    if errors:
        raise Invalid(errors)
    User.objects.filter(pk=user.pk).update(**changes)
    for name, value in changes.items():
        setattr(user, name, value)
    if user.person_id and changes.get("language"):
        Person.objects.filter(pk=user.person_id).update(language=changes["language"])
    return user


def end_sessions(user: User, keep: str = "") -> int:
    """End all sessions of a user but the one with the key `keep`. Returns how many. The caller records it."""
    from allauth.usersessions.models import UserSession

    rows = UserSession.objects.filter(user=user).exclude(session_key=keep)
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return len(keys)


@atomic
def end_access(*, actor: Actor, person: Person) -> None:
    """End the sessions and tokens of somebody who leaves. The caller has asked for the right and records the leaving."""
    user = User.objects.filter(person=person).first()
    if user is not None:
        end_sessions(user)
        tokens.end_all(actor=actor, user=user, note=LEFT)


def renew_session(request: HttpRequest, user: User) -> None:
    """Keep the asking session after its user's password changed, under a new key."""
    from allauth.usersessions.models import UserSession

    before = request.session.session_key
    update_session_auth_hash(request, user)
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


def _set_password(
    actor: Actor, user: User, password: str, *, must_change: bool, keep_session: str = ""
) -> User:
    errors = _password_errors(password, user)
    if errors:
        raise Invalid(errors)
    user.set_password(password)
    user.must_change_password = must_change
    user.save(update_fields=["password", "must_change_password"])
    KnownDevice.objects.filter(user=user).delete()
    end_sessions(user, keep_session)
    tokens.end_all(actor=actor, user=user, note=NEW_PASSWORD)
    history.record(actor=actor, verb="account.password_set", subject=user, also=_people(user))
    return user


def _require_reach(actor: Actor, user: User) -> None:
    access.require(actor, capabilities.MANAGE, user)


def _people(user: User) -> list[Person]:
    return [user.person] if user.person else []


def _login_errors(login: str, but: User | None = None) -> dict[str, Any]:
    if not login or len(login) > 60 or any(sign.isspace() or not sign.isprintable() for sign in login):
        return {"login": _("登录名要填写，最多 60 个字符，不含空格。")}
    same = User.objects.annotate(folded=Lower("login")).filter(folded=login.lower())
    if but is not None:
        same = same.exclude(pk=but.pk)
    return {"login": _("这个登录名已被使用。")} if same.exists() else {}


def _email_errors(email: str) -> dict[str, Any]:
    if not email:
        return {}
    try:
        validate_email(email)
    except ValidationError:
        return {"email": _("邮箱格式不对。")}
    return {}


def _language_errors(language: str) -> dict[str, Any]:
    known = {code for code, _label in settings.LANGUAGES}
    return {} if not language or language in known else {"language": _("没有这种语言。")}


def _password_errors(password: str, user: User) -> dict[str, Any]:
    try:
        validate_password(password, user)
    except ValidationError as problem:
        return {"password": [str(message) for message in problem.messages]}
    if len(password) > 200:
        return {"password": _("密码太长。")}
    return {}
