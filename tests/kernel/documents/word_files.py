"""Word files as Word writes them, as small as they can be: paragraphs with list numbers, tables, boxes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def paragraph(text: str, *, numbered: tuple[int, int] | None = None, style: str = "") -> str:
    """A paragraph; `numbered` is the list and the level it belongs to."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if numbered is not None:
        listed, level = numbered
        properties += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{listed}"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def table(*rows: Sequence[str]) -> str:
    """A table of cells that hold paragraphs."""
    made = "".join(
        "<w:tr>" + "".join(f"<w:tc><w:tcPr/>{cell}</w:tc>" for cell in row) + "</w:tr>" for row in rows
    )
    return f"<w:tbl>{made}</w:tbl>"


def level(number: int, form: str, text: str, *, start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def lists(*abstracts: str, numbers: str) -> str:
    """numbering.xml; `numbers` are its w:num elements."""
    made = "".join(
        f'<w:abstractNum w:abstractNumId="{index}">{levels}</w:abstractNum>'
        for index, levels in enumerate(abstracts)
    )
    return f"<w:numbering {NAMESPACES}>{made}{numbers}</w:numbering>"


def number(listed: int, abstract: int, more: str = "") -> str:
    return f'<w:num w:numId="{listed}"><w:abstractNumId w:val="{abstract}"/>{more}</w:num>'


def docx(*blocks: str, numbering: str = "", styles: str = "") -> bytes:
    """The file."""
    body = f"<w:document {NAMESPACES}><w:body>{''.join(blocks)}</w:body></w:document>"
    parts = {"[Content_Types].xml": TYPES, "word/document.xml": body}
    if numbering:
        parts["word/numbering.xml"] = numbering
    if styles:
        parts["word/styles.xml"] = f"<w:styles {NAMESPACES}>{styles}</w:styles>"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return made.getvalue()
