"""Contents of many kinds, made on the spot."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import xlsxwriter
from PIL import Image


def picture(kind: str = "PNG", size: tuple[int, int] = (640, 480), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **options)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of 60,000 × 60,000 pixels in a few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack("!IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def workbook() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet().write(0, 0, "x")
    book.close()
    return out.getvalue()


def archive(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return out.getvalue()


def word() -> bytes:
    return archive(**{"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"})


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le") + b"\0" * 60
PROGRAM = b"MZ\x90\x00" + b"\0" * 200
PAGE = b"<!DOCTYPE html><script>alert(document.cookie)</script>"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def polyglots() -> dict[str, bytes]:
    """Contents that are two things at once, by name."""
    script = b"*/=1;alert(document.cookie)//"
    gif = picture("GIF", (4, 4))
    jpeg = picture("JPEG", (4, 4))
    return {
        "gif-js": b"GIF89a/*" + gif[8:] + script,
        "gif-html": gif + PAGE,
        "png-html": picture("PNG", (4, 4)) + PAGE,
        "jpeg-html": jpeg[:2] + b"\xff\xfe" + struct.pack("!H", len(PAGE) + 2) + PAGE + jpeg[2:],
        "bmp-js": b"BM" + b"/*" + picture("BMP", (4, 4))[4:] + script,
        "pdf-zip": PDF + archive(**{"a.html": PAGE.decode()}),
        "pdf-html": PDF + PAGE,
        "zip-html": archive(a="1") + PAGE,
        "html-zip": PAGE + archive(a="1"),
        "workbook-html": workbook() + PAGE,
        "svg-gif": DRAWING + gif,
        "text-html": "\ufeff".encode() + PAGE,
        "utf16-html": PAGE.decode().encode("utf-16"),
        "utf7": b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    }
