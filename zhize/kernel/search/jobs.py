"""What the index does in the background."""

from __future__ import annotations

from typing import Any

from zhize.kernel import jobs
from zhize.kernel.search import indexing
from zhize.kernel.search.providers import provider


@jobs.task("search.again")
def again(label: str, which: dict[str, Any]) -> None:
    """Index anew the rows of a model that fit."""
    indexing.again(provider(label).model, **which)
