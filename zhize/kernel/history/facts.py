"""News goes up by fact: packages above register what they do when a verb is recorded.

`@on(verb)` runs in the transaction that recorded it and must be cheap; `@after(verb)` runs later in the worker,
once per (entry, reaction). `on_any` and `after_any` listen to every verb.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from zhize.kernel.history.models import Entry

Listener = Callable[[Entry], None]
L = TypeVar("L", bound=Listener)

_on: dict[str, list[Listener]] = {}
_after: dict[str, list[str]] = {}
_by_name: dict[str, Listener] = {}
_after_filters: dict[str, Callable[[Entry], bool]] = {}

ANY = "*"


def _name(listener: Listener) -> str:
    return f"{listener.__module__}.{listener.__qualname__}"


def on(*verbs: str) -> Callable[[L], L]:
    """Run inside the recording transaction."""

    def register(listener: L) -> L:
        for verb in verbs:
            _on.setdefault(verb, []).append(listener)
        return listener

    return register


def after(*verbs: str, only: Callable[[Entry], bool] | None = None) -> Callable[[L], L]:
    """Run in the worker, once per entry. `only` decides cheaply at recording time whether there is anything to do."""

    def register(listener: L) -> L:
        name = _name(listener)
        _by_name[name] = listener
        if only is not None:
            _after_filters[name] = only
        for verb in verbs:
            _after.setdefault(verb, []).append(name)
        return listener

    return register


def on_any(listener: L) -> L:
    """Run inside the recording transaction of every verb."""
    return on(ANY)(listener)


def after_any(only: Callable[[Entry], bool] | None = None) -> Callable[[L], L]:
    """Run in the worker for every verb for which `only` holds."""
    return after(ANY, only=only)


def listeners(verb: str) -> list[Listener]:
    return [*_on.get(verb, ()), *_on.get(ANY, ())]


def reactions(entry: Entry) -> list[str]:
    """Names of the @after reactions this entry asks for."""
    names = [*_after.get(entry.verb, ()), *_after.get(ANY, ())]
    return [name for name in names if name not in _after_filters or _after_filters[name](entry)]


def reaction(name: str) -> Listener:
    """The registered reaction. Raises LookupError for one that this release no longer has."""
    return _by_name[name]
