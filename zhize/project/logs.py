"""Log lines without what opens a door: tokens, codes of links, secrets of feeds and hooks, passwords in addresses.

And not a line for every request that an outage turns away.
"""

from __future__ import annotations

import logging
import re

_TOKENS = re.compile(r"\b(zz_|whsec_)[\w-]{8,}")
_PATHS = re.compile(r"(/p/(?:progress|received|survey)/|/calendar/feed/|/hooks/)[^/\s?]+")
_VALUES = re.compile(r"(?i)\b((?:code|token|secret|password|key)=)[^&\s\"']+")
_USERS = re.compile(r"(\w://[^/\s:@]*:)[^/\s@]+@")


def veiled(text: str) -> str:
    """The text with every secret that stands in it in a known form replaced by stars."""
    text = _TOKENS.sub(r"\1***", text)
    text = _PATHS.sub(r"\1***", text)
    text = _VALUES.sub(r"\1***", text)
    return _USERS.sub(r"\1***@", text)


class Formatter(logging.Formatter):
    """The whole line is veiled, with what an exception said."""

    def format(self, record: logging.LogRecord) -> str:
        return veiled(super().format(record))


class Outages(logging.Filter):
    """Of the answers 503 that a logger tells of, one a minute: during an outage all requests get it for one reason."""

    SECONDS = 60

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", None) != 503:
            return True
        if abs(record.created - self._said.get(record.name, 0)) < self.SECONDS:
            return False
        self._said[record.name] = record.created
        return True
