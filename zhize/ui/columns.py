"""The column library of lists. A column knows its value, how it looks, how it is exported and how it sorts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from django.urls import reverse
from django.utils.safestring import SafeString

from zhize.ui import html, links, words
from zhize.ui.html import format_html

CellKind = Literal["text", "number", "money", "percent", "date", "datetime"]

Accessor = str | Callable[[Any], Any]


def follow(row: Any, path: Accessor) -> Any:
    """The value at a dotted path (`owner.name`) of a row or mapping; None where something on the way is missing."""
    if not isinstance(path, str):
        return path(row)
    value = row
    for part in _steps(path):
        if value is None:
            return None
        value = value.get(part) if isinstance(value, dict) else getattr(value, part, None)
        if callable(value) and not isinstance(value, type):
            value = value()
    return value


@lru_cache(maxsize=2000)
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.replace("__", ".").split("."))


def written(value: Any) -> str:
    """A value as text. Of HTML only what can be read: in a file and in a label its marks would stand as text."""
    return html.said(value) if isinstance(value, SafeString) else words.in_language(value)


class Column:
    """Plain text, and the base of the others.

    `value`: dotted path or function of the row (default: `name`). `sort`: lookup(s) to order by (True: `name`).
    `hidden`: not shown until somebody chooses it. `phone`: what becomes of it on a phone's card: title, state,
    due, meta or hide. `css`: extra classes of the cell (`col-narrow`, `col-tight`, `col-snug`, `col-wide`, `col-nowrap`).
    """

    css = ""
    kind: CellKind = "text"
    phone_role = "meta"

    def __init__(
        self,
        name: str,
        label: Any,
        *,
        value: Accessor | None = None,
        sort: str | Sequence[str] | bool | None = None,
        hidden: bool = False,
        phone: str | None = None,
        css: str = "",
        help: Any = "",
    ) -> None:
        self.name = name
        self.label = label
        self.value = value or name
        self.hidden = hidden
        self.phone = phone or self.phone_role
        self.css = f"{self.css} {css}".strip()
        self.help = help
        if sort is True:
            sort = name
        self.sort: tuple[str, ...] = (sort,) if isinstance(sort, str) else tuple(sort or ())

    def get(self, row: Any) -> Any:
        return follow(row, self.value)

    def html(self, row: Any) -> SafeString:
        """The cell."""
        value = self.get(row)
        return html.EMPTY if value in (None, "") else format_html("{}", words.in_language(value))

    def plain(self, row: Any) -> Any:
        """The value as an export carries it: text, number, date or moment."""
        value = self.get(row)
        if value is None or isinstance(value, int | float | Decimal | date | datetime):
            return value
        return written(value)


class Text(Column):
    """Text cut after `lines` lines, whole on hover."""

    def __init__(self, *args: Any, lines: int = 1, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines = lines

    def html(self, row: Any) -> SafeString:
        value = words.in_language(self.get(row))
        if not value:
            return html.EMPTY
        return format_html('<span class="clip clip-{}" title="{}">{}</span>', self.lines, value, value)


class Link(Column):
    """Text that opens the row: the list's main column. `url`: route name taking the pk, or a function of the row."""

    phone_role = "title"

    def __init__(
        self, *args: Any, url: str | Callable[[Any], str] = "", second: Accessor | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.url = url
        self.second = second

    def address(self, row: Any) -> str:
        if callable(self.url):
            return self.url(row)
        return reverse(self.url, args=[row.pk]) if self.url else links.url_of(row)

    def html(self, row: Any) -> SafeString:
        written = words.in_language(self.get(row)) or "–"
        more = words.in_language(follow(row, self.second)) if self.second else ""
        extra = format_html('<span class="cell-second">{}</span>', more) if more else ""
        return format_html(
            '<a class="row-link" href="{}" title="{}">{}</a>{}', self.address(row), written, written, extra
        )


class Code(Column):
    """A number such as TS-20260302-0001: tabular figures, never wrapped."""

    css = "num col-nowrap"


class State(Column):
    """A state with icon and hue. `category`: where the row keeps it."""

    phone_role = "state"
    css = "col-nowrap"

    def __init__(self, *args: Any, category: Accessor = "category", **options: Any) -> None:
        super().__init__(*args, **options)
        self.category = category

    def html(self, row: Any) -> SafeString:
        return html.state(self.get(row), str(follow(row, self.category) or ""))


class Person(Column):
    css = "col-nowrap"

    def html(self, row: Any) -> SafeString:
        return html.person(self.get(row))


class Due(Column):
    """Remaining time with the exact due time. `warn`, `stopped`, `over`: where the row keeps threshold, stop and end."""

    phone_role = "due"
    css = "col-nowrap"
    kind = "datetime"

    def __init__(
        self,
        *args: Any,
        warn: Accessor | None = None,
        stopped: Accessor | None = None,
        over: Accessor | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.warn = warn
        self.stopped = stopped
        self.over = over

    def html(self, row: Any) -> SafeString:
        return html.due(
            self.get(row),
            warn_at=follow(row, self.warn) if self.warn else None,
            stopped_at=follow(row, self.stopped) if self.stopped else None,
            over=follow(row, self.over) if self.over else None,
        )

    def plain(self, row: Any) -> Any:
        value = self.get(row)
        return getattr(value, "due_at", value)


class When(Column):
    """A moment or day. `style`: short, full, date, time; `ago=True`: how long ago."""

    css = "num col-nowrap"
    kind: CellKind = "datetime"

    def __init__(self, *args: Any, style: str = "short", ago: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.style = style
        self.ago = ago
        if style == "date":
            self.kind = "date"

    def html(self, row: Any) -> SafeString:
        value = self.get(row)
        return html.ago(value) if self.ago else html.when(value, self.style)


class Number(Column):
    css = "num col-number"
    kind = "number"

    def __init__(self, *args: Any, digits: int | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.digits = digits

    def html(self, row: Any) -> SafeString:
        value = self.get(row)
        return html.EMPTY if value in (None, "") else format_html("{}", words.number(value, self.digits))


class Money(Column):
    css = "num col-number"
    kind = "money"

    def html(self, row: Any) -> SafeString:
        return html.money(self.get(row), getattr(row, "currency", "CNY") or "CNY")


class Percent(Column):
    css = "num col-number"
    kind = "percent"

    def html(self, row: Any) -> SafeString:
        value = self.get(row)
        return html.EMPTY if value in (None, "") else format_html("{}%", f"{float(value) * 100:.0f}")


class Phone(Column):
    """A phone number, masked on screen and in exports alike."""

    css = "num col-nowrap"

    def html(self, row: Any) -> SafeString:
        value = words.mask_phone(self.get(row))
        return format_html("{}", value) if value else html.EMPTY

    def plain(self, row: Any) -> Any:
        return words.mask_phone(self.get(row))


class Tags(Column):
    """Small labels from an iterable."""

    css = "col-nowrap"

    def html(self, row: Any) -> SafeString:
        return html.tags(self._all(row))

    def plain(self, row: Any) -> Any:
        return "、".join(written(value) for value in self._all(row))

    def _all(self, row: Any) -> Iterable[Any]:
        value = self.get(row)
        return value.all() if hasattr(value, "all") else value or ()


class Yes(Column):
    """A check mark for true, nothing for false."""

    css = "col-narrow"

    def html(self, row: Any) -> SafeString:
        return html.icon("check", label=str(self.label)) if self.get(row) else html.EMPTY


class Html(Column):
    """Whatever a function of the row returns, for a cell that the library does not have."""

    def html(self, row: Any) -> SafeString:
        value = self.get(row)
        return html.EMPTY if value in (None, "") else format_html("{}", value)


class Progress(Column):
    """done / owed as a small bar with the figures. `value`: pair (done, owed)."""

    css = "num col-nowrap"

    def html(self, row: Any) -> SafeString:
        done, owed = self.get(row) or (0, 0)
        return format_html(
            '<progress class="bar" value="{}" max="{}" aria-label="{}"></progress> {}/{}',
            done, owed or 1, self.label, done, owed,
        )  # fmt: skip

    def plain(self, row: Any) -> Any:
        done, owed = self.get(row) or (0, 0)
        return f"{done}/{owed}"
