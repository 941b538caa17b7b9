"""Tables as files: workbooks and CSV, exactly the rows that are given."""

from __future__ import annotations

import csv as csv_module
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal

import xlsxwriter
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from zhize.kernel.documents.sheet import Facts, Paragraphs, Sheet, Signatures, Table
from zhize.lib import clock
from zhize.lib.text import Text

CellKind = Literal["text", "number", "money", "percent", "date", "datetime"]

# Excel's own limits, and the width beyond which a column is wrapped instead.
LONGEST_TEXT = 32_767
MOST_ROWS = 1_048_576
WIDEST, NARROWEST = 60, 6
# Excel keeps fifteen digits of a number; longer ones (identity numbers) must be texts.
EXACT_DIGITS = 15

# What a spreadsheet would take for a formula when a CSV or a copied cell is opened; with a Chinese keyboard also wide signs.
_FORMULA = re.compile(r"^[\s\x00-\x1f]*[=+\-@\t\r＝＋－＠]")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
# A figure as reports print it: 70, 1,204, 4.0, -3, 91.7%.
_PRINTED = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?%?")
_WITH_UNIT = re.compile(r"(-?[\d,]+(?:\.\d+)?)\s+(\S+)")
NOTHING = ("", "—", "–")
_NUMBER_ONLY = re.compile(r"-?[\d,]+(\.\d+)?")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")

# Of a number without decimals; the format for those with some leaves a lone point behind it.
WHOLE = "#,##0"
_FORMATS: dict[CellKind, dict[str, Any]] = {
    "text": {"quote_prefix": False, "num_format": "@"},
    "number": {"num_format": "#,##0.######"},
    "money": {"num_format": "#,##0.00"},
    "percent": {"num_format": "0.0%"},
    "date": {"num_format": "yyyy-mm-dd"},
    "datetime": {"num_format": "yyyy-mm-dd hh:mm"},
}


@dataclass(frozen=True)
class TableColumn:
    """A column: its head and what its cells are. A share of "percent" is given as 0.25."""

    label: str
    kind: CellKind = "text"


def xlsx(
    columns: Sequence[TableColumn | str],
    rows: Iterable[Sequence[Any]],
    *,
    title: str = "",
    zone: str = "",
) -> io.BytesIO:
    """A workbook with one sheet, named by `title`: head in bold and kept in view, filter on, columns as wide as their content.

    Rows are written as they come, so a long export needs no memory. Moments are shown in `zone`. A text
    stays a text whatever it begins with. Raises ValueError beyond Excel's number of rows.
    """
    out = io.BytesIO()
    book = _open(out)
    _fill(book, book.add_worksheet(_sheet_name(title)), [_column(one) for one in columns], rows, zone)
    book.close()
    out.seek(0)
    return out


def sheet_xlsx(sheet: Sheet, *, zone: str = "") -> io.BytesIO:
    """A printed sheet as a workbook: first its head, key figures and texts, then one worksheet for each table.

    What stands to the right in a table are figures; they are numbers here, so that they can be summed and sorted.
    Moments stand in `zone`, the home zone by default.
    """
    out = io.BytesIO()
    book = _open(out)
    head = _sheet_name(sheet.title)
    used = {head.lower()}
    _cover(book, book.add_worksheet(head), sheet)
    for table in (block for block in sheet.blocks if isinstance(block, Table)):
        name = _sheet_name(table.heading or sheet.title)
        while name.lower() in used:
            name = f"{name[:28]}_{len(used)}"
        used.add(name.lower())
        lines: list[Sequence[Any]] = [
            *(table.values or table.rows),
            *([table.totals] if table.totals else []),
        ]
        kinds = [_kind(column.align, [line[at] for line in lines]) for at, column in enumerate(table.columns)]
        columns = [TableColumn(column.label, kind) for column, kind in zip(table.columns, kinds, strict=True)]
        figures = ([_figure(value, kind) for value, kind in zip(line, kinds, strict=True)] for line in lines)
        _fill(book, book.add_worksheet(name), columns, figures, zone)
    book.close()
    out.seek(0)
    return out


