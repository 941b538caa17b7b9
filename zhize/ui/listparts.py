"""What a list is declared with: acts, chips, and what it says when it is empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

if TYPE_CHECKING:
    from zhize.ui.listpage import ListPage

# Parameters of the list itself, which are no filters.
OWN = (
    "sort",
    "page",
    "after",
    "before",
    "size",
    "view",
    "export",
    "_bulk",
    "_more",
    "_choices",
    "ids",
    "all",
)


@dataclass(frozen=True)
class Act:
    """Something one may do: in the page's head, or at the end of a row.

    `drawer`: opens at the right. `method="post"`: done at once (with `confirm`, after a question). `reason`: shown
    disabled with the reason. `key`: one-letter shortcut of the page.
    """

    label: Any
    url: str
    icon: str = ""
    drawer: bool = False
    method: str = "get"
    confirm: Any = ""
    primary: bool = False
    danger: bool = False
    key: str = ""
    reason: Any = ""


@dataclass(frozen=True)
class Chip:
    """A ready-made filter above the list with its count: 我的, 已超时, 等回访. `where(page)` gives the condition.

    `tone`: calm, amber, red or nothing.
    """

    code: str
    label: Any
    where: Callable[[ListPage], Q]
    tone: str = ""
    count: bool = True


@dataclass(frozen=True)
class Empty:
    """What a list says when nothing is in it: what will appear here, and the first act."""

    title: Any
    text: Any = ""
    icon: str = "inbox"
    act: Act | None = None
