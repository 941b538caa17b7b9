"""Secrets of second factors at rest: sealed with a key of their own, derived from the installation's sealing secret.

It is ZHIZE_IDENTITY_KEY where that is set, so that renewing the signing key loses nothing. Whatever an older secret
sealed, also in the way of the first version, still opens.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

PURPOSE = b"zhize.accounts.sealing"


def seal(text: str) -> str:
    return _box(settings.IDENTITY_KEYS).encrypt(text.encode()).decode()


def opened(sealed: str) -> str:
    """The text that was sealed. Raises InvalidToken when the secret is another one."""
    return _box(settings.IDENTITY_KEYS).decrypt(sealed.encode()).decode()


def anew(sealed: str) -> str:
    """The same text, sealed with the present key."""
    return _box(settings.IDENTITY_KEYS).rotate(sealed.encode()).decode()


@lru_cache(maxsize=4)
def _box(secrets: tuple[str, ...]) -> MultiFernet:
    keys = [hmac.new(secret.encode(), PURPOSE, hashlib.sha256).digest() for secret in secrets]
    first_version = [
        hashlib.sha256(f"zhize.accounts.factor:{secret}".encode()).digest() for secret in secrets
    ]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys + first_version])
