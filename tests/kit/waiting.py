"""Waiting for what other processes do: look, pause, look again, and say what did not come."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 240.0


def until(
    what: str,
    met: Callable[[], object],
    patience: float = PATIENCE,
    *,
    pause: float = 0.1,
    said: Callable[[], str] = str,
) -> Any:
    """Wait until `met` answers something true, and return that. `said`: what to add when it never does."""
    deadline = time.monotonic() + patience
    while True:
        found = met()
        if found:
            return found
        assert time.monotonic() < deadline, f"not in time: {what}\n{said()}".rstrip()
        time.sleep(pause)
