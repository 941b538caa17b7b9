"""Drawing by lot, repeatable by anybody: the order of a population under a seed, and shares that come out whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def shuffled(population: Iterable[int], seed: str) -> list[int]:
    """The ids in the order of the SHA-256 of "seed:id": the same seed and ids give the same order everywhere."""
    return sorted(set(population), key=lambda pk: hashlib.sha256(f"{seed}:{pk}".encode()).hexdigest())


def share(total: int, percent: int) -> int:
    """So many percent of `total`, rounded up."""
    return -(-total * percent // 100)


def turn(left: int, total: int, percent: int, used: int) -> int:
    """How many of a round fall to this period when `used` periods of it are over and `left` of `total` had no turn (D4).

    What is left is spread over the periods left, rounded up in the first ones; a round that should be over ends now.
    """
    periods = -(-100 // percent)
    if used >= periods:
        return left
    return min(left, -(-left // (periods - used)))
