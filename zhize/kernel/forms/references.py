"""Fields that point at rows of other packages: each kind is registered by whoever owns the rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Reference:
    """How ids of one kind are looked up.

    `labels` gives the label of every id that exists, in one query. `options` lists what a page may offer at once;
    without it the page searches.
    """

    kind: str
    labels: Callable[[Collection[int]], Mapping[int, str]]
    options: Callable[[], Iterable[tuple[int, str]]] | None = None


_references: dict[str, Reference] = {}


def register(
    kind: str,
    *,
    labels: Callable[[Collection[int]], Mapping[int, str]],
    options: Callable[[], Iterable[tuple[int, str]]] | None = None,
) -> None:
    """Declare how fields of type `kind` are resolved. Twice is an error."""
    if kind in _references:
        raise ValueError(f"references of kind {kind} are declared twice")
    _references[kind] = Reference(kind, labels, options)


def of(kind: str) -> Reference | None:
    """The reference of a field type; None when the type points at nothing."""
    return _references.get(kind)
