"""Duties and obligations: what positions must do, what is owed until when, what proves it, who is told when not."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhize.domains.duties.subjects import Subject, register_subject

# Loaded on first use: app configurations import this package before the tables may be imported.
_LAZY = {"Subject": "subjects", "register_subject": "subjects"}

__all__ = ["Subject", "register_subject"]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        value = getattr(import_module(f"zhize.domains.duties.{_LAZY[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(name)
