from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhize.lib import conditions
from zhize.lib.conditions import ConditionError, Name
from zhize.lib.text import Text

VOCABULARY = {
    "severity": Name(
        "choice",
        Text("严重程度", "Severity"),
        {"minor": Text("一般", "Minor"), "major": Text("重大", "Major")},
    ),
    "tags": Name(
        "choices", Text("标签", "Tags"), {"lift": Text("电梯", "Lift"), "leak": Text("漏水", "Leak")}
    ),
    "place": Name("text", Text("地点", "Place")),
    "people": Name("number", Text("人数", "People")),
    "danger": Name("boolean", Text("有危险", "Danger")),
    "found_on": Name("date", Text("发现日期", "Found on")),
    "called_at": Name("moment"),
}


def holds(raw: dict[str, Any], **values: Any) -> bool:
    return conditions.evaluate(conditions.parse(raw, VOCABULARY), values)


@pytest.mark.parametrize(
    ("name", "op", "value", "true_for", "false_for"),
    [
        ("severity", "is", "major", ["major"], ["minor", None, "", 3]),
        ("severity", "is_not", "major", ["minor", None, ""], ["major"]),
        ("severity", "in", ["major"], ["major"], ["minor", None]),
        ("severity", "not_in", ["major"], ["minor", None], ["major"]),
        ("tags", "has", "lift", [["lift", "leak"]], [["leak"], [], None, "lift"]),
        ("tags", "has_not", "lift", [["leak"], [], None], [["lift"]]),
        ("place", "contains", "电梯", ["3栋电梯"], ["3栋", None]),
        ("people", "is", 3, [3, 3.0, "3", Decimal("3.0")], [4, None, "x", True]),
        ("people", "in", [1, 2.5], [1, "2.5"], [2, None]),
        ("people", "less", 3, [2], [3, None]),
        ("people", "at_most", 3, [3], [4, None]),
        ("people", "more", 3, [4, "3.1"], [3, None]),
        ("people", "at_least", 3, [3], [2, None, "NaN"]),
        ("danger", "is", True, [True], [False, None, 1]),
        ("danger", "is_not", True, [False, None], [True]),
        ("found_on", "is", "2026-03-02", [date(2026, 3, 2), "2026-03-02"], ["2026-03-03", None, "x"]),
        ("found_on", "at_least", date(2026, 3, 2), ["2026-03-02"], ["2026-03-01", None]),
        (
            "called_at",
            "more",
            "2026-03-02T09:00:00+08:00",
            [datetime(2026, 3, 2, 1, 1, tzinfo=UTC)],
            [datetime(2026, 3, 2, 1, tzinfo=UTC), "2026-03-03"],
        ),
    ],
)
def test_every_operator(name: str, op: str, value: Any, true_for: list[Any], false_for: list[Any]) -> None:
    raw = {"field": name, "op": op, "value": value}
    for given_value in true_for:
        assert holds(raw, **{name: given_value}), given_value
    for given_value in false_for:
        assert not holds(raw, **{name: given_value}), given_value


@pytest.mark.parametrize("name", list(VOCABULARY))
def test_empty_and_filled(name: str) -> None:
    filled = {
        "severity": "major",
        "tags": ["lift"],
        "place": "x",
        "people": 0,
        "danger": False,
        "found_on": "2026-03-02",
        "called_at": "2026-03-02T09:00:00Z",
    }[name]
    assert holds({"field": name, "op": "filled"}, **{name: filled})
    assert not holds({"field": name, "op": "empty"}, **{name: filled})
    for value in (None, "", [], "  "):
        assert holds({"field": name, "op": "empty"}, **{name: value})
    assert holds({"field": name, "op": "empty"})


def test_groups() -> None:
    major = {"field": "severity", "op": "is", "value": "major"}
    danger = {"field": "danger", "op": "is", "value": True}
    assert holds({"all": [major, danger]}, severity="major", danger=True)
    assert not holds({"all": [major, danger]}, severity="major", danger=False)
    assert holds({"any": [major, danger]}, severity="major", danger=False)
    assert not holds({"any": [major, danger]})
    assert holds({"not": {"any": [major, danger]}})
    nested = {"all": [{"any": [major, {"not": danger}]}, danger]}
    assert holds(nested, severity="major", danger=True)
    assert conditions.names(conditions.parse(nested, VOCABULARY)) == {"severity", "danger"}


