"""The fonts that printed documents are set in."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import typst
from django.conf import settings

# The shipped font first; the others only stand in for it, and for rare characters it lacks (𠮷).
FAMILIES = (
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Serif CJK SC",
    "PingFang SC",
    "Microsoft YaHei",
    "SimSun",
)

_SHIPPED = Path(__file__).resolve().parents[2] / "ui" / "static" / "vendor" / "fonts"


def folders() -> list[Path]:
    """Where fonts are looked for: those that set-up copied in, and `fonts` in the data folder for one's own."""
    candidates = (_SHIPPED, Path(settings.CONFIG.data_dir) / "fonts")
    return [folder for folder in candidates if folder.is_dir()]


@lru_cache(maxsize=1)
def collection() -> typst.Fonts:
    """All fonts, read once per process: the shipped ones, the site's and the system's."""
    return typst.Fonts(include_system_fonts=True, font_paths=[str(folder) for folder in folders()])


def families() -> list[str]:
    """The Chinese families present, best first. Empty means that Chinese would print as boxes."""
    present = set(collection().families())
    return [family for family in FAMILIES if family in present]


def problem() -> str:
    """What `zhize doctor` says about fonts; empty when all is well."""
    if families():
        return ""
    return f"no Chinese font found in {_SHIPPED} or {Path(settings.CONFIG.data_dir) / 'fonts'}; printed Chinese would be boxes"
