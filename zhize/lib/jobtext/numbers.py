"""Numbers as clauses write them: 5, 十五, 两, 半, 廿四, 1.5, ten."""

from __future__ import annotations

import re
from fractions import Fraction

from zhize.lib.digits import chinese_number

ENGLISH = {
    word: value
    for value, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
        start=1,
    )
} | {"a": 1, "an": 1, "fifteen": 15, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90}

_HAN_DIGITS = "〇零一二两三四五六七八九十廿百千壹贰叁肆伍陆柒捌玖拾"
# A number of the text: digits (with a decimal part), or Chinese numerals. 半 is no number by itself: 半年 is a unit.
PATTERN = re.compile(rf"\d+(?:\.\d+)?|[{_HAN_DIGITS}]+")


def value(text: str) -> Fraction | None:
    """The number a numeral means, or None: 十五 → 15, 1.5 → 3/2, 廿四 → 24, 两 → 2."""
    text = text.strip()
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return Fraction(text)
    if text.isascii():
        found = ENGLISH.get(text.lower())
        return Fraction(found) if found else None
    # 卅 and 廿 stand for the tens.
    text = re.sub("廿(?=[一二三四五六七八九])", "二十", text)
    found = chinese_number(text)
    return Fraction(found) if found is not None else None
