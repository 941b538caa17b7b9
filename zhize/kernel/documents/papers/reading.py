"""A file in, lines of text out: the kind is told from the content, not from the name."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from zhize.kernel.db import DomainError
from zhize.kernel.files import sniffing

MOST_BYTES = 20 * 1024 * 1024
MOST_CHARACTERS = 200_000
MOST_PAGES = 200

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# Invisible characters that converters leave behind; joiners inside words of other scripts do not occur here.
_UNSEEN = re.compile(
    r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]"
)
_BREAKS = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")


class UnreadablePaper(DomainError):
    """The file has no text that we can read; the message says why and what to do."""

    code = "documents.unreadable_paper"
    message = _("读不出文字，请用 txt、docx 或有文字层的 pdf 文件。")
    status = 422
    field = "file"


def read_paper(content: bytes, name: str = "") -> str:
    """The text of a document, one line for each paragraph or table row, cells divided by tabs.

    Printed numbers of Word's lists stand before their paragraphs. Raises UnreadablePaper when the file is empty, too
    large, broken, encrypted, scanned or of another kind, and when `name` says Word or PDF and only plain text is in it.
    """
    if not content.strip():
        raise UnreadablePaper(_("文件是空的。"))
    if len(content) > MOST_BYTES:
        raise UnreadablePaper(_("文件太大，最大 {size} MB。").format(size=MOST_BYTES // 1024 // 1024))
    words = _words(content, name.rpartition(".")[2].lower())
    # Far too long is said at once; blanks that are left out below may bring the rest under the measure.
    text = tidy_lines(words) if len(words) <= 5 * MOST_CHARACTERS else words
    if not text.strip():
        raise UnreadablePaper(_("文件里没有文字。"))
    if len(text) > MOST_CHARACTERS:
        raise UnreadablePaper(too_long())
    return text


def too_long() -> str:
    """What is said of a document with more text than is read."""
    return _("文字太多，最多 {most} 万字，请分成几份。").format(most=MOST_CHARACTERS // 10_000)


def tidy_lines(text: str) -> str:
    """The same lines without invisible characters, with plain line ends; what can be seen stays as it is."""
    shown = _UNSEEN.sub("", _BREAKS.sub("\n", text)).replace("\u00a0", " ")
    # Compatibility forms of single characters (⼯ for 工) come from PDF fonts; ① and ％ must stay as printed.
    plain = "".join(
        unicodedata.normalize("NFKC", mark)
        if "\u2e80" <= mark <= "\u2fdf" or "\uf900" <= mark <= "\ufaff"
        else mark
        for mark in shown
    )
    return "\n".join(line.rstrip() for line in plain.split("\n")).strip("\n")


def _words(content: bytes, ending: str) -> str:
    # What reads a kind is loaded when a file of that kind comes.
    kind = sniffing.media_type(content)
    if kind == _WORD:
        from zhize.kernel.documents.papers import word

        return word.text_of(content)
    if kind == "application/pdf":
        from zhize.kernel.documents.papers import pdf

        return pdf.text_of(content)
    if kind == "application/msword" or content[:5] == b"{\\rtf":
        raise UnreadablePaper(_("这是旧版 Word 文件，请在 Word 或 WPS 里另存为 docx 再上传。"))
    if kind in sniffing.PICTURES or kind in ("image/heic", "image/tiff"):
        raise UnreadablePaper(_("这是图片，没有文字。请先做文字识别（OCR），或者把文字粘贴进来。"))
    if kind in ("text/plain", ""):
        if ending in ("docx", "doc", "pdf"):
            # A broken download or a page saved under another name: its text is not the document that was meant.
            said = _(
                "文件名是 .{ending}，内容却不是{kind}文件，可能已经损坏。请重新导出或另存后再上传，或者把文字粘贴进来。"
            )
            raise UnreadablePaper(said.format(ending=ending, kind=" PDF " if ending == "pdf" else " Word "))
        from zhize.kernel.documents.papers import plain

        return plain.text_of(content)
    raise UnreadablePaper
