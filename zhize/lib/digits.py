"""Tidying what people type: full-width characters, odd spaces, numbers written in Chinese."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_HALF = {0x3000: " ", **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}}
# Zero-width characters, the byte-order mark and the soft hyphen carry nothing.
_NOTHING = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD, 0x200E, 0x200F, 0x202A, 0x202C])
_CJK = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SPACE_IN_NAME = re.compile(f"(?<=[{_CJK}])\\s+(?=[{_CJK}])")

_DIGIT = {
    **{character: value for value, character in enumerate("零一二三四五六七八九")},
    **{character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")},
    **{character: value for value, character in enumerate("零壹貳參肆伍陸柒捌玖")},
    "〇": 0,
    "两": 2,
    "兩": 2,
    "廿": 20,
}
_UNIT = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIAD = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_MONEY_NOISE = re.compile(r"^(?:人民币|rmb|cny|¥|\$)|[,\s]|(?:元整?|圆整?|块)$", re.IGNORECASE)


def half_width(text: str) -> str:
    """Full-width letters, digits, punctuation and spaces as their ASCII counterparts, nothing else."""
    return text if text.isascii() else text.translate(_HALF)


def tidy(text: str) -> str:
    """One clean line: half-width, no invisible characters, single spaces, none at the ends."""
    return " ".join(half_width(text).translate(_NOTHING).split())


def tidy_name(text: str) -> str:
    """`tidy`, and no spaces between Chinese characters: people pad short names (`张 三`) to line them up."""
    return _SPACE_IN_NAME.sub("", tidy(text))


def digits_of(text: str) -> str:
    """Only the ASCII digits of a text, full-width ones included."""
    return "".join(character for character in half_width(text) if character in "0123456789")


def chinese_number(text: str) -> int | None:
    """The number that a Chinese or mixed numeral means (十二, 一百零五, 二〇二六, 3千, 壹萬), or None."""
    text = half_width(text).strip()
    if not text:
        return None
    if text.isascii():
        return int(text) if text.isdecimal() else None
    if len(text) > 1 and all(character in _DIGIT for character in text) and "廿" not in text:
        return int("".join(str(_DIGIT[character]) for character in text))
    return _value(text)


def decimal_of(text: str) -> Decimal | None:
    """An amount as people write it in a sheet (`¥1,200.50`, `3000元`, full-width digits), or None."""
    clean = half_width(text).strip()
    previous = None
    while clean != previous:
        previous, clean = clean, _MONEY_NOISE.sub("", clean)
    try:
        number = Decimal(clean)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _value(text: str) -> int | None:
    """Sections of up to 9999 before 万 and 亿, digits before 十百千, as read aloud."""
    total = section = 0
    digit: int | None = None
    for character in text:
        if character.isascii() and character.isdecimal():
            digit = (digit or 0) * 10 + int(character)
        elif character in _DIGIT:
            digit = (digit or 0) + _DIGIT[character] if character != "零" else digit
        elif character in _UNIT:
            section += (1 if digit is None else digit) * _UNIT[character]
            digit = None
        elif character in _MYRIAD:
            if not (section or digit or total):
                return None
            if _MYRIAD[character] > 10_000:
                total = (total + section + (digit or 0)) * _MYRIAD[character]
            else:
                total += (section + (digit or 0)) * _MYRIAD[character]
            section, digit = 0, None
        else:
            return None
    return total + section + (digit or 0)
