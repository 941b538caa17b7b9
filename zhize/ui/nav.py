"""The side navigation and the phone's bottom bar: apps register items in `<app>/web/nav.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.kernel.db import marks

# Sections in the order of the side bar.
SECTIONS: dict[str, Any] = {
    "work": _("工作"),
    "customers": pgettext_lazy("navigation", "客户"),
    "duties": _("职责"),
    "reports": _("报表与分析"),
    "organisation": _("组织"),
    "admin": _("管理"),
}


@dataclass(frozen=True)
class Item:
    section: str
    label: Any
    url_name: str
    icon: str
    capability: str | None
    order: int
    bottom: int | None
    bottom_label: Any
    prominent: bool
    key: str
    only: Callable[[Any], bool] | None


_ITEMS: dict[str, Item] = {}


def item(
    section: str,
    label: Any,
    url_name: str,
    icon: str,
    capability: str | None = None,
    order: int = 50,
    *,
    bottom: int | None = None,
    bottom_label: Any = "",
    prominent: bool = False,
    key: str = "",
    only: Callable[[Any], bool] | None = None,
) -> None:
    """Add an item. `bottom` (1–5) also puts it in the phone's bottom bar, `key` is its shortcut after `g`.

    `only`: for a page that the capability alone does not open, whether it has something for this actor. Its answer is
    kept until people, rights or packs change.

    The bar is laid out as 1 我的待办, 2 工单, 3 受理 (prominent), 4 消息; 5 我 is the kit's own.
    """
    if section not in SECTIONS:
        raise ValueError(f"{url_name}: no navigation section {section!r}; there are {', '.join(SECTIONS)}")
    _ITEMS[url_name] = Item(
        section, label, url_name, icon, capability, order, bottom, bottom_label, prominent, key, only
    )


@dataclass(frozen=True)
class Entry:
    """An item as one request sees it."""

    label: Any
    url: str
    icon: str
    prominent: bool
    key: str


def _visible(request: HttpRequest) -> list[tuple[Item, str]]:
    actor = getattr(request, "actor", None)
    return marks.kept(
        ("nav", getattr(actor, "user_id", None), getattr(actor, "positions", ())), lambda: _for(actor)
    )


def _for(actor: Any) -> list[tuple[Item, str]]:
    found = []
    for entry in sorted(_ITEMS.values(), key=lambda each: (each.order, each.url_name)):
        if entry.capability and (actor is None or not actor.may(entry.capability)):
            continue
        if entry.only and not entry.only(actor):
            continue
        try:
            found.append((entry, reverse(entry.url_name)))
        except NoReverseMatch:
            continue
    return found


def active(request: HttpRequest) -> str:
    """The address of the item with the longest address that the current one begins with."""
    path = request.path
    fits = [url for _item, url in _visible(request) if path == url or (url != "/" and path.startswith(url))]
    return max(fits, key=len, default="")


def sections(request: HttpRequest) -> list[tuple[Any, list[Entry]]]:
    """The side bar of this request: section titles with the items its actor may open."""
    items = _visible(request)
    grouped: dict[str, list[Entry]] = {code: [] for code in SECTIONS}
    for entry, url in items:
        grouped[entry.section].append(Entry(entry.label, url, entry.icon, False, entry.key))
    return [(SECTIONS[code], entries) for code, entries in grouped.items() if entries]


def bottom(request: HttpRequest) -> list[Entry]:
    """The phone's bottom bar, without 我."""
    items = _visible(request)
    chosen = sorted(
        (each for each in items if each[0].bottom is not None), key=lambda each: each[0].bottom or 0
    )
    return [
        Entry(entry.bottom_label or entry.label, url, entry.icon, entry.prominent, entry.key)
        for entry, url in chosen[:4]
    ]
