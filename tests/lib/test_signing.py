from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhize.lib import signing

KEY = b"k" * 32


@given(st.integers(0, 2**63), st.binary(min_size=8, max_size=32))
def test_a_token_is_read_back_in_any_case(number: int, key: bytes) -> None:
    token = signing.make("case", number, key)
    assert token.isalnum()
    assert token == token.lower()
    assert signing.read("case", token.upper(), key) == number


@given(st.integers(0, 10**6), st.integers(0, 60), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_changed_token_is_refused(number: int, place: int, letter: str) -> None:
    token = signing.make("case", number, KEY)
    place %= len(token)
    changed = token[:place] + letter + token[place + 1 :]
    assert changed == token or signing.read("case", changed, KEY) is None


def test_purpose_and_key_count() -> None:
    token = signing.make("case", 7, KEY)
    assert signing.read("survey", token, KEY) is None
    assert signing.read("case", token, b"other") is None
    with pytest.raises(ValueError, match="0"):
        signing.make("case", -1, KEY)


@given(st.text(max_size=70))
def test_anything_else_is_refused(text: str) -> None:
    assert signing.read("case", text, KEY) is None


@given(st.binary(max_size=60), st.integers(0, 2**33), st.integers(-300, 300))
def test_a_signed_body_is_accepted_for_a_while(body: bytes, at: int, drift: int) -> None:
    header = signing.sign_body("secret", at, body)
    assert signing.body_is_signed(header, "secret", body, at + drift)
    assert not signing.body_is_signed(header, "secret", body, at + 301)
    assert not signing.body_is_signed(header, "secret", body + b"x", at)
    assert not signing.body_is_signed(header, "other", body, at)
    assert not signing.body_is_signed(header, "", body, at)


@given(st.text(max_size=80))
def test_any_other_header_is_refused(header: str) -> None:
    assert not signing.body_is_signed(header, "secret", b"body", 1_800_000_000)


def test_the_site_has_a_mark() -> None:
    assert signing.site_mark(KEY) == signing.site_mark(KEY)
    assert signing.site_mark(KEY) != signing.site_mark(b"other")
