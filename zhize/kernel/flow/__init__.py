"""State machines as data: `perform` is the only writer of a state, `offers` says what is possible now."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from zhize.kernel.flow.guards import guard
from zhize.kernel.flow.machines import ENDED, OPEN, BadMachine, Category, Guard, Machine, Move, State

if TYPE_CHECKING:
    from zhize.kernel.flow.models import StatefulModel
    from zhize.kernel.flow.services import NotNow, Offer, begin, offers, perform, perform_all

_LAZY = {
    "StatefulModel": "models",
    **dict.fromkeys(("NotNow", "Offer", "begin", "offers", "perform", "perform_all"), "services"),
}

__all__ = [
    "ENDED",
    "OPEN",
    "BadMachine",
    "Category",
    "Guard",
    "Machine",
    "Move",
    "NotNow",
    "Offer",
    "State",
    "StatefulModel",
    "begin",
    "guard",
    "offers",
    "perform",
    "perform_all",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        value = getattr(import_module(f"zhize.kernel.flow.{_LAZY[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(name)
