"""ID numbers at rest: sealed with a key derived from a secret of their own, found by a keyed digest.

The secret is not in the database, so a stolen dump shows neither the numbers nor lets anyone try them all. It is
ZHIZE_IDENTITY_KEY, or the signing key where none is set. `IDENTITY_KEYS` also lists older secrets, which still open
what was sealed under them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from zhize.kernel.db import DomainError

SEALING, FINDING = b"zhize.customers.sealing", b"zhize.customers.finding"


class CannotOpen(DomainError):
    """The number was sealed under a secret that this installation does not have."""

    code = "customer.sealed_with_another_key"
    status = 500


def seal(text: str) -> str:
    """The text sealed; empty stays empty."""
    return _box(_secrets()).encrypt(text.encode()).decode() if text else ""


def opened(sealed: str) -> str:
    """The text that was sealed. Raises CannotOpen when the secret is another one."""
    if not sealed:
        return ""
    try:
        return _box(_secrets()).decrypt(sealed.encode()).decode()
    except InvalidToken as problem:
        raise CannotOpen from problem


def digest(text: str) -> str:
    """What equal texts have in common, without telling the text; empty stays empty."""
    return hmac.new(_key(_secrets()[0], FINDING), text.encode(), hashlib.sha256).hexdigest() if text else ""


def digests(text: str) -> list[str]:
    """The digests under the present secret and the older ones, for looking a number up."""
    return [
        hmac.new(_key(secret, FINDING), text.encode(), hashlib.sha256).hexdigest() for secret in _secrets()
    ]


def _secrets() -> tuple[str, ...]:
    return tuple(settings.IDENTITY_KEYS)


def _key(secret: str, purpose: bytes) -> bytes:
    return hmac.new(secret.encode(), purpose, hashlib.sha256).digest()


@lru_cache(maxsize=4)
def _box(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_key(secret, SEALING))) for secret in secrets])
