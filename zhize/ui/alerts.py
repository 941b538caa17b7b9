"""What interrupts: red lines above every page of those they concern, until they say that they have got it.

Domains register where theirs come from (`<app>/web/nav.py`). They are asked for with every page and with the bell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Alert:
    """One line: what happened and where, what this person has to do, where it is confirmed and where it is shown.

    `url` is empty where the person may not open what it is about; `about` is that row, by model label and id.
    """

    key: str
    title: Any
    text: Any
    confirm: str
    url: str = ""
    about: tuple[str, int | None] = ("", None)


Source = Callable[[Any], Iterable[Alert]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Add where alerts come from: a function of the actor. It runs with every page, so one cheap query at most."""
    _sources.append(source)
    return source


def of(actor: Any) -> list[Alert]:
    """What this person has not confirmed."""
    if getattr(actor, "person_id", None) is None:
        return []
    return [alert for source in _sources for alert in source(actor)]
