"""Identity numbers: resident identity cards (GB 11643) and unified social credit codes (GB 32100)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from zhize.lib.digits import half_width
from zhize.lib.phones import mask_middle

_BETWEEN = re.compile(r"[\s\-\u00b7_]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, index, 31) for index in range(17))
_CREDIT = re.compile(rf"^[1-9A-HJ-NP-RTUWXY][1239]\d{{6}}[{_CREDIT_ALPHABET}]{{10}}$")


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A valid resident identity number and what it says."""

    number: str
    born_on: date
    sex: Literal["male", "female"]


def clean(text: str) -> str:
    """The number without spaces and separators, half-width, upper case."""
    return _BETWEEN.sub("", half_width(text)).upper() if text else ""


def resident_id(text: str) -> ResidentId | None:
    """The 18-digit identity number that `text` is, or None when its date or its check digit is wrong."""
    number = clean(text)
    if not re.fullmatch(r"[1-9]\d{16}[0-9X]", number, re.ASCII):
        return None
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    if _CHECKS[total % 11] != number[17] or born_on.year < 1850:
        return None
    return ResidentId(number, born_on, "male" if int(number[16]) % 2 else "female")


def is_resident_id(text: str) -> bool:
    return resident_id(text) is not None


def credit_code(text: str) -> str | None:
    """The 统一社会信用代码 that `text` is, or None when its shape or its check character is wrong."""
    code = clean(text)
    if not _CREDIT.match(code):
        return None
    total = sum(
        _CREDIT_ALPHABET.index(character) * weight
        for character, weight in zip(code[:17], _CREDIT_WEIGHTS, strict=True)
    )
    return code if _CREDIT_ALPHABET[(31 - total % 31) % 31] == code[17] else None


def is_credit_code(text: str) -> bool:
    return credit_code(text) is not None


def mask(text: str) -> str:
    """The first three and the last four characters of an 18-digit number; other papers lose their middle."""
    number = clean(text)
    if len(number) == 18:
        return f"{number[:3]}{'*' * 11}{number[-4:]}"
    return mask_middle(number)
