"""The text layer of a PDF, read by PDFium in a process of its own.

A PDF comes from anybody and PDFium is native code: what crashes, hangs or eats memory does so in a process that is
stopped after a while, and the person who sent the file gets a sentence.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.kernel.documents.papers import reading
from zhize.kernel.documents.papers.reading import UnreadablePaper

_PROCESS = Path(__file__).with_name("pdf_process.py")
SECONDS = 40
# Fewer characters a page than this is a scan with a page number, not a text.
FEWEST = 15
_ENDS = "。；;！!？?：:．"
# Typesetters put a little room between Chinese and digits, which reads as a space; a number before a text keeps its.
_GAP = re.compile(r"([\u3400-\u9fff《（]) ?(\d[\d.,:：%％-]*) ?(?=[\u3400-\u9fff])")
_BEGINS = re.compile(
    r"\s*(?:[(（\[【]?(?:\d{1,3}|[一二三四五六七八九十百]{1,4}|[a-zA-Z])[)）\]】、．.:：]|第[\d一二三四五六七八九十百]+[章节条款部]"
    r"|\d+(?:\.\d+)+|[①-⑳⑴-⒇⒈-⒛㈠-㈩●•·◆■□▪※★☆\-—–]|[(（]?[ivxIVX]{1,4}[)）.、])"
)


def text_of(content: bytes) -> str:
    """The text, with lines that only the page's width broke put together. Raises UnreadablePaper."""
    command = [sys.executable, "-I", str(_PROCESS), str(reading.MOST_PAGES)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)
        answer: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise UnreadablePaper(_("这份 PDF 读得太久，请分成几个文件，或者把文字粘贴进来。")) from error
    except ValueError as error:
        raise UnreadablePaper(_("文件已损坏，打不开。")) from error
    if problem := answer.get("problem"):
        raise UnreadablePaper(_PROBLEMS[problem].format(pages=reading.MOST_PAGES))
    pages: list[str] = answer["pages"]
    words = sum(len(re.sub(r"\s", "", page)) for page in pages)
    if words < FEWEST * max(len(pages), 1):
        raise UnreadablePaper(
            _("这份 PDF 没有文字层，大概是扫描件。请先做文字识别（OCR），或者把文字粘贴进来。")
        )
    return "\n".join(line for page in pages for line in joined(page.splitlines()))


_PROBLEMS = {
    "broken": _("文件已损坏，打不开。"),
    "password": _("PDF 有密码，请去掉密码再上传。"),
    "pages": _("页数太多，最多 {pages} 页，请分成几份。"),
}


def joined(lines: list[str]) -> list[str]:
    """Lines of a page, where a full line without an end goes on in the next one that does not begin a number."""
    filled = [_GAP.sub(r"\1\2", line.strip()) for line in lines if line.strip()]
    widest = max((_width(line) for line in filled), default=0)
    made: list[str] = []
    last = 0
    for line in filled:
        goes_on = made and last >= 0.8 * widest and made[-1][-1] not in _ENDS and not _BEGINS.match(line)
        if goes_on:
            gap = " " if made[-1][-1].isascii() and line[0].isascii() and made[-1][-1].isalpha() else ""
            made[-1] += gap + line
        else:
            made.append(line)
        last = _width(line)
    return made


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(mark) in "WFA" else 1 for mark in line)
