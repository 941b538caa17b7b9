"""Finding rows by Chinese words of any length, numbers and phone fragments, as far as the actor may see them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from zhize.kernel.search.providers import Document, provide

if TYPE_CHECKING:
    from zhize.kernel.search.finding import FEW, Hit, find, narrow, newest, rows_of
    from zhize.kernel.search.indexing import again, index, later, refresh, remove

_LAZY = {
    **dict.fromkeys(("FEW", "Hit", "find", "narrow", "newest", "rows_of"), "finding"),
    **dict.fromkeys(("again", "index", "later", "refresh", "remove"), "indexing"),
}

__all__ = [
    "FEW", "Document", "Hit", "again", "find", "index", "later", "narrow", "newest", "provide", "refresh", "remove",
    "rows_of",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    # Loaded on first use: app configurations import this package before the tables may be imported.
    if name in _LAZY:
        value = getattr(import_module(f"zhize.kernel.search.{_LAZY[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(name)
