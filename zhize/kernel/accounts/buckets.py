"""Token buckets in the database: limits that hold for all processes together.

A bucket holds at most `capacity` tokens and gains `capacity` of them in `seconds`; every try takes one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from zhize.kernel.db import prepared
from zhize.lib import clock

_TAKE = """
    INSERT INTO accounts_bucket AS kept (key, level, at) VALUES (%(key)s, %(capacity)s - 1, %(now)s)
    ON CONFLICT (key) DO UPDATE SET at = %(now)s, level = LEAST(
        %(capacity)s, kept.level + GREATEST(0, EXTRACT(EPOCH FROM %(now)s - kept.at)) * %(rate)s) - 1
    WHERE LEAST(%(capacity)s, kept.level + GREATEST(0, EXTRACT(EPOCH FROM %(now)s - kept.at)) * %(rate)s) >= 1
    RETURNING level
"""
_LEVEL = """
    SELECT LEAST(%(capacity)s, level + GREATEST(0, EXTRACT(EPOCH FROM %(now)s - at)) * %(rate)s)
      FROM accounts_bucket WHERE key = %(key)s
"""


@dataclass(frozen=True)
class Limit:
    """`capacity` tries at once, and again as many in each `seconds`."""

    capacity: float
    seconds: float

    def take(self, key: str) -> timedelta | None:
        """Take a token of the bucket `key`. None: there was one; else how long until there is one again."""
        values = self._values(key)
        with prepared.cursor() as cursor:
            cursor.execute(_TAKE, values)
            if cursor.fetchone() is not None:
                return None
        return self.wait(key)

    def wait(self, key: str) -> timedelta | None:
        """How long until the bucket has a token; None when it has one now. Takes nothing."""
        values = self._values(key)
        with prepared.cursor() as cursor:
            cursor.execute(_LEVEL, values)
            row = cursor.fetchone()
        if row is None or row[0] >= 1:
            return None
        return timedelta(seconds=(1 - float(row[0])) / values["rate"])

    def _values(self, key: str) -> dict[str, Any]:
        return {
            "key": key[:160],
            "capacity": float(self.capacity),
            "rate": self.capacity / self.seconds,
            "now": clock.now(),
        }


def refill(key: str) -> None:
    """Forget what was taken from a bucket."""
    with prepared.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_bucket WHERE key = %s", [key[:160]])


def tidy() -> None:
    """Drop buckets nobody touched for a day: they are full again."""
    with prepared.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_bucket WHERE at < %s", [clock.now() - timedelta(days=1)])


def give_back(key: str) -> None:
    """Put one token back: what took it turned out to be no abuse."""
    with prepared.cursor() as cursor:
        cursor.execute("UPDATE accounts_bucket SET level = level + 1 WHERE key = %s", [key[:160]])
