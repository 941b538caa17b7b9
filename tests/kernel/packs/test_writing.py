"""What is written as a pack can be read again, every item of it."""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml import YAML

from zhize.kernel.packs import writing


def test_an_item_that_bears_the_name_of_another_file_takes_nothing_of_it_away(tmp_path: Path) -> None:
    items = [
        {"code": "count_cash", "position": "cashier"},
        {"code": "cashier"},
        {"code": "greet", "position": "front"},
    ]
    files = writing.write(tmp_path / "pack", {"code": "shop"}, {"duties": items})
    read = [item["code"] for path in files[1:] for item in YAML(typ="safe").load(path)]
    assert sorted(read) == ["cashier", "count_cash", "greet"]
    assert len(set(files)) == len(files)
