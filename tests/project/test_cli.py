"""The command line starts a database only for what needs one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_packs_are_checked_and_drafted_far_from_any_installation(tmp_path: Path) -> None:
    sheet = tmp_path / "前台.txt"
    sheet.write_text("前台接待员岗位职责\n1. 每日下班前半小时交接班。\n", "utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZHIZE_", "DJANGO_"))}
    for words in (["draft", sheet.name, "--out", "made"], ["check", "made"]):
        done = subprocess.run(
            [sys.executable, "-m", "zhize", "pack", *words],
            cwd=tmp_path, env={**kept, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "made" / "pack.yaml").exists()
    assert not (tmp_path / "var" / "pg").exists()
