"""Looking into a PDF without a reader: its streams unpacked, its fonts, its text by the fonts' own maps."""

from __future__ import annotations

import re
import zlib


def streams(pdf: bytes) -> bytes:
    """All readable streams of the file and the file itself, one after the other."""
    found = [pdf]
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(match[1]))
        except zlib.error:
            continue
    return b"\n".join(found)


def characters(pdf: bytes) -> set[str]:
    """Every character that can be searched for and copied out of the PDF."""
    text: set[str] = set()
    for block in re.findall(rb"begincmap(.*?)endcmap", streams(pdf), re.DOTALL):
        for target in re.findall(rb"<[0-9A-Fa-f]+>\s+<([0-9A-Fa-f]+)>", block):
            if len(target) % 4 == 0:
                text |= set(bytes.fromhex(target.decode()).decode("utf-16-be", "replace"))
    return text


def fonts(pdf: bytes) -> set[str]:
    """Names of the embedded fonts, without their subset marks."""
    return {
        name.decode().partition("+")[2]
        for name in re.findall(rb"/FontName\s*/([A-Z]{6}\+[\w-]+)", streams(pdf))
    }


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page(?![s\w])", streams(pdf)))
