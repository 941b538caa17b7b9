"""One append-only log of what happened, its sentences, its reactions and its hash chain."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from zhize.kernel.history.verbs import all_verbs, both, known, verb

if TYPE_CHECKING:
    from zhize.kernel.history.facts import after, after_any, on, on_any
    from zhize.kernel.history.models import Entry
    from zhize.kernel.history.selectors import of_row, timeline
    from zhize.kernel.history.services import (
        Happening,
        change,
        deliver,
        deliver_all,
        due_reactions,
        plain,
        record,
        record_each,
        refused,
        set_transport,
    )

# Loaded on first use: app configurations import this package before the tables may be imported.
_LAZY = {
    **dict.fromkeys(("after", "after_any", "on", "on_any"), "facts"),
    "Entry": "models",
    **dict.fromkeys(("of_row", "timeline"), "selectors"),
    **dict.fromkeys(
        (
            "Happening",
            "change",
            "deliver",
            "deliver_all",
            "due_reactions",
            "plain",
            "record",
            "record_each",
            "refused",
            "set_transport",
        ),
        "services",
    ),
}

__all__ = [
    "Entry",
    "Happening",
    "after",
    "after_any",
    "all_verbs",
    "both",
    "change",
    "deliver",
    "deliver_all",
    "due_reactions",
    "known",
    "of_row",
    "on",
    "on_any",
    "plain",
    "record",
    "record_each",
    "refused",
    "set_transport",
    "timeline",
    "verb",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        value = getattr(import_module(f"zhize.kernel.history.{_LAZY[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(name)
