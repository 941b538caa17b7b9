"""What every screen keeps to: icons and components that exist, and nothing the content policy would block."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import zhize

ROOT = Path(zhize.__file__).parent
TEMPLATES = sorted(ROOT.glob("**/templates/**/*.html"))
PYTHON = [path for path in sorted(ROOT.glob("**/*.py")) if "migrations" not in path.parts]
ICONS = set((ROOT / "ui" / "icons.txt").read_text().split())


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_icons_named_in_templates_exist() -> None:
    named = re.compile(r"""\{% icon ["']([\w-]+)["']|<c-[^>]*?[^:\w]icon=["']([\w-]+)["']""", re.DOTALL)
    unknown = {
        (_name(path), first or second)
        for path in TEMPLATES
        for first, second in named.findall(path.read_text("utf-8"))
        if (first or second) not in ICONS
    }
    assert unknown == set(), "add them to zhize/ui/icons.txt"


def test_icons_named_in_python_exist() -> None:
    named = re.compile(
        r"""icon=["']([\w-]+)["']|nav\.item\(\s*"[\w-]+",\s*\S+\(.*?\),\s*"[\w:-]+",\s*"([\w-]+)\""""
    )
    unknown = {
        (_name(path), first or second)
        for path in PYTHON
        for first, second in named.findall(path.read_text("utf-8"))
        if (first or second) not in ICONS
    }
    assert unknown == set(), "add them to zhize/ui/icons.txt"


def test_components_exist() -> None:
    folder = ROOT / "ui" / "templates" / "cotton"
    known = {
        path.relative_to(folder).with_suffix("").as_posix().replace("/", ".")
        for path in folder.glob("**/*.html")
    }
    known = {name.removesuffix(".index").replace("_", "-") for name in known} | {"slot", "vars"}
    used = {
        (_name(path), name)
        for path in TEMPLATES
        for name in re.findall(r"<c-([\w.-]+)", path.read_text("utf-8"))
        if name not in known
    }
    assert used == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_holds_nothing_the_policy_blocks(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\sstyle=", text), "use a class"
    assert not re.search(
        r"\son(click|change|submit|input|load|error|focus|blur|key\w+|mouse\w+|pointer\w+)=", text
    ), "use a data attribute and a script"
    assert "hx-on" not in text
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text), "scripts are files"
    assert not re.search(r"""hx-trigger=["'][^"']*\[[^\]]*[=(!&]""", text), "htmx filters need eval"
    assert not re.search(r"from:(closest|find|next|previous) ", text), "htmx reads one word: quote it"
