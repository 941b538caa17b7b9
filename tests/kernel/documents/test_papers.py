"""The words of documents that people send: nothing is lost, nothing is guessed, and a refusal says what to do."""

from __future__ import annotations

import io
import zipfile

import pytest
import typst
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.documents import word_files as word
from zhize.kernel.documents import papers
from zhize.kernel.documents.papers import UnreadablePaper, numbering, pdf, read_paper

SHEET = "岗位名称：前台接待员\n1、负责客户的接待，每日下班前半小时填写《接待登记表》。\n2、每月5日前向主管上报客户投诉统计。"
TRADITIONAL = "職位名稱：前台接待員\n1、負責客戶的接待，每日下班前半小時填寫《接待登記表》。"


def refused(content: bytes) -> str:
    with translation.override("zh-hans"), pytest.raises(UnreadablePaper) as caught:
        read_paper(content)
    assert caught.value.field == "file"
    return str(caught.value)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_text_in_any_encoding_is_read(encoding: str) -> None:
    assert read_paper(SHEET.replace("\n", "\r\n").encode(encoding)) == SHEET


@pytest.mark.parametrize("encoding", ["big5", "big5hkscs", "gb18030", "utf-16-be"])
def test_traditional_text_is_told_from_simplified(encoding: str) -> None:
    assert read_paper(TRADITIONAL.encode(encoding)) == TRADITIONAL


def test_what_cannot_be_seen_is_left_out_and_what_can_be_seen_stays() -> None:
    assert (
        read_paper("\ufeff① 每日\u200b检查％\u00a0⼯作\x0b② 上报   \n\n".encode())
        == "① 每日检查％ 工作\n② 上报"
    )


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_no_content_does_anything_but_give_lines_or_a_sentence(content: bytes) -> None:
    try:
        text = read_paper(content)
    except UnreadablePaper:
        return
    assert text.strip()


def test_empty_files_pictures_old_word_and_other_kinds_are_refused_each_with_its_way_out() -> None:
    assert "空" in refused(b"")
    assert "空" in refused(b" \n\t ")
    assert "OCR" in refused(b"\x89PNG\r\n\x1a\n" + b"\x00" * 64)
    assert "docx" in refused(b"{\\rtf1\\ansi hello}")
    assert "docx" in refused(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") + b"\x00\x00"
    )
    assert "txt" in refused(b"PK\x03\x04 broken")
    assert "太多" in refused(("每日检查。\n" * 50_000).encode())
    assert "太大" in refused(b"a" * (papers.MOST_BYTES + 1))


# Word ---------------------------------------------------------------------------------------------------------------

