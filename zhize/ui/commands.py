"""What Ctrl-K can do besides finding records: every navigation item, and what apps register here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from zhize.ui import nav


@dataclass(frozen=True)
class Command:
    code: str
    label: Any
    url_name: str
    icon: str
    capability: str | None
    keywords: str
    drawer: bool
    key: str


_COMMANDS: dict[str, Command] = {}


def register(
    code: str,
    label: Any,
    url_name: str,
    *,
    icon: str = "bolt",
    capability: str | None = None,
    keywords: str = "",
    drawer: bool = False,
    key: str = "",
) -> None:
    """Add a command. `keywords`: what people may type besides the label (pinyin initials, English).

    `drawer=True` opens the page at the right instead of going there. `key` is a one-letter shortcut on every page.
    """
    _COMMANDS[code] = Command(code, label, url_name, icon, capability, keywords, drawer, key)


def address(code: str, request: HttpRequest) -> str:
    """Where a command leads for this request's actor; empty when there is none or it is not granted.

    For pages that point at an act of a domain above theirs.
    """
    command, actor = _COMMANDS.get(code), getattr(request, "actor", None)
    if command is None or (command.capability and (actor is None or not actor.may(command.capability))):
        return ""
    return reverse(command.url_name)


def offered(request: HttpRequest) -> list[dict[str, Any]]:
    """The commands of this request's actor, as the palette's JSON wants them."""
    actor = getattr(request, "actor", None)
    found: list[dict[str, Any]] = []
    for command in _COMMANDS.values():
        if command.capability and (actor is None or not actor.may(command.capability)):
            continue
        try:
            url = reverse(command.url_name)
        except NoReverseMatch:
            continue
        found.append(
            {
                "label": str(command.label),
                "url": url,
                "icon": command.icon,
                "words": command.keywords,
                "drawer": command.drawer,
                "key": command.key,
                "kind": "do",
            }
        )
    for _title, entries in nav.sections(request):
        found += [
            {
                "label": str(entry.label),
                "url": entry.url,
                "icon": entry.icon,
                "words": "",
                "kind": "go",
                "key": entry.key,
            }
            for entry in entries
        ]
    return found
