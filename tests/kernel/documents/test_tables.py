from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from zhize.kernel import documents
from zhize.kernel.documents import Column, Facts, Paragraphs, Sheet, Signatures, Table, TableColumn
from zhize.lib.text import Text

COLUMNS = [
    TableColumn("编号"),
    TableColumn("金额", "money"),
    TableColumn("受理时间", "datetime"),
    TableColumn("日期", "date"),
]
MOMENT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def opened(file: io.BytesIO) -> Any:
    return openpyxl.load_workbook(io.BytesIO(file.getvalue()))


def test_a_workbook_keeps_types_and_shows_moments_in_the_zone() -> None:
    book = opened(
        documents.xlsx(COLUMNS, [["TS-1", Decimal("12.50"), MOMENT, date(2026, 3, 2)]], title="工单 [3月]/1")
    )
    page = book.active
    assert page.title == "工单  3月  1"
    assert [cell.value for cell in page[1]] == ["编号", "金额", "受理时间", "日期"]
    assert [cell.value for cell in page[2]] == [
        "TS-1",
        12.5,
        datetime.fromisoformat("2026-03-02T09:00"),
        datetime.fromisoformat("2026-03-02"),
    ]
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:D2"


def test_columns_are_as_wide_as_their_chinese() -> None:
    page = opened(documents.xlsx(["甲", "乙"], [["一" * 10, "x" * 200]])).active
    assert 20 <= page.column_dimensions["A"].width <= 24
    assert page.column_dimensions["B"].width <= 61


FORMULAS = [
    "=1+1", '=HYPERLINK("http://x","y")', "+A1", "-2+3", "@SUM(A1)", "\t=1", "\n=cmd|' /C calc'!A0", "\r=1", " =1",
    "＝1+1", "＋A1", "－2+3", "＠SUM(A1)",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_becomes_a_formula(text: str) -> None:
    book = documents.xlsx(["甲"], [[text]])
    cell = opened(book).active["A2"]
    assert cell.data_type == "s"
    assert cell.value.endswith(text.strip())  # a workbook writes some signs as _x000D_
    assert cell.quotePrefix
    with zipfile.ZipFile(io.BytesIO(book.getvalue())) as parts:
        assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()
    line = documents.csv(["甲"], [[text]]).getvalue().decode("utf-8-sig").split("\r\n", 1)[1]
    assert line.lstrip('"').startswith("'")


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_of_a_printed_sheet_becomes_a_formula(text: str) -> None:
    """Wherever it stands: title, facts, running text, heads, cells, totals, signatures."""
    sheet = Sheet(
        title=text,
        unit=text,
        number=text,
        meta=((text, text),),
        footer=text,
        blocks=(
            Facts(((text, text),), heading=text, apart=((text, text, text),), heads=(text, text)),
            Paragraphs((text,), heading=text),
            Table(
                (Column(text), Column("件", "right")),
                ((text, text),),
                totals=(text, text),
                heading=text,
                empty=text,
            ),
            Signatures(((text, text, text),)),
        ),
    )
    book = opened(documents.sheet_xlsx(sheet))
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    held = [cell for cell in cells if str(cell.value).endswith(text.strip())]
    assert len(held) >= 16
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.coordinate for cell in held if not cell.quotePrefix] == []


def test_long_numbers_stay_exact_and_odd_characters_do_no_harm() -> None:
    values = [
        110105194912310021,
        12345678901234567890,
        "\ud800坏",
        "x" * 40_000,
        True,
        None,
        ["甲", "乙"],
        Text("中", "en"),
    ]
    page = opened(documents.xlsx([str(n) for n in range(len(values))], [values])).active
    shown = [cell.value for cell in page[2]]
    assert shown[:3] == ["110105194912310021", "12345678901234567890", "\ufffd坏"]
    assert len(shown[3]) == 32_767
    assert shown[4:] == ["是", None, "甲、乙", "中"]


def test_csv_opens_in_excel_and_keeps_negative_numbers() -> None:
    data = documents.csv(
        ["甲", "乙"], [[-5, "-5"], [Decimal("1.50"), 'a "b", c'], [MOMENT, "+8613800001111"]]
    ).getvalue()
    assert data.startswith(b"\xef\xbb\xbf")
    lines = data.decode("utf-8-sig").split("\r\n")
    assert lines == ["甲,乙", "-5,-5", '1.50,"a ""b"", c"', "2026-03-02 09:00,+8613800001111", ""]


