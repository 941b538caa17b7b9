"""The words of a clause that say when: 24小时内, 每月26日, 下班前半小时, 及时 (requirements §0).

Only for showing them in the text they were read from; what is owed when stands in the duty's rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBER = r"(?:\d+|[一二三四五六七八九十两半]+)(?:\s*[-~至到]\s*(?:\d+|[一二三四五六七八九十两半]+))?\s*"
_LENGTH = rf"{_NUMBER}个?(?:分钟|小时|工作日|自然日|天|日|周|星期|月|季度|年)"
_CHINESE = (
    rf"(?:提前|不(?:得)?超过|至少)?{_LENGTH}(?:之?[内前后])",
    rf"(?:提前|不(?:得)?超过){_LENGTH}",
    rf"每(?:年|月|周|季度?)?(?:初|末|底|{_LENGTH})(?:之?前)?",
    r"每(?:天|日|周|星期|月|季度?|半年|年|两周)(?:[一二三四五六日天末初底])?",
    r"(?:当日|当天|当月末|本?月[底末初]|年[底末初]|季末|周末前)",
    r"下班前(?:半小时|\d+分钟)?",
    r"第一时间|及时|立即|立刻|马上|尽快|即时|按时|准时|规定时间|定期|不定期|不定时|随时",
)
_ENGLISH = (
    r"\b(?:within|at least|no later than|not later than)\s+(?:\w+\s+)?(?:\d+|one|two|three|half an?|an?)\s+(?:working\s+|calendar\s+)?"
    r"(?:minutes?|hours?|days?|weeks?|months?|years?)\b",
    r"\b(?:every|each)\s+(?:other\s+)?(?:working\s+)?(?:day|week|month|quarter|half-year|year|shift|monday|friday)\b",
    r"\b(?:daily|weekly|monthly|quarterly|half-yearly|yearly|annually)\b",
    r"\b(?:by|on|before) the \d{1,2}(?:st|nd|rd|th)\b",
    r"\b(?:at once|immediately|promptly|without delay|in time|on time|regularly|at any time|the same day)\b",
)
_WORDS = re.compile("|".join((*_CHINESE, *_ENGLISH)), re.IGNORECASE)


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text in order, cut so that each piece either is a time word (True) or has none."""
    end = 0
    for match in _WORDS.finditer(text):
        if match.start() > end:
            yield text[end : match.start()], False
        yield match.group(), True
        end = match.end()
    if end < len(text):
        yield text[end:], False
