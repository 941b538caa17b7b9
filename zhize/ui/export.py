"""Exports exactly what a list shows: the same rows, filters, order and columns, as CSV or workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhize.kernel import documents
from zhize.kernel.db import DomainError
from zhize.ui import words
from zhize.ui.columns import Column

LIMIT = 50_000


class TooLong(DomainError):
    """More rows than one file takes. Cut off silently, an export would be believed to be everything."""

    code = "ui.export_too_long"
    message = _("超过 50,000 行，一次导不出来。请用筛选分几次导出，例如按月份。")
    status = 422


TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _lines(columns: list[Column], rows: Iterable[Any]) -> Iterator[list[Any]]:
    for row in rows:
        yield [column.plain(row) for column in columns]


def as_file(kind: str, columns: list[Column], rows: Iterable[Any], *, name: str, title: str) -> FileResponse:
    """The file for a browser to save. `kind` is csv or xlsx; moments are in the zone of this request."""
    heads = [documents.TableColumn(words.in_language(column.label), column.kind) for column in columns]
    zone = timezone.get_current_timezone_name()
    lines = _lines(columns, rows)
    if kind == "csv":
        content = documents.csv(heads, lines, zone=zone)
    else:
        content = documents.xlsx(heads, lines, title=title, zone=zone)
    return FileResponse(content, as_attachment=True, filename=f"{name}.{kind}", content_type=TYPES[kind])
