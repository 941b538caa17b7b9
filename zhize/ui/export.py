"""Exports exactly what a list shows: the same rows, filters, order and columns, as CSV or xlsx."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from zhize.ui import words
from zhize.ui.columns import Column

LIMIT = 50_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def _cell(value: Any) -> Any:
    """A value as a sheet may carry it: local time, and no text that a spreadsheet would run as a formula."""
    if isinstance(value, datetime):
        return words.when(value, "full")
    if isinstance(value, bool | int | float | Decimal):
        return value
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _lines(columns: list[Column], rows: Iterable[Any]) -> Iterator[list[Any]]:
    yield [words.in_language(column.label) for column in columns]
    for row in rows:
        yield [_cell(column.plain(row)) for column in columns]


def as_csv(columns: list[Column], rows: Iterable[Any], name: str) -> StreamingHttpResponse:
    """A CSV with byte-order mark, which spreadsheet programs in China need to read it as UTF-8."""
    writer = csv.writer(_Echo())

    def stream() -> Iterator[str]:
        yield "\ufeff"
        for line in _lines(columns, rows):
            yield writer.writerow(line)

    response = StreamingHttpResponse(stream(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or "attachment"
    return response


def as_xlsx(columns: list[Column], rows: Iterable[Any], name: str, title: str) -> HttpResponse:
    """A workbook with one sheet."""
    from zhize.kernel import documents

    content = documents.xlsx(
        columns=[words.in_language(column.label) for column in columns],
        rows=([_sheet(column.plain(row)) for column in columns] for row in rows),
        title=title,
    )
    response = HttpResponse(
        content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx") or "attachment"
    return response


def _sheet(value: Any) -> Any:
    return words.local(value).replace(tzinfo=None) if isinstance(value, datetime) else value
