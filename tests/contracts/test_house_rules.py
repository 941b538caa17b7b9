"""The house rules find what they say, pass what they should, and the house keeps them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import house_rules  # noqa: E402
from rules.base import Rule, Source  # noqa: E402


def examples(kind: str) -> list[object]:
    return [
        pytest.param(rule, path, text, id=f"{rule.name}-{number}")
        for rule in house_rules.RULES
        for number, (path, text) in enumerate(getattr(rule, kind))
    ]


def findings(rule: Rule, path: str, text: str) -> list[tuple[int, str]]:
    return list(rule.find(Source(path, text))) if rule.applies(path) else []


@pytest.mark.parametrize(("rule", "path", "text"), examples("good"))
def test_a_good_line_passes(rule: Rule, path: str, text: str) -> None:
    assert findings(rule, path, text) == []


@pytest.mark.parametrize(("rule", "path", "text"), examples("bad"))
def test_a_bad_line_is_found(rule: Rule, path: str, text: str) -> None:
    assert findings(rule, path, text)


def test_every_rule_has_examples_of_both_kinds() -> None:
    assert [rule.name for rule in house_rules.RULES if not (rule.good and rule.bad)] == []


def test_a_waiver_needs_the_name_of_the_rule_and_a_reason() -> None:
    path = "zhize/domains/cases/web/views.py"
    assert house_rules.check(Source(path, "mark_safe(x)  # house: safe: comes from our own renderer\n")) == []
    assert house_rules.check(Source(path, "mark_safe(x)  # house: safe:\n"))
    assert house_rules.check(Source(path, "mark_safe(x)  # house: writes: no\n"))


def test_the_house_keeps_its_rules() -> None:
    found = [
        finding for path in house_rules.tracked() for finding in house_rules.check(Source.read(ROOT, path))
    ]
    assert [str(finding) for finding in found] == []