def _kind(align: str, values: Sequence[Any]) -> CellKind:
    """What a column of a printed table holds: days, moments; where it stands to the right, shares or numbers."""
    if any(isinstance(value, date) for value in values):
        return "datetime" if any(isinstance(value, datetime) for value in values) else "date"
    if align != "right":
        return "text"
    texts = [str(value) for value in values]
    shares = [text for text in texts if _PRINTED.fullmatch(text) and text.endswith("%")]
    return "percent" if shares and not any(_NUMBER_ONLY.fullmatch(text) for text in texts) else "number"


def _figure(value: Any, kind: CellKind) -> Any:
    """The number that a printed figure stands for; whatever is none stays as it is."""
    if kind == "text" or not isinstance(value, str) or not _PRINTED.fullmatch(value):
        return value
    number = Decimal(value.rstrip("%").replace(",", ""))
    if value.endswith("%"):
        return number / 100 if kind == "percent" else value
    return number


def _apart(parts: tuple[str, ...]) -> tuple[str, ...]:
    """A name with figures whose unit they all share: the unit goes to the name, so that the figures are numbers."""
    name, *values = parts
    found = [_WITH_UNIT.fullmatch(value) for value in values]
    units = {one[2] for one in found if one}
    if len(units) != 1 or not all(one or value in NOTHING for one, value in zip(found, values, strict=True)):
        return parts
    (unit,) = units
    return (f"{name} ({unit})", *(one[1] if one else value for one, value in zip(found, values, strict=True)))


def _cover(book: xlsxwriter.Workbook, page: Worksheet, sheet: Sheet) -> None:
    """Title, unit, period and number of the document, its key figures, texts and signatures."""
    base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top", "text_wrap": True}
    large, bold = (
        book.add_format({**base, "bold": True, "font_size": 14}),
        book.add_format({**base, "bold": True}),
    )
    plain, number = (
        book.add_format(base),
        book.add_format({**base, "num_format": "#,##0.######", "align": "left"}),
    )
    share = book.add_format({**base, "num_format": "0.0%", "align": "left"})
    whole = book.add_format({**base, "num_format": WHOLE, "align": "left"})
    quoted = book.add_format({**base, "num_format": "@", "quote_prefix": True})
    page.set_column(0, 0, 28)
    page.set_column(1, 2, WIDEST)
    lines: list[tuple[Format, tuple[str, ...]]] = [(large, (sheet.title,))]
    lines += [(plain, (text,)) for text in (sheet.unit, sheet.number) if text]
    lines += [(plain, pair) for pair in sheet.meta]
    for block in sheet.blocks:
        if isinstance(block, (Facts, Paragraphs)) and block.heading:
            lines += [(plain, ()), (bold, (block.heading,))]
        if isinstance(block, Facts):
            lines += [(bold, block.heads)] if block.heads else []
            lines += [(plain, _apart(parts)) for parts in block.apart or block.pairs]
        elif isinstance(block, Paragraphs):
            lines += [(plain, (text,)) for text in block.texts if text.strip()]
        elif isinstance(block, Signatures):
            lines += [(plain, ()), *((plain, line) for line in block.lines)]
    for row, (style, cells) in enumerate(lines):
        for at, text in enumerate(cells):
            kind: CellKind = "percent" if text.endswith("%") else "number"
            value = _figure(text, kind) if at else text
            if isinstance(value, Decimal) and _is_exact(value):
                style = share if kind == "percent" else whole if value == value.to_integral() else number
                page.write_number(row, at, float(value), style)
            else:
                page.write_string(row, at, text[:LONGEST_TEXT], quoted if _FORMULA.match(text) else style)


def csv(columns: Sequence[TableColumn | str], rows: Iterable[Sequence[Any]], *, zone: str = "") -> io.BytesIO:
    """The same as CSV in UTF-8 with the mark that Excel needs. A text that would be a formula gets a leading '."""
    out = io.BytesIO()
    lines = io.TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
    writer = csv_module.writer(lines, lineterminator="\r\n")
    writer.writerow([_guarded(_column(one).label) for one in columns])
    for row in rows:
        writer.writerow([_guarded(_as_text(value, zone)) for value in row])
    lines.detach()
    out.seek(0)
    return out


