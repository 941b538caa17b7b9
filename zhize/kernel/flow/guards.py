"""Named checks that a move may ask for. Each says why not, in a sentence for the person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

# A guard answers None when the move may happen, or the (translatable) reason why not.
GuardFunction = Callable[..., Any]

_guards: dict[str, GuardFunction] = {}
_separating: set[str] = set()


def guard(name: str, *, separates: bool = False) -> Callable[[GuardFunction], GuardFunction]:
    """Declare a guard: fn(subject, actor, data, **parameters) -> None or a reason. `data` is None while only asking.

    One that `separates` keeps duties apart (ORG-30): an attempt against it stays in the history.
    """

    def register(function: GuardFunction) -> GuardFunction:
        if name in _guards:
            raise ValueError(f"guard {name} is declared twice")
        _guards[name] = function
        if separates:
            _separating.add(name)
        return function

    return register


def is_known(name: str) -> bool:
    return name in _guards


def is_separating(name: str) -> bool:
    return name in _separating


def names() -> list[str]:
    return sorted(_guards)


def refusal(
    name: str, parameters: Mapping[str, Any], subject: Any, actor: Any, data: Mapping[str, Any] | None
) -> Any:
    """The guard's reason against the move, or None."""
    return _guards[name](subject, actor, data, **parameters)
