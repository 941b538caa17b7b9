"""Bulk acts of a list: one service call per row, and a summary that says which rows refused and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.forms import BaseForm

from zhize.kernel.db import DomainError, atomic

LIMIT = 500


@dataclass(frozen=True)
class BulkAction:
    """An act on every selected row.

    `call(actor=…, row=…, **form data)` is a service; what it refuses is reported per row and stops no other row.
    `form` asks once for all rows. `confirm` says what will happen; {count} is filled in.
    """

    code: str
    label: Any
    call: Callable[..., Any]
    capability: str
    form: type[BaseForm] | None = None
    confirm: Any = ""
    icon: str = ""
    danger: bool = False


@dataclass
class Summary:
    """What came of it."""

    done: list[Any] = field(default_factory=list)
    refused: list[tuple[Any, str]] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.done) + len(self.refused)


def perform(action: BulkAction, rows: Iterable[Any], *, actor: Any, data: dict[str, Any]) -> Summary:
    """Call the service once per row, each in its own transaction."""
    summary = Summary()
    for row in rows:
        label = str(row)
        try:
            with atomic():
                action.call(actor=actor, row=row, **data)
        except DomainError as error:
            summary.refused.append((label, str(error)))
        else:
            summary.done.append(label)
    return summary
