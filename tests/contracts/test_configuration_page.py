"""The page about the configuration lists what the configuration reads."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

import configuration


def test_the_page_is_up_to_date() -> None:
    assert configuration.PAGE.read_text("utf-8") == configuration.render(), "run make reference"
