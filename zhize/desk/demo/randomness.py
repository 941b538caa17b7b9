"""Chance with a fixed seed, so that the same demonstration comes out every time."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

SEED = 20_260_302


class Chance:
    """A source of chance of its own for each use, so that one more draw here changes nothing there."""

    def __init__(self, use: str) -> None:
        self._random = random.Random(f"{SEED}/{use}")  # noqa: S311 - a demonstration, not a secret

    def pick(self, items: Sequence[T]) -> T:
        return items[self._random.randrange(len(items))]

    def weighted(self, items: Sequence[T], weights: Sequence[float]) -> T:
        return self._random.choices(items, weights)[0]

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return self._random.randint(low, high)

    def happens(self, percent: float) -> bool:
        return self._random.random() * 100 < percent

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        return self._random.sample(list(items), min(count, len(items)))
