from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from zhize.kernel import documents
from zhize.kernel.documents import UnreadableTable, reading

NAMES = {
    "building": ["楼栋"],
    "room": ["房号", "房间号"],
    "owner": ["业主姓名", "姓名"],
    "phone": ["联系电话", "手机", "座机"],
    "area": ["建筑面积"],
}


def messy() -> bytes:
    """An owners' list as one gets it: title rows, a two-row head, merged buildings, full-width digits, numbers."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "业主名册"
    page.append(["云溪花园业主名册（2026年）"])
    page.merge_cells("A1:F1")
    page.append(["制表：王芳", None, None, None, None, "第 1 页"])
    page.append(["楼栋", "房号", "业主姓名*", "联系方式", None, "建筑面积（㎡）"])
    page.append([None, None, None, "手機1", "座机2（选填）", None])
    page.merge_cells("A3:A4")
    page.merge_cells("B3:B4")
    page.merge_cells("C3:C4")
    page.merge_cells("D3:E3")
    page.merge_cells("F3:F4")
    page.append(["１栋", 101, "张　三", 13800001111, "0755－26661234", 89.5])
    page.append([None, "１０２", " 李四\u200b ", "13800002222/13800003333", None, 90])
    page.merge_cells("A5:A6")
    page.append(["2栋", "101", "王五\n赵六", None, None, date(2026, 3, 2)])
    for _ in range(50):
        page.append([None] * 6)
    extra = book.create_sheet("说明")
    extra.append(["x"] * 3)
    hidden = book.create_sheet("旧数据")
    hidden.sheet_state = "hidden"
    for _ in range(200):
        hidden.append(["y"] * 20)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_messy_list_becomes_tidy_cells() -> None:
    grid = documents.read_table(messy())
    assert grid.name == "业主名册"
    assert grid.rows[0] == ["云溪花园业主名册(2026年)"] * 6
    assert grid.rows[4:] == [
        ["1栋", "101", "张 三", "13800001111", "0755-26661234", "89.5"],
        ["1栋", "102", "李四", "13800002222/13800003333", "", "90"],
        ["2栋", "101", "王五\n赵六", "", "", "2026-03-02"],
    ]
    assert documents.sheet_names(messy()) == ["业主名册", "说明"]
    assert documents.read_table(messy(), sheet="说明").rows == [["x", "x", "x"]]


def test_the_head_is_found_below_titles_and_across_two_rows() -> None:
    grid = documents.read_table(messy())
    header = documents.find_header(grid, NAMES)
    assert header is not None
    assert header.row == 3
    assert header.columns == {"building": (0,), "room": (1,), "owner": (2,), "phone": (3, 4), "area": (5,)}
    assert documents.find_header(grid, {"other": ["没有"]}) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_in_every_usual_shape(encoding: str, separator: str) -> None:
    text = "\r\n".join(
        separator.join(row) for row in [["姓名", "电话"], ["张三", "１３８００００１１１１"], ["李四"]]
    )
    grid = documents.read_table(text.encode(encoding))
    assert grid.rows == [["姓名", "电话"], ["张三", "13800001111"], ["李四", ""]]


def test_numbers_days_and_answers_read_as_people_wrote_them() -> None:
    book = openpyxl.Workbook()
    book.active.append(
        [
            13800001111.0,
            0.5,
            datetime.fromisoformat("2026-03-02"),
            datetime.fromisoformat("2026-03-02T09:30"),
            True,
            "  ",
            "#N/A",
        ]
    )
    out = io.BytesIO()
    book.save(out)
    assert documents.read_table(out.getvalue()).rows[0][:6] == [
        "13800001111",
        "0.5",
        "2026-03-02",
        "2026-03-02 09:30",
        "是",
        "",
    ]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<x/>")
        packed.writestr("xl/workbook.xml", "<x/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"\0" * (reading.MOST_UNPACKED + 1))
    return out.getvalue()


def empty() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7",
        b"\x00\x01",
        b"PK\x03\x04broken",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le") + b"\0\0",
    ],
)
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableTable):
        documents.read_table(content)


def test_bombs_empty_and_huge_tables_are_refused_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableTable, match="空"):
        documents.read_table(empty())
    with pytest.raises(UnreadableTable, match="没有名为"):
        documents.read_table(messy(), sheet="没有")
    monkeypatch.setattr(reading, "MOST_UNPACKED", 1_000_000)
    with pytest.raises(UnreadableTable, match="太大"):
        documents.read_table(bomb())
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    with pytest.raises(UnreadableTable, match="最多 3 行"):
        documents.read_table(b"a\nb\nc\nd")


def test_reading_back_what_we_export() -> None:
    file = documents.xlsx(["姓名", "电话"], [["张三", "13800001111"]])
    assert documents.read_table(file.getvalue()).rows == [["姓名", "电话"], ["张三", "13800001111"]]
