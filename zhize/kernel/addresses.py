"""Addresses of rows, for pages and lists that write many of them."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse

_KEY = 1234567890


def address(name: str, key: int | str, *words: str) -> str:
    """`reverse(name, args=[key, *words])`, for pages that name one row: a page writes a hundred, and looks each name up once.

    `words` are the few that a route has beside its key, such as a verb.
    """
    before, after = _around(name, settings.ROOT_URLCONF, *words)
    return f"{before}{quote(str(key))}{after}"


@lru_cache(maxsize=1000)
def _around(name: str, _urls: str, *words: str) -> tuple[str, str]:
    before, _key, after = reverse(name, args=[_KEY, *words]).partition(str(_KEY))
    return before, after
