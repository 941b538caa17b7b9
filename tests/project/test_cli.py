"""The command line starts a database only for what needs one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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


HEAVY = ("requests", "icalendar", "pkg_resources")
LOADED = f"""
import sys, django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
print(*[name for name in {HEAVY} if name in sys.modules])
from allauth.socialaccount.providers import registry
print("provider" if "openid_connect" in registry.provider_map else "")
"""


@pytest.mark.parametrize("issuer", ["", "https://sso.example"])
def test_a_process_carries_only_what_its_installation_uses(tmp_path: Path, issuer: str) -> None:
    """What one department in a hundred asks for is in no process of the others; where it is asked for it is there."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZHIZE_", "DJANGO_"))}
    told = {"ZHIZE_DATA_DIR": str(tmp_path), "ZHIZE_OIDC_ISSUER": issuer, "ZHIZE_OIDC_CLIENT_ID": "zhize"}
    done = subprocess.run(
        [sys.executable, "-c", LOADED], env={**kept, **told, "DJANGO_SETTINGS_MODULE": "zhize.project.settings"},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    heavy, provider = done.stdout.split("\n")[:2]
    assert (heavy, provider) == (("requests", "provider") if issuer else ("", ""))
