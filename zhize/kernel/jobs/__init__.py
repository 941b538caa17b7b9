"""Background and periodic work, queued in the transaction that causes it. See README.md."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from zhize.kernel.jobs.deferring import UnknownTask, defer, defer_later
from zhize.kernel.jobs.registry import periodic, task

if TYPE_CHECKING:
    from zhize.kernel.jobs.running import GiveUp, Postpone
    from zhize.kernel.jobs.schedule import defer_due
    from zhize.kernel.jobs.serving import JobsFailed, run_all, worker

__all__ = [
    "GiveUp",
    "JobsFailed",
    "Postpone",
    "UnknownTask",
    "defer",
    "defer_due",
    "defer_later",
    "periodic",
    "run_all",
    "task",
    "worker",
]

# These need tables, which exist only once Django's registry is ready; app configurations import this package earlier.
_LATER = {
    "GiveUp": "running",
    "JobsFailed": "serving",
    "Postpone": "running",
    "defer_due": "schedule",
    "run_all": "serving",
    "worker": "serving",
}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(f"zhize.kernel.jobs.{_LATER[name]}"), name)
    raise AttributeError(name)
