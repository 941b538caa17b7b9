"""The HTML kit: page frame, lists, forms, components. `README.md` beside this file is the recipe.

Import it as `from zhize import ui` and use the names below.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhize.ui import alerts, columns, commands, links, nav, routes
    from zhize.ui.bulk import BulkAction
    from zhize.ui.filters import Filters
    from zhize.ui.formpage import FormPage
    from zhize.ui.forms import Form, Section
    from zhize.ui.listpage import Act, Chip, Empty, ListPage
    from zhize.ui.paging import Count
    from zhize.ui.rendering import back, done, drawer, fragment, redirect, render, unmasked
    from zhize.ui.routes import page

# Filled lazily: app configurations import this package before Django's registry is ready.
_HOMES = {
    "Act": "listpage",
    "BulkAction": "bulk",
    "Chip": "listpage",
    "Count": "paging",
    "Empty": "listpage",
    "Filters": "filters",
    "Form": "forms",
    "FormPage": "formpage",
    "ListPage": "listpage",
    "Section": "forms",
    "back": "rendering",
    "done": "rendering",
    "drawer": "rendering",
    "fragment": "rendering",
    "page": "routes",
    "redirect": "rendering",
    "render": "rendering",
    "unmasked": "rendering",
}
_MODULES = {"alerts", "columns", "commands", "filters", "forms", "links", "nav", "routes", "widgets", "words"}

__all__ = [
    "Act",
    "BulkAction",
    "Chip",
    "Count",
    "Empty",
    "Filters",
    "Form",
    "FormPage",
    "ListPage",
    "Section",
    "alerts",
    "back",
    "columns",
    "commands",
    "done",
    "drawer",
    "fragment",
    "links",
    "nav",
    "page",
    "redirect",
    "render",
    "routes",
    "unmasked",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"zhize.ui.{_HOMES[name]}"), name)
    if name in _MODULES:
        return import_module(f"zhize.ui.{name}")
    raise AttributeError(f"module 'zhize.ui' has no attribute {name!r}")
