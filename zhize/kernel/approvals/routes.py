"""Which positions sign, in which order: declared by whoever asks, mostly out of a pack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from zhize.lib.text import Text


@dataclass(frozen=True)
class Step:
    """A signature by a position (its code). With `above`, only when the amount in question is larger."""

    position: str
    label: Text
    above: Decimal | None = None


@dataclass(frozen=True)
class Route:
    """Steps in order. The first one always applies, so nothing is ever approved by nobody."""

    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        if not self.steps or self.steps[0].above is not None:
            raise ValueError("a route has at least one step, and its first step applies to every amount")

    def for_amount(self, amount: Decimal | None) -> Sequence[Step]:
        """The steps that apply; a step with a limit is left out when no amount is given."""
        return [
            step for step in self.steps if step.above is None or (amount is not None and amount > step.above)
        ]


@dataclass(frozen=True)
class ApprovalKind:
    """What can be asked for, e.g. case.proposal: 重大投诉处理方案."""

    code: str
    text: Text


_kinds: dict[str, ApprovalKind] = {}


def kind(code: str, *, zh: str, en: str) -> str:
    """Declare a kind of approval and return its code. Twice is an error."""
    if code in _kinds:
        raise ValueError(f"approval kind {code} is declared twice")
    _kinds[code] = ApprovalKind(code, Text(zh, en))
    return code


def known(code: str) -> ApprovalKind:
    """The declared kind. Raises LookupError."""
    return _kinds[code]


def kinds() -> list[ApprovalKind]:
    return list(_kinds.values())
