"""Packs configure concepts that Python defines: sections register here, releases are read from here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhize.kernel.packs.commands import command
from zhize.kernel.packs.sections import section

if TYPE_CHECKING:
    from zhize.kernel.packs.applying import Applying, Change
    from zhize.kernel.packs.loader import Pack
    from zhize.kernel.packs.problems import PackRefused, Problem
    from zhize.kernel.packs.selectors import NotInPack, current_ids, find, listing, live, release_of

__all__ = [
    "Applying",
    "Change",
    "NotInPack",
    "Pack",
    "PackRefused",
    "Problem",
    "command",
    "current_ids",
    "find",
    "listing",
    "live",
    "release_of",
    "section",
]

_HOMES = {
    "Applying": "applying",
    "Change": "applying",
    "Pack": "loader",
    "PackRefused": "problems",
    "Problem": "problems",
    "NotInPack": "selectors",
    "current_ids": "selectors",
    "find": "selectors",
    "listing": "selectors",
    "live": "selectors",
    "release_of": "selectors",
}


def __getattr__(name: str) -> Any:
    # Tables can only be imported once Django's registry is ready.
    if name in _HOMES:
        from importlib import import_module

        globals()[name] = getattr(import_module(f"zhize.kernel.packs.{_HOMES[name]}"), name)
        return globals()[name]
    raise AttributeError(name)
