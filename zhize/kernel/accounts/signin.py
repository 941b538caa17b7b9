"""Coming in: password, second factor, and a brake on guessing that a stranger cannot turn against its victim.

Tries are counted per login and network, per network, and per login over all networks. Browsers that signed in before are known by a cookie and
counted by themselves: whatever strangers do, a known browser has its own tries, and so many in a day. An unknown
login costs the same time and gets the same answer as a wrong password.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access, history
from zhize.kernel.accounts import buckets, capabilities, clients, factors
from zhize.kernel.accounts.models import KnownDevice, User
from zhize.kernel.accounts.session_store import LONGEST
from zhize.kernel.accounts.tokens import digest
from zhize.kernel.db import DomainError, atomic
from zhize.lib import clock
from zhize.lib.text import Text

PER_LOGIN = buckets.Limit(5, 15 * 60)
PER_NETWORK = buckets.Limit(60, 15 * 60)
# Over all networks together: many hired machines shall not guess where one may not.
PER_LOGIN_EVERYWHERE = buckets.Limit(100, 3600)
PER_DEVICE = buckets.Limit(10, 15 * 60)
PER_FACTOR = buckets.Limit(10, 15 * 60)
# However patient: of a million codes three are right at any moment, of passwords some are likely.
A_DAY = buckets.Limit(60, 24 * 3600)
# Who knows the password shall neither try codes from many networks without end, nor keep the owner's next browser out.
PER_FACTOR_EVERYWHERE = buckets.Limit(5 * A_DAY.capacity, 24 * 3600)

WRONG_PASSWORD = Text("密码不对", "wrong password")
WRONG_FACTOR = Text("验证码不对", "wrong code")
CLOSED = Text("账号已停用", "the login is disabled")

COOKIE = "zz_device"
COOKIE_SECONDS = 400 * 24 * 3600
PENDING = "signin.pending"
PENDING_FOR = timedelta(minutes=10)
BACKEND = "zhize.kernel.accounts.backend.OfSession"


class WrongLogin(DomainError):
    """Login and password do not fit together (which of them is not said)."""

    code = "signin.wrong"
    message = _("登录名或密码不对。")
    status = 422


class WrongCode(DomainError):
    """The code of the second factor is wrong, used or expired."""

    code = "signin.wrong_code"
    message = _("验证码不对或已过期，请看一眼最新的再输。")
    status = 422
    field = "code"


class TooMany(DomainError):
    """Too many wrong tries from here; the password was not looked at."""

    code = "signin.too_many"
    status = 429

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        minutes = max(1, round(wait.total_seconds() / 60))
        super().__init__(_("试得太多了，请 %s 分钟后再试，或换用平时登录的浏览器。") % minutes)


class NotPending(DomainError):
    """The first step of signing in was not done, or too long ago."""

    code = "signin.not_pending"
    message = _("请重新输入登录名和密码。")


@dataclass(frozen=True)
class Client:
    """Who is at the door: network, address, browser, and the token of its device cookie."""

    address: str
    network: str
    browser: str
    device: str

    @classmethod
    def of(cls, request: HttpRequest) -> Client:
        found = clients.address(request)
        return cls(
            found, clients.network(found), clients.browser(request), request.COOKIES.get(COOKIE, "")[:100]
        )


def check_password(*, login: str, password: str, client: Client) -> User:
    """The active user with this login and password. Raises WrongLogin or TooMany."""
    user = User.objects.filter(login__iexact=login.strip()[:60]).select_related("person").first()
    device = known_device(user, client) if user is not None else None
    folded = hashlib.sha256(login.strip().lower().encode()).hexdigest()[:32]
    keys = (
        {f"signin:device:{device.pk}": PER_DEVICE, f"signin:device:{device.pk}:day": A_DAY}
        if device is not None
        else {
            f"signin:login:{folded}:{client.network}": PER_LOGIN,
            f"signin:network:{client.network}": PER_NETWORK,
            f"signin:everywhere:{folded}": PER_LOGIN_EVERYWHERE,
        }
    )
    _take(keys)
    if _fits(user, password) and user is not None:
        _let_go(keys)
        return user
    if user is not None:
        note_refusal(user, client, WRONG_PASSWORD if user.is_active else CLOSED)
    raise WrongLogin


def _take(keys: dict[str, buckets.Limit]) -> None:
    """One try of every bucket, or of none: raises TooMany when one of them is empty, for nothing is tried then."""
    taken: list[str] = []
    for key, limit in keys.items():
        wait = limit.take(key)
        if wait is None:
            taken.append(key)
            continue
        for other in taken:
            buckets.give_back(other)
        raise TooMany(max([wait, *filter(None, (each.wait(name) for name, each in keys.items()))]))


def _let_go(keys: dict[str, buckets.Limit]) -> None:
    """It was no guess: the try is given back, and the first bucket is full again."""
    for key in keys:
        buckets.give_back(key)
    buckets.refill(next(iter(keys)))


def _fits(user: User | None, password: str) -> bool:
    """Whether the password is right. Hashes once in every case, so that time tells nothing about the login."""
    if user is None or not user.has_usable_password():
        User().set_password(password[:1000])
        return False
    return user.check_password(password[:1000]) and may_enter(user)


def may_enter(user: User) -> bool:
    """Whether a login is open: active, and its person still with us."""
    return user.is_active and (user.person is None or user.person.active)


def check_code(*, user: User, code: str, client: Client) -> None:
    """Check the second factor: an authenticator's code, or a recovery code. Raises WrongCode or TooMany."""
    device = known_device(user, client)
    key = f"signin:factor:{user.pk}:{device.pk if device else f'from:{client.network}'}"
    keys = {key: PER_FACTOR, f"{key}:day": A_DAY}
    if device is None:
        keys[f"signin:factor:{user.pk}:everywhere"] = PER_FACTOR_EVERYWHERE
    _take(keys)
    if not factors.check(user, code):
        note_refusal(user, client, WRONG_FACTOR)
        raise WrongCode
    _let_go(keys)


