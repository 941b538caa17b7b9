"""The examples of the guide on writing a pack are a whole pack that passes the check; its time words are rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from zhize.domains.duties.pack import RecurringSpec
from zhize.kernel.packs import loader
from zhize.kernel.packs.specs import TargetSpec

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "writing-a-pack.md"
TEXT = GUIDE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n# (\S+)\n(.*?)```", TEXT, re.DOTALL)
WORDS = re.findall(r"^\| (\S[^|]*?) \| `(\{.*\})` \|$", TEXT, re.MULTILINE)


def test_the_examples_are_a_pack_that_passes_the_check(tmp_path: Path) -> None:
    assert {name for name, _text in EXAMPLES} == {"pack.yaml", "positions.yaml", "duties.yaml", "forms.yaml"}
    root = tmp_path / "my-shop"
    root.mkdir()
    for name, text in EXAMPLES:
        (root / name).write_text(text, encoding="utf-8")
    pack = loader.load(root)
    assert [str(problem) for problem in pack.problems] == []
    assert len(pack.items("duties")) == 4


@pytest.mark.parametrize(("words", "rule"), WORDS, ids=[words for words, _rule in WORDS])
def test_a_rule_for_time_words_is_one(words: str, rule: str) -> None:
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    data = reader.load(rule)
    loader.validate(RecurringSpec if "every" in data else TargetSpec, data)


def test_the_table_has_recurring_and_triggered_words() -> None:
    assert len(WORDS) > 25
    assert {"every" in rule for _words, rule in WORDS} == {True, False}
