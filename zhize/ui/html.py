"""Small pieces of HTML made in Python: used by tags, columns and components alike, so that a thing looks the same everywhere."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.templatetags.static import static
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from zhize.lib import clock
from zhize.lib.jobtext.times.scan import pieces
from zhize.ui import links, words

EMPTY = SafeString('<span class="none" aria-hidden="true">–</span>')

# One icon beside every state category, so that colour is never the only signal.
CATEGORY_ICONS = {
    "new": "circle",
    "working": "circle-half-2",
    "waiting": "player-pause",
    "resolved": "circle-check",
    "closed": "circle-check-filled",
    "void": "circle-x",
}
LEVEL_ICONS = {"calm": "clock", "amber": "clock-exclamation", "red": "alarm", "grey": "clock-check"}


_MARKUP = re.compile(r"[&<>\"']").search


def escaped(value: Any) -> str:
    """A value as it stands in HTML: what is HTML by itself stays, of anything else the marks are escaped."""
    if type(value) is not str:
        if hasattr(value, "__html__"):
            return value.__html__()
        value = str(value)
        if isinstance(value, SafeString):  # a lazy text
            return value
    return escape(value) if _MARKUP(value) else value


def format_html(pattern: str, *values: Any) -> SafeString:
    """Django's of this name at a fifth of the time: hundreds of cells and rows of a page are made with it."""
    return SafeString(pattern.format(*map(escaped, values)))


def joined(parts: Iterable[Any]) -> SafeString:
    """Pieces one after the other; what is not HTML already is escaped."""
    return SafeString("".join(map(escaped, parts)))


def spaced(*parts: Any) -> SafeString:
    """What there is of the pieces, with a space between each two."""
    return SafeString(" ".join(escaped(part) for part in parts if part))


# What only the eye is to see (an avatar, an icon, the dash of an empty cell), an icon with a name, the end of a piece
# that another follows at once, and any other tag. In what this module makes, an attribute never holds a raw ">".
_UNSAID = re.compile(r"<(\w+)[^>]*aria-hidden=\"true\"[^>]*>.*?</\1>", re.DOTALL)
_NAMED = re.compile(r"<svg[^>]*aria-label=\"([^\"]*)\"[^>]*>.*?</svg>", re.DOTALL)
_BETWEEN = re.compile(r"</\w+>(?=<\w)|<br>")
_TAG = re.compile(r"<[^>]*>")


def said(markup: str) -> str:
    """What somebody hears who has HTML read out: its text without the markup, and of an icon its name."""
    text = _NAMED.sub(r" \1 ", _UNSAID.sub("", markup))
    return " ".join(html.unescape(_TAG.sub("", _BETWEEN.sub(" ", text))).split())