def begin(request: HttpRequest, user: User, *, how: str = "password", go: str = "") -> bool:
    """The first step is done: sign in, or remember it until the second. True: a second step is needed."""
    if not factors.has(user):
        enter(request, user, how=how)
        return False
    request.session.cycle_key()
    request.session[PENDING] = {
        "user": user.pk,
        "how": how,
        "go": go,
        "until": (clock.now() + PENDING_FOR).isoformat(),
    }
    return True


def pending(request: HttpRequest) -> tuple[User, dict[str, Any]]:
    """Whose second step is due. Raises NotPending."""
    kept = request.session.get(PENDING)
    if not kept or datetime.fromisoformat(kept["until"]) < clock.now():
        raise NotPending
    user = User.objects.filter(pk=kept["user"]).select_related("person").first()
    if user is None or not may_enter(user):
        raise NotPending
    return user, kept


@atomic
def enter(request: HttpRequest, user: User, *, how: str = "password") -> None:
    """Open the session (a new one, so that nobody can have planted it) and write it down."""
    from allauth.usersessions.models import UserSession

    request.session.pop(PENDING, None)
    auth.login(request, user, backend=BACKEND)
    request.session.set_expiry(clock.now() + LONGEST)
    UserSession.objects.create_from_request(request)
    client = Client.of(request)
    actor = access.for_user(user, channel="web", request_id=getattr(request, "request_id", ""))
    history.record(
        actor=actor,
        verb="account.signed_in",
        subject=user,
        data={"address": client.address, "browser": client.browser, "how": how},
    )


@atomic
def leave(request: HttpRequest) -> None:
    """Close the session."""
    from allauth.usersessions.models import UserSession

    if request.user.is_authenticated:
        user = User.objects.get(pk=request.user.pk)
        actor = access.for_user(user, channel="web", request_id=getattr(request, "request_id", ""))
        history.record(actor=actor, verb="account.signed_out", subject=user)
        UserSession.objects.filter(session_key=request.session.session_key).delete()
    auth.logout(request)


@atomic
def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Know this browser next time. One token for all who use it, a row for each of them."""
    token = request.COOKIES.get(COOKIE, "")
    if len(token) < 40 or len(token) > 100:
        token = secrets.token_urlsafe(32)
    now = clock.now()
    KnownDevice.objects.update_or_create(
        user=user,
        digest=digest(token),
        defaults={"label": clients.browser(request), "last_seen_at": now},
        create_defaults={"label": clients.browser(request), "last_seen_at": now, "created_at": now},
    )
    response.set_cookie(
        COOKIE, token, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure()
    )


def known_device(user: User, client: Client) -> KnownDevice | None:
    """The browser, if this user has signed in with it before."""
    if not client.device:
        return None
    return KnownDevice.objects.filter(user=user, digest=digest(client.device)).first()


@atomic
def note_refusal(user: User, client: Client, reason: Text) -> None:
    """Write down a failed try. The brake bounds how many of them a stranger can cause."""
    history.record(
        actor=access.system(capabilities.DOOR, channel="web"),
        verb="account.refused",
        subject=user,
        data={"address": client.address, "browser": client.browser, "reason": reason},
    )
