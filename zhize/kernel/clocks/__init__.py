"""Clocks: limits of time with a ledger of pauses, and thresholds that are told once each."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhize.kernel.clocks.models import Clock
    from zhize.kernel.clocks.planning import Planned, plan
    from zhize.kernel.clocks.selectors import about, explain, of, reading, running
    from zhize.kernel.clocks.services import (
        begin,
        cancel,
        draw,
        move_due,
        pause,
        recompute,
        resume,
        start,
        stop,
    )
    from zhize.kernel.clocks.thresholds import Threshold
    from zhize.kernel.clocks.ticking import before_ticking, tick

# Loaded on first use: app configurations import this package before the tables may be imported.
_LAZY = {
    "Clock": "models",
    **dict.fromkeys(("Planned", "plan"), "planning"),
    **dict.fromkeys(("about", "explain", "of", "reading", "running"), "selectors"),
    **dict.fromkeys(
        (
            "begin",
            "cancel",
            "draw",
            "move_due",
            "pause",
            "recompute",
            "resume",
            "start",
            "stop",
        ),
        "services",
    ),
    "Threshold": "thresholds",
    **dict.fromkeys(("before_ticking", "tick"), "ticking"),
}

__all__ = [
    "Clock",
    "Planned",
    "Threshold",
    "about",
    "before_ticking",
    "begin",
    "cancel",
    "draw",
    "explain",
    "move_due",
    "of",
    "pause",
    "plan",
    "reading",
    "recompute",
    "resume",
    "running",
    "start",
    "stop",
    "tick",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        value = getattr(import_module(f"zhize.kernel.clocks.{_LAZY[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(name)
