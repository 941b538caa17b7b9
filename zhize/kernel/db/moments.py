"""Moments as the database writes them, read at once: a page reads a thousand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from psycopg.adapt import Loader


class Moments(Loader):
    """`2026-11-23 14:05:00.25+00`: connections speak UTC (Django sets that), so that every moment is of that zone."""

    timezone = UTC
    """By this Django knows that the connection reads moments as it asked for."""

    def load(self, data: Any) -> datetime:
        return datetime.fromisoformat(bytes(data).decode())
