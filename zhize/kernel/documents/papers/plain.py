"""Plain text whose encoding nobody wrote down: UTF-8, GB18030, Big5, UTF-16 with or without its mark."""

from __future__ import annotations

import codecs
import re

from zhize.kernel.documents.papers.reading import UnreadablePaper

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESSES = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
# The commonest characters of such texts in both scripts: what was decoded rightly is full of them.
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所"
    "民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日"
    "负责客户服务管理岗位职公司门员安全检查记录报表每月日周及时按规定完成领导交办任务协助处投诉接待业主求情况培训"
    "這為個國時來們於對會發動過說產種後學經進著電裡現實體機當點從業應開還負責戶務崗職門員檢錄報表週規領導辦協處訴業況訓"
    "，。、；：（）《》"
)
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def text_of(content: bytes) -> str:
    """The text, read in the encoding that makes it Chinese (or plain English). Raises UnreadablePaper."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            found = _decoded(content, name)
            if found is not None:
                return found
    candidates = [found for name in _GUESSES if (found := _decoded(content, name)) is not None]
    if not candidates:
        raise UnreadablePaper
    # UTF-8 does not fit by chance; among the others, the one with most common characters is right.
    if _decoded(content, "utf-8") is not None:
        return candidates[0]
    best = max(candidates, key=_likeness)
    if _likeness(best) < 0.05:
        raise UnreadablePaper
    return best


def _likeness(text: str) -> float:
    """How much of what is not ASCII is common in such texts, 0 to 1."""
    foreign = [mark for mark in text[:20_000] if not mark.isascii()]
    return sum(mark in _COMMON for mark in foreign) / max(len(foreign), 1)


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if _BINARY.search(text) else text
