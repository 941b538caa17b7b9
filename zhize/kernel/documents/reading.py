"""Reading tables that people send: workbooks old and new, OpenDocument, and CSV in any Chinese encoding."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import python_calamine
from django.utils.translation import gettext_lazy as _

from zhize.kernel.db import DomainError
from zhize.kernel.files import sniffing
from zhize.lib import digits
from zhize.lib.text import fold_script

MOST_ROWS = 150_000
MOST_COLUMNS = 200
# A workbook is a zip; this is what it may unpack to.
MOST_UNPACKED = 300 * 1024 * 1024
HEADER_WITHIN = 30

_BOOKS = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.ms-excel",
    }
)


class UnreadableTable(DomainError):
    """The file is no table we can read; the message says why."""

    code = "documents.unreadable_table"
    message = _("读不出表格，请用 xlsx、xls、ods 或 csv 文件。")
    status = 422
    field = "file"


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet as tidy texts, merged cells filled, every row equally long.

    `first_row` is the number that the first row has in the file (1 = the first), for messages.
    """

    name: str
    rows: list[list[str]]
    first_row: int = 1


@dataclass(frozen=True)
class Header:
    """Which row is the head, and which columns bring which field; one field may come from several columns."""

    row: int
    columns: dict[str, tuple[int, ...]]
    unknown: tuple[str, ...]


def read_table(content: bytes, *, sheet: str | None = None) -> Grid:
    """The cells of a sheet (by name; by default the visible one with most cells). Raises UnreadableTable.

    Cells come as texts: half-width, without invisible characters, days as 2026-03-02, whole numbers without a
    decimal point. A merged cell's value stands in every cell it covers.
    """
    kind = sniffing.media_type(content)
    if kind in _BOOKS:
        return _read_book(content, sheet)
    if kind == "text/plain":
        return _read_csv(content)
    raise UnreadableTable


def sheet_names(content: bytes) -> list[str]:
    """Names of the visible sheets; one empty name for a CSV."""
    if sniffing.media_type(content) not in _BOOKS:
        return [""]
    with _open(content) as book:
        return [
            one.name
            for one in book.sheets_metadata
            if one.visible == python_calamine.SheetVisibleEnum.Visible
        ]


def find_header(grid: Grid, names: Mapping[str, Sequence[str]]) -> Header | None:
    """The row that is the head: of the first rows, the one that names most fields; None when none names any.

    `names` lists for each field what its column may be called. Titles above the head and heads of two rows
    (a merged 联系方式 over 手机 and 座机) are no obstacle: the lower row of a two-row head wins when it names as many.
    """
    wanted = {_plain(name): field for field, aliases in names.items() for name in aliases}
    best: Header | None = None
    for at, row in enumerate(grid.rows[:HEADER_WITHIN]):
        columns: dict[str, tuple[int, ...]] = {}
        unknown = []
        for column, cell in enumerate(row):
            field = wanted.get(_plain(cell))
            if field is not None:
                columns[field] = (*columns.get(field, ()), column)
            elif cell:
                unknown.append(cell)
        below = best is not None and at == best.row + 1 and len(columns) == len(best.columns)
        if columns and (best is None or below or len(columns) > len(best.columns)):
            best = Header(at, columns, tuple(dict.fromkeys(unknown)))
    return best


def _plain(name: str) -> str:
    """A column's name without spaces, marks, counters and remarks in brackets: `業主 姓名2*（必填）` is 业主姓名."""
    text = fold_script(digits.tidy_name(name)).lower()
    for opening, closing in (("(", ")"), ("[", "]"), ("【", "】")):
        while opening in text and closing in text[text.index(opening) :]:
            start = text.index(opening)
            text = text[:start] + text[text.index(closing, start) + 1 :]
    return "".join(character for character in text if character.isalnum()).rstrip("0123456789")


def _open(content: bytes) -> python_calamine.CalamineWorkbook:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise UnreadableTable(_("表格展开后太大，请分成几个文件。"))
    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except python_calamine.PasswordError:
        raise UnreadableTable(_("表格有密码，请去掉密码再上传。")) from None
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise UnreadableTable from error


def _read_book(content: bytes, name: str | None) -> Grid:
    with _open(content) as book:
        visible = [
            one.name
            for one in book.sheets_metadata
            if one.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        if name is not None and name not in book.sheet_names:
            raise UnreadableTable(_("表格里没有名为“{name}”的工作表。").format(name=name))
        try:
            pages = [
                book.get_sheet_by_name(one)
                for one in ([name] if name is not None else visible or book.sheet_names[:1])
            ]
            page = max(pages, key=lambda one: one.total_height * one.total_width)
            _check_size(page.total_height, page.total_width)
            cells = page.to_python(skip_empty_area=False)
            merged = page.merged_cell_ranges or []
        except (python_calamine.CalamineError, ValueError) as error:
            raise UnreadableTable from error
        rows = [[_text(cell) for cell in row] for row in cells]
        _spread(rows, merged)
        return _trimmed(Grid(page.name, rows))


def _spread(rows: list[list[str]], merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Write the value of a merged cell, which stands in its first cell, into all cells it covers."""
    for (top, left), (bottom, right) in merged:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        for row in rows[top : bottom + 1]:
            for column in range(left, min(right + 1, len(row))):
                row[column] = value


def _read_csv(content: bytes) -> Grid:
    encoding = sniffing.charset(content) or "gb18030"
    text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="replace")
    try:
        lines = csv.reader(io.StringIO(text), delimiter=_delimiter(text[:20_000]))
        rows = [[_text(cell) for cell in row] for row in lines]
    except csv.Error as error:
        raise UnreadableTable from error
    widest = max((len(row) for row in rows), default=0)
    _check_size(len(rows), widest)
    return _trimmed(Grid("", [[*row, *[""] * (widest - len(row))] for row in rows]))


def _delimiter(head: str) -> str:
    """The mark that divides most lines; where several divide equally many, the one that makes most cells."""

    def score(mark: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(io.StringIO(head), delimiter=mark)]
        return sum(width > 1 for width in widths), sum(widths)

    return max((",", "\t", ";", "|", "，"), key=score)


def _check_size(height: int, width: int) -> None:
    if height > MOST_ROWS or width > MOST_COLUMNS:
        text = _("表格太大：最多 {rows} 行、{columns} 列。")
        raise UnreadableTable(text.format(rows=MOST_ROWS, columns=MOST_COLUMNS))


def _trimmed(grid: Grid) -> Grid:
    """Without the empty rows at the end, which formatted sheets have by the thousand."""
    rows = grid.rows
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise UnreadableTable(_("表格是空的。"))
    return grid


def _text(cell: Any) -> str:
    if cell is None or isinstance(cell, bool):
        return "" if cell is None else ("是" if cell else "否")
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
    if isinstance(cell, datetime):
        at_midnight = cell.time() == time()
        return cell.date().isoformat() if at_midnight else cell.strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, (date, time, timedelta)):
        return str(cell)
    lines = (digits.tidy(line) for line in str(cell).splitlines())
    return "\n".join(line for line in lines if line)
