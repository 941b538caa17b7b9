"""Write docs/ops/configuration.md from the typed configuration.

python scripts/configuration.py [--check]
"""

from __future__ import annotations

import sys
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from zhize.project.config import Config

PAGE = ROOT / "docs" / "ops" / "configuration.md"
KINDS = {"str": "text", "int": "number", "bool": "true or false", "Path": "folder"}


def render() -> str:
    """The page: one row for each setting."""
    types = get_type_hints(Config)
    lines = [
        "# Configuration",
        "",
        "Every setting is an environment variable. A value that cannot be read, or a variable that does not exist,",
        "stops the start with its name. Written by `python scripts/configuration.py`; do not edit.",
        "",
        "| Variable | Kind | Default | Meaning |",
        "| --- | --- | --- | --- |",
    ]
    for item in fields(Config):
        default = f"`{item.default}`" if item.default not in {"", None} else ""
        kind = KINDS[types[item.name].__name__] + (", secret" if item.metadata["secret"] else "")
        meaning = item.metadata["text"].replace("|", "\\|")
        lines.append(f"| `ZHIZE_{item.name.upper()}` | {kind} | {default} | {meaning} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(0 if PAGE.read_text("utf-8") == render() else "docs/ops/configuration.md is stale")
    PAGE.write_text(render(), "utf-8")
