"""The page of job descriptions says what the shipped packs say, and every system has its pack."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

import job_descriptions


@pytest.fixture(scope="module")
def page() -> str:
    return job_descriptions.render()


def test_the_page_is_up_to_date(page: str) -> None:
    assert job_descriptions.PAGE.read_text("utf-8") == page, "run make reference"


def test_every_system_has_a_pack_and_no_sentence_is_left_open(page: str) -> None:
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| SYS-")]
    assert sorted(re.findall(r"SYS-\d\d", " ".join(row[0] for row in rows))) == [
        f"SYS-{number:02}" for number in range(1, 30)
    ]
    assert {row[7] for row in rows} == {"0"}
