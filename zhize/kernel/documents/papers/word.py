"""The text of a Word file (docx): paragraphs with their printed numbers, tables row by row, text boxes.

Read from the file's own XML: no library that is kept up gives the numbers that Word prints before the paragraphs of a
list, and a job description without its numbers cannot be quoted. Headers, footers and deleted text are left out.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from django.utils.translation import gettext_lazy as _

from zhize.kernel.documents.papers import numbering
from zhize.kernel.documents.papers.numbering import W, value
from zhize.kernel.documents.papers.reading import MOST_CHARACTERS, UnreadablePaper, too_long

MOST_UNPACKED = 40 * 1024 * 1024
MOST_TAGS = 1_500_000
"""Signs that open or close an element: the tree of a document takes many times the memory of its text."""
DEEPEST = 12
"""Tables within tables, and boxes within boxes."""

_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_SKIPPED = {
    f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "footnoteReference")
}
_WRAPS = {f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")}
_TEXT = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}


@dataclass
class _Reader:
    """One pass through a document, counting its lists."""

    lists: numbering.Numbering
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)

    def blocks(self, parent: Element, depth: int = 0) -> Iterator[str]:
        """The lines of everything in `parent`, in order."""
        if depth > DEEPEST:
            raise UnreadablePaper
        for child in parent:
            if child.tag == f"{W}p":
                yield from self._paragraph(child, depth)
            elif child.tag == f"{W}tbl":
                for row in _within(child, f"{W}tr"):
                    yield from self._row(row, depth)
            elif child.tag == f"{W}sdt":
                content = child.find(f"{W}sdtContent")
                if content is not None:
                    yield from self.blocks(content, depth + 1)
            elif child.tag in (f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag"):
                yield from self.blocks(child, depth + 1)

    def _paragraph(self, paragraph: Element, depth: int) -> Iterator[str]:
        boxes: list[Element] = []
        text = "".join(_runs(paragraph, boxes)).strip(" \t\n\u3000")
        if text:
            yield from (self._number(paragraph) + text).split("\n")
        for box in boxes:
            yield from self.blocks(box, depth + 1)

    def _row(self, row: Element, depth: int) -> Iterator[str]:
        """Cells of one line each stand in one line, divided by tabs; longer cells keep their lines."""
        cells = []
        for cell in _within(row, f"{W}tc"):
            merged = cell.find(f"{W}tcPr/{W}vMerge")
            if merged is not None and value(merged) != "restart":
                continue
            cells.append([line for line in self.blocks(cell, depth + 1) if line.strip()])
        if all(len(cell) <= 1 for cell in cells):
            line = "\t".join(cell[0] for cell in cells if cell)
            if line:
                yield line
            return
        for lines in cells:
            yield from lines

    def _number(self, paragraph: Element) -> str:
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return ""
        style = value(properties.find(f"{W}pStyle")) or ""
        name, level = self.styles.get(style, ("0", 0))
        own = properties.find(f"{W}numPr")
        if own is not None:
            name = value(own.find(f"{W}numId")) or name
            level = numbering.number(own.find(f"{W}ilvl"), level)
        return "" if name == "0" else self.lists.label(name, level)


def text_of(content: bytes) -> str:
    """The text of a docx. Raises UnreadablePaper for a file that is broken or unpacks to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if (
                sum(part.file_size for part in packed.infolist() if part.filename.endswith(".xml"))
                > MOST_UNPACKED
            ):
                raise UnreadablePaper(_("文件展开后太大，请分成几个文件。"))
            document = _part(packed, "word/document.xml")
            reader = _Reader(
                numbering.read(_part(packed, "word/numbering.xml")), _styles(_part(packed, "word/styles.xml"))
            )
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise UnreadablePaper(_("文件已损坏或加了密码，打不开。")) from error
    body = document.find(f"{W}body") if document is not None else None
    if body is None:
        raise UnreadablePaper(_("文件已损坏或加了密码，打不开。"))
    try:
        return "\n".join(_bounded(reader.blocks(body)))
    except RecursionError as error:
        raise UnreadablePaper from error


def _bounded(lines: Iterator[str]) -> Iterator[str]:
    """The lines, while they are not more than anybody writes: a small file may name a long number a thousand times."""
    size = 0
    for line in lines:
        size += len(line) + 1
        if size > 2 * MOST_CHARACTERS:
            raise UnreadablePaper(too_long())
        yield line


def _within(parent: Element, tag: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, also those that a content control holds; not those of tables inside."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPS:
            yield from _within(child, tag)


def _part(packed: zipfile.ZipFile, name: str) -> Element | None:
    if name not in packed.namelist():
        return None
    with packed.open(name) as file:
        # The sizes in the directory may lie; what is really unpacked is counted here.
        raw = file.read(MOST_UNPACKED + 1)
    if len(raw) > MOST_UNPACKED or raw.count(b"<") > MOST_TAGS:
        raise UnreadablePaper(_("文件展开后太大，请分成几个文件。"))
    try:
        text = raw.decode("utf-8-sig")
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise UnreadablePaper  # Word writes none; entities are only there to blow up
        return ElementTree.fromstring(text)  # noqa: S314  (without a document type nothing can be expanded)
    except (ElementTree.ParseError, UnicodeDecodeError) as error:
        raise UnreadablePaper(_("文件已损坏或加了密码，打不开。")) from error


def _styles(root: Element | None) -> dict[str, tuple[str, int]]:
    """Style → the list and level its paragraphs belong to, also when a style it is based on says so."""
    if root is None:
        return {}
    listed: dict[str, tuple[str, int]] = {}
    based: dict[str, str] = {}
    for style in root.findall(f"{W}style"):
        name = value(style, "styleId") or ""
        based[name] = value(style.find(f"{W}basedOn")) or ""
        own = style.find(f"{W}pPr/{W}numPr")
        if own is not None and (chosen := value(own.find(f"{W}numId"))):
            listed[name] = (chosen, numbering.number(own.find(f"{W}ilvl"), 0))
    for name in based:
        upper, steps = based[name], 0
        while name not in listed and upper and steps < DEEPEST:
            if upper in listed:
                listed[name] = listed[upper]
            upper, steps = based.get(upper, ""), steps + 1
    return listed


def _runs(parent: Element, boxes: list[Element]) -> Iterator[str]:
    """The text of a paragraph; text boxes anchored in it are collected in `boxes`."""
    for child in parent:
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in _TEXT:
            yield _TEXT[child.tag]
        elif child.tag == f"{W}txbxContent":
            boxes.append(child)
        elif child.tag == _CHOICE:
            # The same box stands there once for new and once for old programs.
            yield from _runs(next(iter(child), child), boxes)
        elif child.tag not in _SKIPPED:
            yield from _runs(child, boxes)
