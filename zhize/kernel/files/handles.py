"""Tickets for uploaded contents that are not attached yet.

A page uploads first and submits its form later. What it carries meanwhile is signed, so that nobody can claim
another person's file by guessing its number, and it expires.
"""

from __future__ import annotations

from django.core import signing

_SALT = "zhize.files.handle"
LASTS_SECONDS = 7 * 24 * 3600


class BadHandle(ValueError):
    """Not a ticket of ours, or an expired one."""


def make(blob_id: int, name: str) -> str:
    """The ticket for a content under a name. It has no comma, so several fit into one input."""
    return signing.dumps([blob_id, name], salt=_SALT, compress=True)


def read(handle: str) -> tuple[int, str]:
    """The content's id and name. Raises BadHandle."""
    try:
        blob_id, name = signing.loads(handle, salt=_SALT, max_age=LASTS_SECONDS)
        return int(blob_id), str(name)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadHandle from error
