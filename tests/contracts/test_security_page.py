"""docs/ops/security.md and the table of guards name only tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.contracts.guards import GUARDS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "ops" / "security.md"


def missing(node: str) -> bool:
    """Whether a test node (file, or file::function, or file::class::function) is not there."""
    path, *names = node.split("::")
    if not (ROOT / path).is_file():
        return True
    body = ast.parse((ROOT / path).read_text()).body
    for name in names:
        found = next(
            (each for each in body if isinstance(each, ast.FunctionDef | ast.ClassDef) and each.name == name),
            None,
        )
        if found is None:
            return True
        body = found.body
    return False


def test_every_test_that_the_page_names_exists() -> None:
    named = re.findall(r"tests/[\w/]+\.py(?:::\w+)*", PAGE.read_text())
    assert len(named) > 80
    assert [node for node in named if missing(node)] == []


def test_every_guard_names_a_test_and_stands_once() -> None:
    assert [guard.name for guard in GUARDS if missing(guard.test)] == []
    assert len({guard.name for guard in GUARDS}) == len(GUARDS)
