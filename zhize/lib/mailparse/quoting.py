"""Cutting the quoted history off an answer, for the clients that people in China use."""

from __future__ import annotations

import re
import unicodedata

from zhize.lib.mailparse.html import QUOTE_MARK
from zhize.lib.mailparse.model import REPLY_LINE
from zhize.lib.text import fold_script

_MARKER = re.compile(
    r"^[\s>|]*[-_=*\u2014\u2500]{2,}\s*"
    r"(原始邮件|原邮件|原始信件|原始消息|回复的原邮件|转发的邮件|转发邮件信息|转发邮件|邮件原件|以下是?转发的?邮件"
    r"|original message|original mail|original|replied message|reply message|forwarded message)"
    r"\s*[-_=*\u2014\u2500]{2,}\s*$",
    re.IGNORECASE,
)
_WROTE = re.compile(r"(写道|写到|wrote|写了)\s*:?\s*$", re.IGNORECASE)
# A time of day or an address: people quote announcements and letters with these words too.
_WROTE_EVIDENCE = re.compile(r"@|\d{1,2}:\d{2}")
_WROTE_START = re.compile(
    r"^[\s>]*(?:在|于|at|on|\d{4}|[\"\u201c<]|.{0,40}(?:<[^<>]+@[^<>]+>|于))", re.IGNORECASE
)
_FIELD = re.compile(
    r"^[\s>|*]*(?P<name>发件人|寄件者|寄件人|发信人|发送人|发送时间|发送日期|寄件日期|日期|时间|收件人|收件者|收信人|抄送|副本|主题|主旨"
    r"|from|sent|date|to|cc|subject)\s*\*?\s*[:|]\s*\*?",
    re.IGNORECASE,
)
_SENDER_FIELDS = frozenset(["发件人", "寄件者", "寄件人", "发信人", "发送人", "from"])
_RULE = re.compile(r"^[\s>]*[-_=*\u2014\u2500\u2581]{3,}\s*$")
_PHONE_LINE = re.compile(
    r"^\s*(?:发自我的.{1,40}|发自.{0,6}(?:iphone|ipad|手机|华为|小米|安卓).{0,30}|从我的.{1,30}(?:发送|发出)"
    r"|来自.{0,20}(?:邮箱|邮箱大师|手机).{0,10}|发送自.{1,40}"
    r"|sent from (?:my )?.{1,40}|get outlook for .{1,20})\s*$",
    re.IGNORECASE,
)
_SUBJECT_PREFIX = re.compile(
    r"^\s*(?:(?:re|fw|fwd|aw|回复|答复|回覆|转发|自动回复)\s*(?:\[\d+\]|\(\d+\))?\s*:|\[(?:回复|转发|自动回复)\])\s*",
    re.IGNORECASE,
)


def plain_subject(subject: str) -> str:
    """A subject without `Re:`, `回复:`, `转发:` and the like, however many there are."""
    while True:
        folded = _folded(subject)
        match = _SUBJECT_PREFIX.match(folded) if len(folded) == len(subject) else None
        if match is None:
            return subject.strip()
        subject = subject[match.end() :]


def cut_quote(text: str) -> str:
    """What the sender wrote now. Falls back to the whole text when nothing would be left of it.

    Answers written between quoted lines are kept together with those lines: apart they would make no sense.
    """
    whole = text.replace(QUOTE_MARK, "").strip()
    lines = text.split("\n")
    folded = [_folded(line) for line in lines]
    start = _quote_start(lines, folded)
    kept = lines[:start] if start is not None else lines
    if start is not None:
        kept = kept + _below_quote(lines, folded, start)
    kept = _without_edges(kept)
    result = "\n".join(line for line in kept if QUOTE_MARK not in line).strip()
    return re.sub(r"\n{3,}", "\n\n", result) or whole


def _quote_start(lines: list[str], folded: list[str]) -> int | None:
    """The first line of the quoted history."""
    for index, line in enumerate(folded):
        if QUOTE_MARK in lines[index] or _folded(REPLY_LINE) in line:
            return index
        if not line.strip():
            continue
        if _MARKER.match(line) or _attribution(folded, index) or _is_header_block(folded, index):
            return index
    return None


def _attribution(folded: list[str], index: int) -> int:
    """How many lines from `index` on form `在 … 写道：` or `On … wrote:`; 0 when they do not."""
    if not _WROTE_START.match(folded[index]):
        return 0
    joined = ""
    for count in range(1, 4):
        if index + count > len(folded):
            break
        joined = f"{joined} {folded[index + count - 1].strip()}"
        if len(joined) > 300 or not folded[index + count - 1].strip():
            break
        if _WROTE.search(joined):
            return count if _WROTE_EVIDENCE.search(joined) else 0
    return 0


def _is_header_block(folded: list[str], index: int) -> bool:
    """A sender line followed at once by at least two other lines of a message head, in any order."""
    first = _FIELD.match(folded[index])
    if first is None or first["name"].lower() not in _SENDER_FIELDS:
        return False
    names = {first["name"].lower()}
    for line in folded[index + 1 : index + 9]:
        match = _FIELD.match(line)
        if match:
            names.add(match["name"].lower())
        elif line.strip() and len(names) >= 3:
            break
    return len(names) >= 3


def _below_quote(lines: list[str], folded: list[str], start: int) -> list[str]:
    """Text that stands under a quoted block marked with `>`: people who answer at the bottom."""
    place = start + max(1, _attribution(folded, start))
    while place < len(lines) and not lines[place].strip():
        place += 1
    if place >= len(lines) or not lines[place].lstrip().startswith(">"):
        return []
    while place < len(lines) and (not lines[place].strip() or lines[place].lstrip().startswith(">")):
        place += 1
    return lines[place:]


def _without_edges(lines: list[str]) -> list[str]:
    """Without quoted lines at either end, the signature after `-- `, rules and phone lines at the end."""
    for index, line in enumerate(lines):
        if line.rstrip("\r") in ("-- ", "--") and index > 0 and any(text.strip() for text in lines[:index]):
            lines = lines[:index]
            break
    lines = list(lines)
    while lines and (
        _is_quoted(lines[-1]) or _RULE.match(lines[-1]) or _PHONE_LINE.match(_folded(lines[-1]))
    ):
        lines.pop()
    while lines and _is_quoted(lines[0]):
        lines.pop(0)
    return lines


def _is_quoted(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith(">")


def _folded(line: str) -> str:
    return fold_script(unicodedata.normalize("NFKC", line))
