from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhize.lib import idnumbers


@pytest.mark.parametrize(
    "text", ["11010519491231002X", "110105 19491231 002x", "\uff11\uff11\uff1010519491231002X"]
)
def test_a_valid_number_says_birth_and_sex(text: str) -> None:
    found = idnumbers.resident_id(text)
    assert found is not None
    assert (found.number, found.born_on, found.sex) == ("11010519491231002X", date(1949, 12, 31), "female")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "110105194912310021",
        "11010519491331002X",
        "11010519490231002X",
        "1101051949123100",
        "A1010519491231002X",
    ],
)
def test_a_wrong_number_is_refused(text: str) -> None:
    assert not idnumbers.is_resident_id(text)


@given(
    st.from_regex(r"\A[1-9][0-9]{5}19[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}\Z"),
    st.integers(0, 16),
)
def test_one_wrong_digit_is_noticed(body: str, place: int) -> None:
    checks = [digit for digit in "0123456789X" if idnumbers.is_resident_id(body + digit)]
    assert len(checks) == 1
    number = body + checks[0]
    wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
    assert not idnumbers.is_resident_id(wrong)


def test_credit_codes() -> None:
    assert idnumbers.credit_code("91350100m000100y43") == "91350100M000100Y43"
    assert not idnumbers.is_credit_code("91350100M000100Y44")
    assert not idnumbers.is_credit_code("91350100I000100Y43")
    assert not idnumbers.is_credit_code("")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("11010519491231002X", "110***********002X"),
        ("G12345678", "G12****78"),
        ("1234567", "******7"),
        ("", ""),
    ],
)
def test_masking(text: str, masked: str) -> None:
    assert idnumbers.mask(text) == masked


@given(st.text(max_size=40))
def test_anything_typed_is_survived(text: str) -> None:
    idnumbers.resident_id(text)
    idnumbers.credit_code(text)
    idnumbers.mask(text)