LISTS = word.lists(
    word.level(0, "chineseCounting", "%1、")
    + word.level(1, "decimal", "%1.%2")
    + word.level(2, "lowerLetter", "%3)"),
    word.level(0, "decimal", "（%1）"),
    word.level(0, "decimalEnclosedCircle", "%1") + word.level(1, "bullet", "\uf06c"),
    numbers=word.number(1, 0)
    + word.number(2, 1)
    + word.number(3, 1, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>')
    + word.number(4, 2),
)


def test_the_printed_numbers_of_lists_are_kept() -> None:
    content = word.docx(
        word.paragraph("工作内容", numbered=(1, 0)),
        word.paragraph("每日巡查", numbered=(1, 1)),
        word.paragraph("填写记录", numbered=(1, 2)),
        word.paragraph("每周汇总", numbered=(1, 1)),
        word.paragraph("任职要求", numbered=(1, 0)),
        word.paragraph("大专以上", numbered=(1, 1)),
        word.paragraph("没有编号的一段"),
        word.paragraph("甲", numbered=(2, 0)),
        word.paragraph("乙", numbered=(2, 0)),
        word.paragraph("从头数", numbered=(3, 0)),
        word.paragraph("圈", numbered=(4, 0)),
        word.paragraph("点", numbered=(4, 1)),
        numbering=LISTS,
    )
    assert read_paper(content).split("\n") == [
        "一、工作内容",
        "一.1 每日巡查",
        "a)填写记录",
        "一.2 每周汇总",
        "二、任职要求",
        "二.1 大专以上",
        "没有编号的一段",
        "（1）甲",
        "（2）乙",
        "（1）从头数",
        "①圈",
        "• 点",
    ]


def test_a_number_that_comes_from_the_style_is_kept() -> None:
    styles = (
        '<w:style w:styleId="base"><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="mine"><w:basedOn w:val="base"/></w:style>'
    )
    content = word.docx(
        word.paragraph("甲", style="base"), word.paragraph("乙", style="mine"), numbering=LISTS, styles=styles
    )
    assert read_paper(content) == "（1）甲\n（2）乙"


@pytest.mark.parametrize(
    ("form", "first", "twelfth", "twentieth"),
    [
        ("decimal", "1", "12", "20"),
        ("chineseCountingThousand", "一", "十二", "二十"),
        ("upperRoman", "I", "XII", "XX"),
        ("lowerLetter", "a", "l", "t"),
        ("chineseLegalSimplified", "壹", "壹拾贰", "贰拾"),
        ("ideographTraditional", "甲", "乙", "癸"),
        ("decimalEnclosedParen", "⑴", "⑿", "⒇"),
        ("decimalFullWidth", "１", "１２", "２０"),
        ("decimalZero", "01", "12", "20"),
        ("somethingNew", "1", "12", "20"),
    ],
)
def test_counts_are_written_as_word_writes_them(form: str, first: str, twelfth: str, twentieth: str) -> None:
    assert [numbering.written(count, form) for count in (1, 12, 20)] == [first, twelfth, twentieth]


def test_tables_are_read_row_by_row_and_long_cells_line_by_line() -> None:
    content = word.docx(
        word.table(
            (
                word.paragraph("岗位名称"),
                word.paragraph("前台"),
                word.paragraph("直接上级"),
                word.paragraph("经理"),
            ),
            (
                word.paragraph("职责"),
                word.paragraph("接待", numbered=(2, 0)) + word.paragraph("登记", numbered=(2, 0)),
            ),
        ),
        numbering=LISTS,
    )
    assert read_paper(content) == "岗位名称\t前台\t直接上级\t经理\n职责\n（1）接待\n（2）登记"


def test_a_box_is_read_once_and_deleted_words_are_not() -> None:
    box = word.paragraph("框里的字")
    shape = f"<w:drawing><wps:txbx><w:txbxContent>{box}</w:txbxContent></wps:txbx></w:drawing>"
    old = f"<w:pict><w:txbxContent>{box}</w:txbxContent></w:pict>"
    choice = f"<mc:AlternateContent><mc:Choice>{shape}</mc:Choice><mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>"
    content = word.docx(
        f"<w:p><w:r><w:t>正文</w:t></w:r><w:r>{choice}</w:r><w:del><w:r><w:delText>删去</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>补上</w:t><w:br/><w:t>换行</w:t></w:r></w:ins></w:p>"
    )
    assert read_paper(content) == "正文补上\n换行\n框里的字"


def test_a_word_file_that_unpacks_to_too_much_or_nests_without_end_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("zhize.kernel.documents.papers.word.MOST_UNPACKED", 50_000)
    assert "展开" in refused(word.docx(word.paragraph("每" * 100_000)))
    deep = word.paragraph("底")
    for _step in range(40):
        deep = word.table((deep,))
    assert "txt" in refused(word.docx(deep))


def test_a_table_in_a_cell_is_read_once_in_its_place() -> None:
    inner = word.table((word.paragraph("内一"), word.paragraph("内二")))
    outer = word.table((word.paragraph("外一") + inner, word.paragraph("外二")))
    held = f"<w:tbl><w:sdt><w:sdtContent>{word.table((word.paragraph('行'),))[7:-8]}</w:sdtContent></w:sdt></w:tbl>"
    assert read_paper(word.docx(outer, held)) == "外一\n内一\t内二\n外二\n行"


def test_a_small_word_file_with_endless_elements_or_numbers_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "txt" in refused(word.docx("<w:p>" + "<w:x>" * 3000 + "深" + "</w:x>" * 3000 + "</w:p>"))
    endless = word.lists(word.level(0, "decimal", "第" * 10_000 + "%1"), numbers=word.number(1, 0))
    numbered = word.docx(word.paragraph("甲", numbered=(1, 0)), numbering=endless)
    assert len(read_paper(numbered)) < 100
    assert "字" in refused(word.docx(word.paragraph("每日检查" * 110_000)))
    monkeypatch.setattr("zhize.kernel.documents.papers.word.MOST_TAGS", 500)
    assert "展开" in refused(word.docx("<w:p/>" * 600))


def test_a_word_file_with_entities_or_broken_parts_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("[Content_Types].xml", word.TYPES)
        packed.writestr("word/document.xml", '<!DOCTYPE d [<!ENTITY a "aaaa">]><d>&a;</d>')
    assert "txt" in refused(made.getvalue())
    whole = word.docx(word.paragraph("每日检查" * 500))
    refused(whole[: len(whole) // 2])
    assert "损坏" in refused(word.docx("<w:p><w:t>没有结尾"))


# PDF ----------------------------------------------------------------------------------------------------------------


def made(text: str, family: str) -> bytes:
    page = f'#set page(width: 160mm, height: 100mm)\n#set text(font: "{family}")\n{text}'
    compiled = typst.compile(page.encode(), font_paths=[str(folder) for folder in fonts_of()])
    assert isinstance(compiled, bytes)
    return compiled


def fonts_of() -> list[object]:
    from zhize.kernel.documents import fonts

    return list(fonts.folders())


def test_a_pdf_is_read_and_lines_broken_by_the_page_are_joined(chinese_font: str) -> None:
    long = "负责客户的接待与登记工作，每日下班前半小时填写接待登记表并交主管审核，发现问题第一时间上报，不得拖延，直到问题解决为止。"
    content = made(
        f"前台接待员岗位职责\n\n1、{long}\n\n2、每月5日前上报统计。\n\n#pagebreak()\n3、第二页。",
        chinese_font,
    )
    assert read_paper(content).split("\n") == [
        "前台接待员岗位职责",
        f"1、{long}",
        "2、每月5日前上报统计。",
        "3、第二页。",
    ]


def test_a_full_line_goes_on_only_when_nothing_ends_or_begins() -> None:
    assert pdf.joined(["一二三四五六七八", "九十。", "短", "2、一二三四五六。", "另一句一二三四五"]) == [
        "一二三四五六七八九十。",
        "短",
        "2、一二三四五六。",
        "另一句一二三四五",
    ]


def test_a_scan_a_locked_file_too_many_pages_and_a_broken_file_are_refused(
    chinese_font: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "扫描" in refused(made("#rect(width: 40mm, height: 40mm)", chinese_font))
    assert "密码" in refused(LOCKED)
    assert "损坏" in refused(b"%PDF-1.7\n nothing that is a document")
    monkeypatch.setattr("zhize.kernel.documents.papers.reading.MOST_PAGES", 2)
    pages = made("甲\n#pagebreak()\n乙\n#pagebreak()\n丙", chinese_font)
    assert "页数" in refused(pages)


def test_a_pdf_that_is_read_too_long_is_given_up(chinese_font: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhize.kernel.documents.papers.pdf.SECONDS", 0.001)
    assert "太久" in refused(made("前台接待员岗位职责", chinese_font))


LOCKED = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    b"4 0 obj<</Filter/Standard/V 1/R 2/Length 40/P -4/O<"
    + b"11" * 32
    + b">/U<"
    + b"22" * 32
    + b">>>endobj\n"
    b"trailer<</Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]/Size 5>>\n%%EOF"
)
"""Locked with a password that nobody knows."""
