"""Whether a value is good: targets that packs and departments set, and what a change means."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from zhize.kernel.measures.computing import Result

Judgement = Literal["good", "near", "bad", "none"]


@dataclass(frozen=True)
class Target:
    """What a measure should reach. `near` is the value from which it is nearly there (by default none).

    Ratios are given as 0 to 1. For a measure that should be low, `value` is the most it may be.
    """

    measure: str
    value: Decimal
    near: Decimal | None = None


def judge(result: Result, target: Target | None) -> Judgement:
    """How the value stands to its target; "none" without target, value or direction."""
    direction = result.measure.direction
    if target is None or result.value is None or direction == "none":
        return "none"
    sign = 1 if direction == "up" else -1
    if sign * result.value >= sign * target.value:
        return "good"
    return "near" if target.near is not None and sign * result.value >= sign * target.near else "bad"


def change(now: Result, before: Result) -> tuple[Decimal | None, Judgement]:
    """How much the value moved since `before`, relative to it (0.1 is 10 % more), and whether that is good.

    Ratios and scores move in points, that is absolutely. None where there is nothing to compare with. What reads the
    same has not moved.
    """
    if now.printed is None or before.printed is None or before.value is None:
        return None, "none"
    difference = now.printed - before.printed
    absolute = now.measure.unit in {"%", "分"}
    if not absolute and before.value == 0:
        return None, "none"
    moved = difference if absolute else difference / before.value
    direction = now.measure.direction
    if difference == 0 or direction == "none":
        return moved, "none"
    return moved, "good" if (difference > 0) == (direction == "up") else "bad"
