"""Short signed tokens for places where people and mail programs handle them: reply addresses, links.

A token carries one number and proves that this installation wrote it for this purpose. Lower-case letters and
digits only, because mail systems change the case of addresses.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

_MAC_BYTES = 10
_MAC_LENGTH = 16


def make(purpose: str, number: int, key: bytes) -> str:
    """The token of a number (0 or more) for a purpose."""
    if number < 0:
        raise ValueError("numbers start at 0")
    body = number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")
    return _text(body) + _text(_mac(purpose, body, key))


def read(purpose: str, token: str, key: bytes) -> int | None:
    """The number in a token of this purpose, or None when this installation did not write it."""
    token = token.strip().lower()
    if not _MAC_LENGTH < len(token) <= 64 or not token.isascii() or not token.isalnum():
        return None
    body = _bytes(token[:-_MAC_LENGTH])
    mac = _bytes(token[-_MAC_LENGTH:])
    if body is None or mac is None or not hmac.compare_digest(mac, _mac(purpose, body, key)):
        return None
    number = int.from_bytes(body, "big")
    return number if make(purpose, number, key) == token else None


def _mac(purpose: str, body: bytes, key: bytes) -> bytes:
    message = purpose.encode() + b"\x00" + body
    return hmac.new(key, message, hashlib.sha256).digest()[:_MAC_BYTES]


def _text(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()


def _bytes(text: str) -> bytes | None:
    try:
        return base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except ValueError:
        return None


def sign_body(secret: str, at: int, body: bytes) -> str:
    """The signature header of a message with this body, sent at `at` (unix time): `t=…,v1=…`."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def body_is_signed(header: str, secret: str, body: bytes, now: int, tolerance: int = 300) -> bool:
    """Whether the header signs this body with this secret, at most `tolerance` seconds away from now."""
    parts = dict(part.strip().split("=", 1) for part in header.split(",") if "=" in part)
    stamp, given = parts.get("t", ""), parts.get("v1", "")
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12) or not given.isascii():
        return False
    if abs(now - int(stamp)) > tolerance or not secret:
        return False
    expected = sign_body(secret, int(stamp), body).partition("v1=")[2]
    return hmac.compare_digest(given.lower().encode(), expected.encode())


def site_mark(key: bytes) -> str:
    """What the loop header of this installation's messages says (`mailparse.OWN_HEADER`)."""
    return make("site", 0, key)
