from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhize.lib.digits import chinese_number, decimal_of, digits_of, half_width, tidy, tidy_name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\uff11\uff13\uff18 \uff21\uff42\uff03\u3000x", "138 Ab# x"),
        ("3\u680b\uff0d2\u5355\u5143", "3\u680b-2\u5355\u5143"),
        ("\u33a1\u2160", "\u33a1\u2160"),
    ],
)
def test_full_width_becomes_half_width_and_nothing_else(text: str, expected: str) -> None:
    assert half_width(text) == expected


def test_tidying() -> None:
    assert tidy("  a\u3000\u200bb\n\tc\ufeff ") == "a b c"
    assert tidy_name(" 张\u3000 三 ") == "张三"
    assert tidy_name("张三 Li  Ming") == "张三 Li Ming"
    assert digits_of("\uff11\uff13\uff18-0013 x\u4e00\u0663") == "1380013"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("三", 3),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零五", 105),
        ("一百一十", 110),
        ("两千零二十六", 2026),
        ("二〇二六", 2026),
        ("一三", 13),
        ("3千", 3000),
        ("1万2千", 12000),
        ("壹萬貳仟", 12000),
        ("三亿五千万", 350_000_000),
        ("\uff11\uff12", 12),
        ("12", 12),
        ("零", 0),
        ("", None),
        ("栋", None),
        ("三栋", None),
        ("万", None),
        ("12a", None),
    ],
)
def test_chinese_numerals(text: str, number: int | None) -> None:
    assert chinese_number(text) == number


@given(st.integers(0, 99_999_999))
def test_numerals_are_read_back(number: int) -> None:
    assert chinese_number(_spoken(number)) == number


def _spoken(number: int) -> str:
    if number >= 10_000:
        rest = number % 10_000
        middle = "" if rest == 0 else ("零" if rest < 1000 else "") + _spoken(rest)
        return f"{_spoken(number // 10_000)}万{middle}"
    if number < 10:
        return "零一二三四五六七八九"[number]
    words, started, gap = "", False, False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            words += ("零" if gap and started else "") + "零一二三四五六七八九"[digit] + sign
            started, gap = True, False
        else:
            gap = True
    return words


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1,200.50", Decimal("1200.50")),
        ("\uffe51200", None),
        ("\u00a5 1200", Decimal("1200")),
        ("3000元整", Decimal("3000")),
        ("RMB 88元", Decimal("88")),
        ("\uff11\uff12\uff0e\uff15", Decimal("12.5")),
        ("-5", Decimal("-5")),
        ("NaN", None),
        ("Infinity", None),
        ("abc", None),
        ("", None),
    ],
)
def test_amounts(text: str, amount: Decimal | None) -> None:
    assert decimal_of(text) == amount


@given(st.text(max_size=30))
def test_nothing_typed_breaks_them(text: str) -> None:
    assert half_width(half_width(text)) == half_width(text)
    assert tidy(tidy(text)) == tidy(text)
    assert tidy_name(tidy_name(text)) == tidy_name(text)
    chinese_number(text)
    decimal_of(text)
