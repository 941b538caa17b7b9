"""Questions and answers as data: one spec builds the page's form, checks every door's answers and shows them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from zhize.kernel.forms.references import register as register_reference
from zhize.kernel.forms.specs import Choice, FieldSpec, FormSpec, Kind, Pattern

if TYPE_CHECKING:
    from zhize.kernel.forms.building import SpecForm, build
    from zhize.kernel.forms.cleaning import clean
    from zhize.kernel.forms.filefield import keeper
    from zhize.kernel.forms.showing import display, show

_LAZY = {
    **dict.fromkeys(("SpecForm", "build"), "building"),
    "clean": "cleaning",
    "keeper": "filefield",
    **dict.fromkeys(("display", "show"), "showing"),
}

__all__ = [
    "Choice",
    "FieldSpec",
    "FormSpec",
    "Kind",
    "Pattern",
    "SpecForm",
    "build",
    "clean",
    "display",
    "keeper",
    "register_reference",
    "show",
]


def __getattr__(name: str) -> Any:
    # Loaded on first use: app configurations import this package before the tables may be imported.
    if name in _LAZY:
        value = getattr(import_module(f"zhize.kernel.forms.{_LAZY[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(name)
