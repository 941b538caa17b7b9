"""Bodies that the tests may fill, declared like the product's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from zhize.kernel.jobs import registry


@pytest.fixture
def declare() -> Iterator[Callable[..., Any]]:
    """Declare a task for the length of one test; returns the list of arguments it was called with."""
    from zhize.kernel.jobs.serving import queue_app

    names: list[str] = []

    def add(
        name: str,
        body: Callable[..., Any] | None = None,
        *,
        periodic: dict[str, Any] | None = None,
        **options: Any,
    ) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = []

        def run(**args: Any) -> None:
            calls.append(args)
            if body is not None:
                body(**args)

        if periodic is None:
            registry.task(name, **options)(run)
        else:
            registry.periodic(name, **periodic, **options)(run)
        names.append(name)
        return calls

    yield add
    for name in names:
        registry.TASKS.pop(name, None)
        registry.SCHEDULES.pop(name, None)
        queue_app().tasks.pop(name, None)