def typed(text: str) -> SafeString:
    """What somebody wrote, with its line breaks: Django's `linebreaksbr` at a fifth of the time."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return SafeString(escaped(text).replace("\n", "<br>"))


def _sprite() -> str:
    return _cached_sprite() if not settings.DEBUG else static("vendor/icons.svg")


@lru_cache(maxsize=1)
def _cached_sprite() -> str:
    return static("vendor/icons.svg")


def icon(name: str, *, size: int = 18, label: str = "", cls: str = "") -> SafeString:
    """An icon of the sprite; `label` gives it a name for screen readers."""
    return _icon(_sprite(), name, size, str(label), cls)


@lru_cache(maxsize=2000)
def _icon(sprite: str, name: str, size: int, label: str, cls: str) -> SafeString:
    role = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" width="{}" height="{}" {}><use href="{}#{}"/></svg>',
        cls,
        size,
        size,
        role,
        sprite,
        name,
    )


def when(value: datetime | date | None, style: str = "short") -> SafeString:
    """A moment with its full form on hover."""
    if value is None:
        return EMPTY
    return format_html(
        '<time class="num" datetime="{}" title="{}">{}</time>',
        value.isoformat(), words.when(value, "full"), words.when(value, style),
    )  # fmt: skip


def ago(value: datetime | None) -> SafeString:
    """How long ago, kept current by the page."""
    if value is None:
        return EMPTY
    span = words.duration((clock.now() - value).total_seconds())
    return format_html(
        '<time class="num" datetime="{}" title="{}" data-ago>{}</time>',
        value.isoformat(), words.when(value, "full"), gettext("%(span)s前") % {"span": span},
    )  # fmt: skip


def time_words(text: Any) -> SafeString:
    """A text with the words that say when underlined (24小时内, 每月26日, 及时)."""
    return joined(
        format_html('<span class="time-word">{}</span>', piece) if is_time else piece
        for piece, is_time in pieces(str(text or ""))
    )


def due(
    value: Any,
    *,
    warn_at: datetime | None = None,
    stopped_at: datetime | None = None,
    exact: bool = True,
    over: Any = None,
) -> SafeString:
    """Remaining time in the one time scale. `value` is a moment, or a clock with `due_at` (and `stopped_at`, `outcome`).

    What is `over` without having been done (missed, excused, called off) has no time left: only when it was due.
    """
    # A component passes "" for what its caller left out.
    value, warn_at, stopped_at = value or None, warn_at or None, stopped_at or None
    if value is not None and not isinstance(value, datetime):
        stopped_at = stopped_at or getattr(value, "stopped_at", None)
        warn_at = warn_at or getattr(value, "warn_at", None)
        if str(getattr(value, "outcome", "")) == "paused":
            return format_html(
                '<span class="due due-grey">{} {}</span>', icon("player-pause", size=16), gettext("计时暂停")
            )
        value = getattr(value, "due_at", None)
    if value is None:
        return EMPTY
    if over and stopped_at is None:
        return format_html('<span class="due due-grey">{} <span class="num">{}</span></span>', icon(LEVEL_ICONS["grey"], size=16), words.when(value))  # fmt: skip
    level = words.due_level(value, warn_at=warn_at, stopped_at=stopped_at)
    if stopped_at is not None:
        said = (
            gettext("按时完成")
            if stopped_at <= value
            else gettext("迟 %(span)s") % {"span": words.duration((stopped_at - value).total_seconds())}
        )
        live = SafeString("")
        level = "grey" if stopped_at <= value else "grey due-late"
    else:
        said = words.remaining(value)
        live = SafeString(" data-due")
    return format_html(
        '<span class="due due-{}">{}<time class="due-left" datetime="{}" data-warn="{}" title="{}"{}>{}</time>{}</span>',
        level, icon(LEVEL_ICONS[level.split()[0]], size=16), value.isoformat(),
        warn_at.isoformat() if warn_at else "", words.when(value, "full"), live, said,
        format_html('<span class="due-at num">{}</span>', words.when(value)) if exact else "",
    )  # fmt: skip


def money(value: Any, currency: str = "CNY") -> SafeString:
    if value is None or value == "":
        return EMPTY
    written = words.money(value, currency)
    return format_html(
        '<span class="num{}">{}</span>', " money-minus" if written.startswith("-") else "", written
    )


def person(value: Any, *, unit: str = "", size: str = "") -> SafeString:
    """Avatar with the surname and the name; `unit` is a muted second part."""
    name = words.in_language(value) if value else ""
    if not name:
        return EMPTY
    extra = format_html('<span class="person-unit">{}</span>', unit) if unit else ""
    return format_html(
        '<span class="person {}"><span class="avatar" aria-hidden="true">{}</span><span class="person-name">{}</span>{}</span>',
        f"person-{size}" if size else "", words.initial(name), name, extra,
    )  # fmt: skip


def message(
    who: Any,
    at: datetime | None,
    text: Any,
    *,
    outgoing: bool = False,
    internal: bool = False,
    channel: Any = "",
) -> SafeString:
    """One message of a conversation, as `<c-message>` makes it; `internal`: a note only colleagues see."""
    return format_html(
        '<article class="message message-{}{}"><header class="message-head"><b>{}</b>{}{}{}</header>'
        '<div class="message-text">{}</div></article>',
        "out" if outgoing else "in",
        " message-internal" if internal else "",
        words.in_language(who),
        format_html('<span class="tag">{}{}</span>', icon("lock", size=14), gettext("内部备注"))
        if internal
        else "",
        format_html('<span class="quiet">{}</span>', words.in_language(channel)) if channel else "",
        when(at),
        text,
    )


def state(label: Any, category: str = "") -> SafeString:
    """A state as icon, hue and word; `category` is one of the six of kernel.flow."""
    written = words.in_language(label)
    if not written:
        return EMPTY
    return format_html(
        '<span class="state state-{}">{}{}</span>',
        category or "none",
        icon(CATEGORY_ICONS.get(category, "point"), size=16),
        written,
    )


def tags(values: Any) -> SafeString:
    """Small neutral labels."""
    chips = [format_html('<span class="tag">{}</span>', words.in_language(value)) for value in values or ()]
    return SafeString('<span class="tags">' + "".join(chips) + "</span>") if chips else EMPTY


def link(row: Any, label: Any = None) -> SafeString:
    """The row's name, linked when somebody shows its model."""
    if row is None:
        return EMPTY
    address = links.url_of(row)
    written = words.in_language(label) if label is not None else str(row)
    return format_html('<a href="{}">{}</a>', address, written) if address else format_html("{}", written)


def query(current: QueryDict, **changes: Any) -> str:
    """`?…` with changes applied; None or an empty string removes the key."""
    values = current.copy()
    for name, value in changes.items():
        if value is None or value == "":
            values.pop(name, None)
        elif isinstance(value, list | tuple):
            values.setlist(name, [str(each) for each in value])
        else:
            values[name] = str(value)
    return f"?{values.urlencode()}" if values else "?"


def trend(change: str, good: str = "") -> SafeString:
    """A difference («+3», «-2%») with an arrow; `good` is "up", "down" or unknown."""
    way = "down" if change.startswith(("-", "−")) else "up"
    tone = "" if not good else "ok" if good == way else "bad"
    return format_html('<span class="num {}">{}{}</span>', tone, icon(f"arrow-{way}", size=14), change)
