"""The API kit: what a package's `api.py` needs, and nothing else. See README.md."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ninja import File, Query, UploadedFile

    from zhize.rest.operations import Request, Router, accepted, created, no_content, operation
    from zhize.rest.paging import Rows, page
    from zhize.rest.schema import (
        Id,
        Line,
        Page,
        PageQuery,
        PersonRef,
        Prose,
        Schema,
        UnitRef,
        When,
        moment,
    )

# Loaded on first use: app configurations import this package before the tables may be imported.
_LAZY = {
    **dict.fromkeys(
        ("Request", "Router", "accepted", "created", "no_content", "operation"), "zhize.rest.operations"
    ),
    **dict.fromkeys(("Rows", "page"), "zhize.rest.paging"),
    **dict.fromkeys(
        ("Id", "Line", "Page", "PageQuery", "PersonRef", "Prose", "Schema", "UnitRef", "When", "moment"),
        "zhize.rest.schema",
    ),
    **dict.fromkeys(("File", "Query", "UploadedFile"), "ninja"),
}

__all__ = [
    "File",
    "Id",
    "Line",
    "Page",
    "PageQuery",
    "PersonRef",
    "Prose",
    "Query",
    "Request",
    "Router",
    "Rows",
    "Schema",
    "UnitRef",
    "UploadedFile",
    "When",
    "accepted",
    "created",
    "moment",
    "no_content",
    "operation",
    "page",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        value = getattr(import_module(_LAZY[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(name)
