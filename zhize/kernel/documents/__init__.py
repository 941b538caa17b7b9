"""Papers and tables: PDF and workbooks from data, and tables that people send read into cells."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from zhize.kernel.documents.sheet import Bars, Column, Facts, Paragraphs, Sheet, Signatures, Table

if TYPE_CHECKING:
    from zhize.kernel.documents.printing import UnprintableDocument, pdf, sheet_pdf
    from zhize.kernel.documents.reading import (
        Grid,
        Header,
        UnreadableTable,
        find_header,
        read_table,
        sheet_names,
    )
    from zhize.kernel.documents.tables import TableColumn, csv, sheet_xlsx, xlsx

_LAZY = {
    **dict.fromkeys(("UnprintableDocument", "pdf", "sheet_pdf"), "printing"),
    **dict.fromkeys(
        ("Grid", "Header", "UnreadableTable", "find_header", "read_table", "sheet_names"), "reading"
    ),
    **dict.fromkeys(("TableColumn", "csv", "sheet_xlsx", "xlsx"), "tables"),
}

__all__ = [
    "Bars",
    "Column",
    "Facts",
    "Grid",
    "Header",
    "Paragraphs",
    "Sheet",
    "Signatures",
    "Table",
    "TableColumn",
    "UnprintableDocument",
    "UnreadableTable",
    "csv",
    "find_header",
    "pdf",
    "read_table",
    "sheet_names",
    "sheet_pdf",
    "sheet_xlsx",
    "xlsx",
]


def __getattr__(name: str) -> Any:
    # Loaded on first use: typst, XlsxWriter and calamine are only needed by those who print or read.
    if name in _LAZY:
        value = getattr(import_module(f"zhize.kernel.documents.{_LAZY[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(name)
