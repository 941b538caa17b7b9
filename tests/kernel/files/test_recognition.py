from __future__ import annotations

import pytest

from tests.kernel.files import contents
from zhize.kernel.files import names, sniffing


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (contents.picture("PNG"), "image/png"),
        (contents.picture("JPEG"), "image/jpeg"),
        (contents.picture("GIF"), "image/gif"),
        (contents.picture("WEBP"), "image/webp"),
        (contents.PDF, "application/pdf"),
        (contents.workbook(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (contents.word(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (contents.archive(a="1"), "application/zip"),
        (contents.archive(), "application/zip"),
        (contents.OLD_EXCEL, "application/vnd.ms-excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, ""),
        ("投诉记录\n第二行".encode(), "text/plain"),
        ("投诉记录".encode("gb18030"), "text/plain"),
        ("投诉记录".encode("utf-16"), "text/plain"),
        (("编" * 5000).encode(), "text/plain"),
        (contents.PAGE, "text/plain"),
        (contents.DRAWING, "text/plain"),
        (b"\x00\x01\x02\x03" * 10, ""),
        (b"PK\x03\x04" + b"\xff" * 50, ""),
    ],
)
def test_the_content_says_what_it_is(content: bytes, kind: str) -> None:
    assert sniffing.media_type(content) == kind


def test_programs_are_recognised() -> None:
    assert sniffing.is_program(contents.PROGRAM)
    assert not sniffing.is_program(contents.PDF)


@pytest.mark.parametrize(
    ("name", "kind", "clean"),
    [
        ("漏水.jpg", "image/jpeg", "漏水.jpg"),
        ("../../etc/passwd", "", "passwd"),
        ("C:\\temp\\漏水.JPG", "image/jpeg", "漏水.JPG"),
        ("photo.exe", "image/jpeg", "photo.exe.jpg"),
        ("发票\u202egpj.exe", "", "发票gpj.exe"),
        ('a<b>:"c"|?*\r\n\x00.txt', "text/plain", "a_b___c____.txt"),
        ("  .htaccess ", "", "htaccess"),
        ("", "application/pdf", "未命名.pdf"),
        ("CON.txt", "text/plain", "_CON.txt"),
        ("名单.csv", "text/plain", "名单.csv"),
    ],
)
def test_names_are_made_harmless_and_keep_their_meaning(name: str, kind: str, clean: str) -> None:
    assert names.clean(name, kind) == clean


def test_long_names_keep_their_suffix() -> None:
    made = names.clean("长" * 300 + ".pdf", "application/pdf")
    assert made.endswith(".pdf")
    assert len(made.encode()) <= 220


def test_the_header_names_the_file_for_old_and_new_programs() -> None:
    header = names.disposition('漏水 "1".jpg', inline=False)
    assert header == "attachment; filename=\"__ _1_.jpg\"; filename*=UTF-8''%E6%BC%8F%E6%B0%B4%20%221%22.jpg"
    assert (
        "\n" not in names.disposition("a\r\nSet-Cookie: x", inline=True).replace("\r\n", "\n").split(";")[0]
    )
