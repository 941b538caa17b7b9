"""What a content is, told from the content. The sender's name and type are not believed.

An allow-list: what is not recognised has no type, and what has no type is only ever downloaded.
"""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from pathlib import PurePosixPath

import filetype
from PIL import Image, UnidentifiedImageError

HEAD = 8192

# Shown in the browser; everything else is downloaded. No HTML and no SVG: both can carry script.
INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"})
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})

SUFFIXES: dict[str, tuple[str, ...]] = {
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg", "jfif"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "image/bmp": ("bmp",),
    "image/heic": ("heic", "heif"),
    "image/tiff": ("tif", "tiff"),
    "application/pdf": ("pdf",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("pptx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "application/msword": ("doc", "wps", "dot"),
    "application/vnd.ms-excel": ("xls", "et", "xlt"),
    "application/vnd.ms-powerpoint": ("ppt", "dps", "pps"),
    "application/zip": ("zip",),
    "application/x-7z-compressed": ("7z",),
    "application/vnd.rar": ("rar",),
    "audio/mpeg": ("mp3",),
    "audio/x-wav": ("wav",),
    "audio/ogg": ("ogg", "oga", "opus"),
    "audio/amr": ("amr",),
    "audio/mp4": ("m4a",),
    "audio/aac": ("aac",),
    "video/mp4": ("mp4", "m4v"),
    "video/quicktime": ("mov",),
    "video/webm": ("webm",),
    "text/plain": (
        "txt",
        "csv",
        "tsv",
        "log",
        "md",
        "json",
        "xml",
        "eml",
        "ics",
        "vcf",
        "srt",
        "yaml",
        "yml",
        "ini",
    ),
}

_OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "Book": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
}
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# Names of filetype that differ from the registered ones, or that stand for several.
_RENAMED = {
    "application/x-rar-compressed": "application/vnd.rar",
    "audio/wav": "audio/x-wav",
    "video/x-m4v": "video/mp4",
}


def is_program(head: bytes) -> bool:
    """Whether the content is an executable of Windows, Linux, macOS or Java."""
    return head.startswith(_PROGRAMS)


def media_type(content: bytes) -> str:
    """The type of a whole content, or "" when it is none of the list."""
    head = content[:HEAD]
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"PK\x03\x04"):
        return _zipped(content)
    if head.startswith(_OLE):
        return _ole(content)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) and charset(head) == "utf-16":
        return "text/plain"
    kind = filetype.guess(head)
    if kind is not None:
        found = _RENAMED.get(kind.mime, kind.mime)
        return found if found in SUFFIXES else ""
    return "text/plain" if _is_text(content) else ""


def charset(content: bytes) -> str | None:
    """The encoding a text is in: UTF-8, GB18030 as older Chinese programs write it, or UTF-16 with its mark."""
    head = content[:HEAD]
    marked = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return next(
        (name for name in (("utf-16",) if marked else ("utf-8", "gb18030")) if _decodes(head, name)), None
    )


def dimensions(content: bytes, kind: str) -> tuple[int, int] | None:
    """Width and height of a picture that can be shown; None for other contents and for broken pictures."""
    if kind not in PICTURES:
        return None
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG", "GIF", "WEBP", "BMP"]) as image:
            return image.size
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def suffix_of(name: str) -> str:
    return PurePosixPath(name).suffix.lower().lstrip(".")


def _zipped(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                return next((kind for part, kind in _OFFICE.items() if part in names), "application/zip")
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                kind = archive.read("mimetype").decode("ascii", "replace").strip()
                return kind if kind in SUFFIXES else "application/zip"
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ):
        return ""
    return "application/zip"


def _ole(content: bytes) -> str:
    # Stream names stand in the directory as UTF-16; which one is there tells the old Office formats apart.
    for stream, kind in _OLE_STREAMS.items():
        if stream.encode("utf-16-le") + b"\x00\x00" in content:
            return kind
    return ""


def _is_text(content: bytes) -> bool:
    return not _BINARY.search(content[:HEAD]) and charset(content) is not None


def _decodes(head: bytes, encoding: str) -> bool:
    # The head may end in the middle of a character.
    for cut in range(4):
        try:
            head[: len(head) - cut].decode(encoding)
        except UnicodeDecodeError:
            if len(head) < HEAD:
                return False
            continue
        return True
    return False