def test_a_long_export_is_written_as_it_comes() -> None:
    book = documents.xlsx(["n"], ([n] for n in range(20_000)))
    assert opened(book).active.max_row == 20_001


def test_rows_must_fit_and_strange_values_are_mistakes() -> None:
    with pytest.raises(ValueError, match="2 cells"):
        documents.xlsx(["甲"], [["a", "b"]])
    with pytest.raises(TypeError):
        documents.xlsx(["甲"], [[object()]])


def test_a_printed_sheet_gives_the_same_figures_as_a_workbook() -> None:
    sheet = Sheet(
        title="月报",
        blocks=(
            Table(
                (Column("分类"), Column("件数", "right")),
                (("噪音", 12),),
                totals=("合计", 12),
                heading="分类",
            ),
            Table((Column("分类"),), (("x",),), heading="分类"),
        ),
    )
    book = opened(documents.sheet_xlsx(sheet))
    assert book.sheetnames[:2] == ["月报", "分类"]
    assert len(book.sheetnames) == 3
    assert [[cell.value for cell in row] for row in book.worksheets[1].rows] == [
        ["分类", "件数"],
        ["噪音", 12],
        ["合计", 12],
    ]
    assert len(opened(documents.sheet_xlsx(Sheet(title="空"))).sheetnames) == 1


def test_printed_figures_are_numbers_and_the_head_comes_first() -> None:
    sheet = Sheet(
        title="月报",
        unit="四季花城",
        number="FRM-075",
        meta=(("期间", "2026-11"),),
        blocks=(
            Facts((("新增", "1,204"), ("及时率", "91.7%"), ("未结", "70 件")), heading="总体情况"),
            Paragraphs(("=已经分析",), heading="分析与建议"),
            Table(
                (
                    Column("分类"),
                    Column("件数", "right"),
                    Column("及时率", "right"),
                    Column("满意度", "right"),
                ),
                (("噪音", "1,204", "91.7%", "4.0"), ("7", "0", "–", "")),
            ),
        ),
    )
    cover, table = opened(documents.sheet_xlsx(sheet)).worksheets
    said = [[cell.value for cell in row if cell.value is not None] for row in cover.rows]
    assert said[:4] == [["月报"], ["四季花城"], ["FRM-075"], ["期间", "2026-11"]]
    assert [row for row in said[4:] if row] == [
        ["总体情况"], ["新增", 1204], ["及时率", 0.917], ["未结 (件)", 70], ["分析与建议"], ["=已经分析"],
    ]  # fmt: skip
    assert [[cell.value for cell in row] for row in table.rows][1:] == [
        ["噪音", 1204, 0.917, 4],
        ["7", 0, "–", None],
    ]
    assert table.cell(2, 3).number_format == "0.0%"


def test_what_a_sheet_says_shortly_is_a_whole_moment_in_the_workbook() -> None:
    """A value and the one before it stand in cells of their own; a day and a moment can be sorted."""
    sheet = Sheet(
        title="月报",
        blocks=(
            Facts(
                (("满意度", "4.2 分（4.3 分）"),),
                apart=(("满意度", "4.2 分", "4.3 分"), ("及时率", "91.7%", "")),
                heads=("", "本期", "上期"),
            ),
            Table(
                (Column("日期"), Column("受理"), Column("新增", "right")),
                (("2026-11-22", "11-22 09:30", "2"),),
                values=((date(2026, 11, 22), datetime.fromisoformat("2026-11-22T09:30"), "2"),),
                totals=("合计", "", "2"),
            ),
        ),
    )
    cover, table = opened(documents.sheet_xlsx(sheet)).worksheets
    said = [[cell.value for cell in row if cell.value] for row in cover.rows]
    assert said[1:] == [["本期", "上期"], ["满意度 (分)", 4.2, 4.3], ["及时率", 0.917]]
    assert [cell.value for cell in list(table.rows)[1]] == [
        datetime.fromisoformat("2026-11-22"),
        datetime.fromisoformat("2026-11-22T09:30"),
        2,
    ]
    assert [table.cell(2, at).number_format for at in (1, 2, 3)] == [
        "yyyy-mm-dd",
        "yyyy-mm-dd hh:mm",
        "#,##0",
    ]
