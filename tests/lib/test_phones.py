from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhize.lib import phones


@pytest.mark.parametrize(
    ("text", "number", "kind", "masked"),
    [
        ("13800138000", "13800138000", "mobile", "138****8000"),
        ("+86 138-0013-8000", "13800138000", "mobile", "138****8000"),
        ("8613800138000", "13800138000", "mobile", "138****8000"),
        ("008613800138000", "13800138000", "mobile", "138****8000"),
        ("013800138000", "13800138000", "mobile", "138****8000"),
        (
            "\uff11\uff13\uff18\u3000\uff10\uff10\uff11\uff13\uff0d\uff18\uff10\uff10\uff10",
            "13800138000",
            "mobile",
            "138****8000",
        ),
        ("手机\uff1a138 0013 8000", "13800138000", "mobile", "138****8000"),
        ("0755-26661234", "0755-26661234", "landline", "0755-****1234"),
        ("(0755)26661234", "0755-26661234", "landline", "0755-****1234"),
        ("+86 755 26661234", "0755-26661234", "landline", "0755-****1234"),
        ("0755-2666 1234 转8", "0755-26661234-8", "landline", "0755-****1234-8"),
        ("075526661234-801", "0755-26661234-801", "landline", "0755-****1234-801"),
        ("010-62345678 ext. 12", "010-62345678-12", "landline", "010-****5678-12"),
        ("0898 6234567", "0898-6234567", "landline", "0898-****4567"),
        ("26661234", "26661234", "landline", "****1234"),
        ("26661234-8001", "26661234-8001", "landline", "****1234-8001"),
        ("95588", "95588", "service", "95588"),
        ("12345", "12345", "service", "12345"),
        ("10050", "10050", "service", "10050"),
        ("119", "119", "service", "119"),
        ("400-800-1234", "4008001234", "service", "4008001234"),
        ("400 8001 234", "4008001234", "service", "4008001234"),
        ("+852 9123 4567", "+85291234567", "foreign", "+852****4567"),
        ("0085291234567", "+85291234567", "foreign", "+852****4567"),
    ],
)
def test_a_number_has_one_form(text: str, number: str, kind: str, masked: str) -> None:
    phone = phones.parse(text)
    assert phone is not None
    assert (phone.number, phone.kind) == (number, kind)
    assert phones.mask(text) == masked
    assert phones.normalise(number) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "123456",
        "1380013800",
        "138001380000",
        "20260302",
        "021 6234567",
        "张三",
        "+1",
        "3栋301",
        "440301199001011234",
    ],
)
def test_what_is_no_number(text: str) -> None:
    assert phones.normalise(text) is None


@pytest.mark.parametrize(
    ("cell", "expected", "rest"),
    [
        (
            "张先生13800001111/李女士 0755-26661234转8",
            [("张先生", "13800001111"), ("李女士", "0755-26661234-8")],
            "",
        ),
        ("13800001111 13900002222", [("", "13800001111"), ("", "13900002222")], ""),
        ("13800001111/13900002222", [("", "13800001111"), ("", "13900002222")], ""),
        (
            "13800001111(张三)\u300113900002222\uff08李四\uff09",
            [("张三", "13800001111"), ("李四", "13900002222")],
            "",
        ),
        ("13800001111张三 13900002222李四", [("张三", "13800001111"), ("李四", "13900002222")], ""),
        ("13800001111 张三", [("张三", "13800001111")], ""),
        ("手机:13800001111 固话:0755-26661234", [("", "13800001111"), ("", "0755-26661234")], ""),
        ("业主 13800001111 常出差", [("业主", "13800001111")], "常出差"),
        ("13800001111;13800001111", [("", "13800001111")], ""),
        ("13800001111\n张三13800001111", [("张三", "13800001111")], ""),
        ("138 0000 1111, 26661234-8", [("", "13800001111"), ("", "26661234-8")], ""),
        ("客服 400-800-1234 或 95588", [("客服", "4008001234"), ("或", "95588")], ""),
        ("+852 9123 4567 陈太", [("陈太", "+85291234567")], ""),
        ("无", [], "无"),
        ("", [], ""),
    ],
)
def test_a_cell_is_split(cell: str, expected: list[tuple[str, str]], rest: str) -> None:
    found = phones.split_cell(cell)
    assert [(named.name, named.phone.number) for named in found.phones] == expected
    assert found.rest == rest


@pytest.mark.parametrize(
    ("text", "masked"), [("", ""), ("abc", "**c"), ("1380013800", "138*****00"), ("G1234567", "G12***67")]
)
def test_anything_else_loses_its_middle(text: str, masked: str) -> None:
    assert phones.mask(text) == masked


def test_search_holds_the_digits() -> None:
    assert phones.search_keys("0755-26661234转8") == ["075526661234"]
    assert phones.search_keys("\uff11\uff13\uff18") == ["138"]
    assert phones.search_keys("无") == []


@pytest.mark.parametrize("text", ["12345", "110", "10086", "116114", "1380013", "abc", ""])
def test_nobody_is_called_back_at_a_public_number_or_at_half_a_number(text: str) -> None:
    assert phones.reachable(text) is None
    assert phones.to_call_back(text) == ""


@pytest.mark.parametrize(
    "text", ["138 0013 8000", "0755-26661234", "26661234", "400-123-4567", "95588", "+852 9123 4567"]
)
def test_mobiles_landlines_service_and_foreign_numbers_reach_somebody(text: str) -> None:
    assert phones.reachable(text) == phones.parse(text)
    assert phones.to_call_back(text) == phones.normalise(text) != ""


@given(st.one_of(st.text(max_size=60), st.text(alphabet="0123456789+-() /转x张\n", max_size=60)))
def test_anything_typed_is_survived(text: str) -> None:
    phone = phones.parse(text)
    if phone is not None:
        assert phones.parse(phone.number) == phone
        assert phone.kind == "service" or phone.digits not in phones.mask(text)
    for named in phones.split_cell(text).phones:
        assert phones.normalise(named.phone.number) == named.phone.number


@given(
    st.integers(10**8, 10**9 - 1), st.sampled_from(["", "+86 ", "86", "0"]), st.sampled_from(["", " ", "-"])
)
def test_every_spelling_of_a_mobile_is_the_same_number(tail: int, prefix: str, gap: str) -> None:
    number = f"13{tail}"
    assert phones.normalise(f"{prefix}{number[:3]}{gap}{number[3:7]}{gap}{number[7:]}") == number
