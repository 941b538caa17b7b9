"""Taking in other people's tables: read, try without effect, look, carry out; row by row, resumable.

A domain declares an `Importer` and registers it; everything else is here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from zhize.kernel.documents.imports.kinds import (
    BulkImporter,
    Done,
    Importer,
    ImportField,
    importer,
    importers,
    register,
)

if TYPE_CHECKING:
    from zhize.kernel.documents.imports.selectors import Progress, error_sheet, progress, template
    from zhize.kernel.documents.imports.services import (
        NoHeader,
        cancel,
        forget_files,
        forget_old,
        remap,
        start,
        upload,
    )

_LAZY = {
    **dict.fromkeys(("Progress", "error_sheet", "progress", "template"), "selectors"),
    **dict.fromkeys(
        ("NoHeader", "cancel", "forget_files", "forget_old", "remap", "start", "upload"), "services"
    ),
}

__all__ = [
    "BulkImporter",
    "Done",
    "ImportField",
    "Importer",
    "NoHeader",
    "Progress",
    "cancel",
    "error_sheet",
    "forget_files",
    "forget_old",
    "importer",
    "importers",
    "progress",
    "register",
    "remap",
    "start",
    "template",
    "upload",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        value = getattr(import_module(f"zhize.kernel.documents.imports.{_LAZY[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(name)
