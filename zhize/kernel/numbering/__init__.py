"""Readable, unique numbers: dated ones without contention, and gapless ones with void reasons."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from zhize.kernel.numbering.series import Series, declare, declared

if TYPE_CHECKING:
    from zhize.kernel.numbering.counting import next_number, next_numbers, restart_periods
    from zhize.kernel.numbering.gapless import AlreadyVoid, next_gapless, void

_LAZY = {
    **dict.fromkeys(("next_number", "next_numbers", "restart_periods"), "counting"),
    **dict.fromkeys(("AlreadyVoid", "next_gapless", "void"), "gapless"),
}

__all__ = [
    "AlreadyVoid",
    "Series",
    "declare",
    "declared",
    "next_gapless",
    "next_number",
    "next_numbers",
    "restart_periods",
    "void",
]


def __getattr__(name: str) -> Any:
    # Loaded on first use: app configurations import this package before the tables may be imported.
    if name in _LAZY:
        value = getattr(import_module(f"zhize.kernel.numbering.{_LAZY[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(name)