def _open(out: io.BytesIO) -> xlsxwriter.Workbook:
    return xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "nan_inf_to_errors": True,
            "default_date_format": "yyyy-mm-dd",
        },
    )


def _fill(
    book: xlsxwriter.Workbook,
    page: Worksheet,
    columns: Sequence[TableColumn],
    rows: Iterable[Sequence[Any]],
    zone: str,
) -> None:
    base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
    heading = {**base, "bold": True, "bg_color": "#ECECEC", "bottom": 1, "text_wrap": True}
    head, quoted_head = book.add_format(heading), book.add_format({**heading, "quote_prefix": True})
    formats = [book.add_format({**base, **_FORMATS[column.kind]}) for column in columns]
    quoted = book.add_format({**base, "num_format": "@", "quote_prefix": True})
    whole = book.add_format({**base, "num_format": WHOLE})
    widths = [_width(column.label) + 3 for column in columns]
    for at, column in enumerate(columns):
        page.write_string(0, at, column.label, quoted_head if _FORMULA.match(column.label) else head)
    count = 0
    for row in rows:
        count += 1
        if count >= MOST_ROWS:
            raise ValueError(f"a worksheet holds {MOST_ROWS - 1} rows")
        if len(row) != len(columns):
            raise ValueError(f"a row of {len(row)} cells under {len(columns)} columns")
        for at, value in enumerate(row):
            style = whole if columns[at].kind == "number" and _is_whole(value) else formats[at]
            text = _write(page, count, at, value, columns[at], style, quoted, zone)
            if count <= 2000:
                widths[at] = max(widths[at], _width(text))
    for at, width in enumerate(widths):
        page.set_column(at, at, max(NARROWEST, min(WIDEST, width + 2)))
    page.freeze_panes(1, 0)
    if columns:
        page.autofilter(0, 0, count, len(columns) - 1)


def _write(
    page: Worksheet,
    line: int,
    at: int,
    value: Any,
    column: TableColumn,
    style: Format,
    quoted: Format,
    zone: str,
) -> str:
    """Write a cell and return how it reads, for the column's width."""
    if value is None or value == "":
        page.write_blank(line, at, None, style)
        return ""
    if isinstance(value, datetime):
        local = value.astimezone(clock.zone(zone)).replace(tzinfo=None) if value.tzinfo else value
        page.write_datetime(line, at, local, style)
        return "2026-03-02 09:00"
    if isinstance(value, (date, time)):
        page.write_datetime(line, at, value, style)
        return "2026-03-02"
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) and _is_exact(value):
        page.write_number(line, at, float(value), style)
        return f"{value:,}"
    text = _SURROGATES.sub("\ufffd", _as_text(value, zone))[:LONGEST_TEXT]
    page.write_string(line, at, text, quoted if _FORMULA.match(text) else style)
    return text


def _is_whole(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and value == value // 1


def _is_exact(value: int | float | Decimal) -> bool:
    return len(str(value).replace("-", "").replace(".", "").lstrip("0")) <= EXACT_DIGITS


def _as_text(value: Any, zone: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return pgettext("answer", "是") if value else pgettext("answer", "否")
    if isinstance(value, Text):
        return value.in_language(get_language() or "zh-hans")
    if isinstance(value, datetime):
        local = value.astimezone(clock.zone(zone)) if value.tzinfo else value
        return local.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, (list, tuple)):
        return pgettext("between items of a list", "、").join(_as_text(item, zone) for item in value)
    if isinstance(value, (str, int, float, Decimal, date, time, Promise)) or hasattr(value, "pk"):
        return str(value)
    raise TypeError(f"{value!r} ({type(value).__name__}) is nothing for a table")


def _guarded(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text) else text


def _column(given: TableColumn | str) -> TableColumn:
    if isinstance(given, TableColumn):
        return TableColumn(str(given.label), given.kind)
    return TableColumn(str(given))


def _sheet_name(name: str) -> str:
    """A name Excel accepts: no reserved characters, 31 at most, never empty."""
    return _SHEET_NAME.sub(" ", name).strip()[:31] or "Sheet1"


def _width(text: str) -> int:
    """Columns the widest line takes: a Chinese character is two wide."""
    return max(
        (
            sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)
            for line in text.split("\n")
        ),
        default=0,
    )
