from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.kernel.forms.specs import choices, spec


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ([{"code": "a", "type": "choice"}], "choices"),
        ([{"code": "a", "type": "text", "choices": choices("x")}], "choices"),
        ([{"code": "a", "type": "choice", "choices": choices("x", "x")}], "重复"),
        ([{"code": "a", "type": "text", "min": 3}], "min"),
        ([{"code": "a", "type": "integer", "min": 3, "max": 2}], "大于"),
        ([{"code": "a", "type": "text", "min_length": 9, "max_length": 2}], "大于"),
        ([{"code": "a", "type": "date", "pattern": "plate"}], "pattern"),
        ([{"code": "a", "type": "text", "when": "past"}], "when"),
        ([{"code": "a", "type": "integer", "default": "x"}], "default"),
        ([{"code": "a", "type": "date", "default": "2026-03-02"}], "default"),
        ([{"code": "a", "type": "datetime", "default": "today"}], "default"),
        ([{"code": "a", "type": "choice", "choices": choices("x"), "default": "y"}], "default"),
        ([{"code": "a", "type": "text"}, {"code": "a", "type": "text"}], "两次"),
        ([{"code": "a", "type": "text", "sum_of": ["b"]}], "sum_of"),
        ([{"code": "a", "type": "integer", "at_most": ["a"]}], "另一个数字"),
        (
            [
                {"code": "a", "type": "text", "visible_if": {"field": "b", "op": "filled"}},
                {"code": "b", "type": "text"},
            ],
            "'b'",
        ),
        ([{"code": "a", "type": "text", "visible_if": {"any": []}}], "1 到"),
    ],
)
def test_a_form_that_cannot_work_is_refused_with_the_reason(fields: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        spec(*fields)


@pytest.mark.parametrize(
    "extra",
    [
        {"type": "formula"},
        {"type": "text", "pattern": "^1.*$"},
        {"type": "text", "script": "x"},
        {"type": "text", "required": "yes"},
    ],
)
def test_the_set_of_field_types_and_patterns_is_closed(extra: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        spec({"code": "a", **extra})


def test_both_languages_are_demanded() -> None:
    with pytest.raises(ValidationError, match="英文"):
        spec({"code": "a", "type": "text", "label": {"zh": "甲"}})


def test_answers_are_kept_with_the_form_and_its_version() -> None:
    assert spec({"code": "a", "type": "text"}).document({"a": "x"}) == {
        "form": "trial",
        "version": 3,
        "answers": {"a": "x"},
    }
