"""`zhize pack`: what it says and how it exits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.kernel.packs.conftest import WritePack
from zhize.kernel import packs
from zhize.kernel.org.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kitchen")]

COOKS = "- {code: ada, label: {zh: 阿达, en: Ada}}\n"
SOUP = "- {code: soup, label: {zh: 汤, en: Soup}, cook: ada}\n"


def test_check_names_every_mistake_with_file_and_line(
    write_pack: WritePack, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_pack(cooks=COOKS, dishes=SOUP.replace("ada", "bob"))
    with pytest.raises(SystemExit) as left:
        call_command("pack", "check", str(root))
    assert left.value.code == 1
    assert "bistro/dishes.yaml:1:" in capsys.readouterr().err


def test_check_of_a_sound_pack_counts_its_items(
    write_pack: WritePack, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("pack", "check", str(write_pack(cooks=COOKS, dishes=SOUP)))
    assert capsys.readouterr().out == "bistro: cooks 1, dishes 1\n"


def test_plan_writes_nothing_and_apply_does(
    write_pack: WritePack, centre: Unit, capsys: pytest.CaptureFixture[str]
) -> None:
    root = str(write_pack(cooks=COOKS, dishes=SOUP))
    call_command("pack", "plan", root, "--unit", "ZX")
    assert "+ dishes/soup" in capsys.readouterr().out
    assert packs.find("dishes", "soup") is None
    call_command("pack", "apply", root, "--unit", "ZX")
    assert "bistro 1.0 (#1)" in capsys.readouterr().out
    assert packs.live("dishes", "soup").cook == "ada"


def test_wrong_usage_exits_with_two() -> None:
    with pytest.raises(CommandError) as wrong:
        call_command("pack", "apply", "no-such-pack")
    assert wrong.value.returncode == 2


def test_the_schema_of_every_section_is_written_for_editors(tmp_path: Path) -> None:
    call_command("pack", "schema", "--out", str(tmp_path))
    assert {path.name for path in tmp_path.iterdir()} >= {"dishes.schema.json", "pack.schema.json"}
    dish = json.loads((tmp_path / "dishes.schema.json").read_text(encoding="utf-8"))
    one, several = dish["anyOf"]
    assert several["items"] == one
    assert dish["$defs"]["DishSpec"]["additionalProperties"] is False