@pytest.mark.parametrize(
    ("raw", "path", "words"),
    [
        ("severity", "when", "a condition is expected"),
        ([], "when", "a condition is expected"),
        ({}, "when", "one of all, any, not, field"),
        ({"all": [], "any": []}, "when", "one of all"),
        ({"or": []}, "when", "one of all"),
        ({"all": []}, "when.all", "1 to 20"),
        ({"all": {}}, "when.all", "1 to 20"),
        ({"not": [1]}, "when.not", "a condition is expected"),
        ({"all": [{"field": "colour", "op": "is", "value": 1}]}, "when.all[0].field", "no field 'colour'"),
        ({"field": ["x"], "op": "is"}, "when.field", "no field"),
        (
            {"field": "severity", "op": "more", "value": "major"},
            "when.op",
            "can be compared by: empty, filled, in",
        ),
        ({"field": "severity", "op": ["is"], "value": "major"}, "when.op", "can be compared"),
        ({"field": "severity"}, "when.op", "can be compared"),
        ({"field": "severity", "op": "is"}, "when.value", "missing"),
        ({"field": "severity", "op": "is", "value": "huge"}, "when.value", "no option huge"),
        ({"field": "severity", "op": "is", "value": True}, "when.value", "not a value of kind choice"),
        ({"field": "severity", "op": "in", "value": "major"}, "when.value", "list"),
        ({"field": "severity", "op": "in", "value": ["major", "x"]}, "when.value[1]", "no option x"),
        ({"field": "people", "op": "is", "value": "many"}, "when.value", "not a value of kind number"),
        ({"field": "danger", "op": "is", "value": "yes"}, "when.value", "not a value of kind boolean"),
        ({"field": "called_at", "op": "less", "value": "2026-03-02T09:00:00"}, "when.value", "moment"),
        ({"field": "danger", "op": "empty", "value": None}, "when.value", "takes no value"),
        ({"field": "danger", "op": "filled", "values": 1}, "when.values", "unknown key"),
    ],
)
def test_mistakes_are_named_with_their_place(raw: Any, path: str, words: str) -> None:
    (problem,) = conditions.check(raw, VOCABULARY)
    assert problem.path == path
    assert words in problem.message.en
    assert problem.message.zh


def test_all_mistakes_come_at_once_and_depth_is_limited() -> None:
    raw = {"any": [{"field": "x", "op": "is", "value": 1}, {"not": {"all": [{"not": {"field": "y"}}]}}]}
    with pytest.raises(ConditionError) as caught:
        conditions.parse(raw, VOCABULARY, path="sla[2].when")
    assert [problem.path for problem in caught.value.problems] == [
        "sla[2].when.any[0].field",
        "sla[2].when.any[1].not.all[0]",
    ]
    assert "3 levels" in str(caught.value)


def test_a_condition_can_be_read_aloud() -> None:
    raw = {
        "all": [
            {"field": "severity", "op": "in", "value": ["minor", "major"]},
            {
                "any": [
                    {"field": "danger", "op": "is", "value": True},
                    {"not": {"field": "place", "op": "empty"}},
                ]
            },
        ]
    }
    said = conditions.sentence(conditions.parse(raw, VOCABULARY), VOCABULARY)
    assert said.zh == "严重程度为其一：一般、重大 并且 （有危险为是 或者 并非（地点没有填））"
    assert said.en == "Severity is one of Minor, Major and (Danger is yes or not (Place is empty))"


anything = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.dates(),
        st.sampled_from([*VOCABULARY, *conditions.OPERATORS]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["all", "any", "not", "field", "op", "value", "x"]), inner, max_size=3
        ),
    ),
    max_leaves=12,
)


@given(anything, st.dictionaries(st.sampled_from(list(VOCABULARY)), anything, max_size=3))
def test_nothing_but_its_own_error_and_evaluation_never_fails(raw: Any, values: dict[str, Any]) -> None:
    try:
        condition = conditions.parse(raw, VOCABULARY)
    except ConditionError as error:
        assert error.problems
        return
    assert conditions.evaluate(condition, values) in (True, False)
    conditions.sentence(condition, VOCABULARY)
