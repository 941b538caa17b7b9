"""The page that names the tests of each requirement says what the tests say."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import traceability  # noqa: E402


def test_the_page_is_up_to_date() -> None:
    assert traceability.PAGE.read_text("utf-8") == traceability.render(), "run make traceability"


def test_marks_of_modules_classes_and_functions_are_found(tmp_path: Path) -> None:
    file = tmp_path / "test_x.py"
    file.write_text(
        "import pytest\n"
        'pytestmark = [pytest.mark.req("AAA-01"), pytest.mark.slow]\n'
        '@pytest.mark.req("AAA-02", "AAA-03")\n'
        "def test_one(): ...\n"
        '@pytest.mark.req("AAA-04")\n'
        "class TestTwo:\n"
        "    def test_two(self): ...\n"
        "def helper(): ...\n"
    )
    assert sorted(traceability.marks(file)) == [
        ("AAA-01", "test_one"),
        ("AAA-01", "test_two"),
        ("AAA-02", "test_one"),
        ("AAA-03", "test_one"),
        ("AAA-04", "test_two"),
    ]
