"""Components of the kit as HTML made in Python, for pages on which the templates of the same names would take most of the time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from zhize.ui import html, words
from zhize.ui.html import format_html, joined, spaced

if TYPE_CHECKING:
    from zhize.ui.listparts import Act


def clock(due_at: Any, *, stopped_at: Any = None, explain: str = "") -> SafeString:
    """The remaining time, live, as `<c-clock>` makes it; `explain`: the address of how it was computed."""
    how = (
        format_html(
            '<span class="menu-anchor"><button type="button" class="btn btn-icon btn-quiet btn-sm" data-menu'
            ' data-load="{}" aria-expanded="false" aria-label="{}">{}</button>'
            '<span class="menu menu-text" hidden>{}</span></span>',
            explain, gettext("时限是怎么算的"), html.icon("info-circle", size=16), gettext("正在载入…"),
        )
        if explain
        else ""
    )  # fmt: skip
    return format_html('<span class="clock">{}{}</span>', html.due(due_at, stopped_at=stopped_at), how)


def masked(value: Any, url: str, what: str) -> SafeString:
    """A masked value with the button that shows it, as `<c-masked>` makes it."""
    return format_html(
        '<span class="masked"><span class="num">{}</span><button type="button" class="btn btn-sm btn-quiet"'
        ' hx-post="{}" hx-target="closest .masked" hx-swap="innerHTML" aria-label="{}">{}</button></span>',
        value, url, gettext("查看%(what)s，会留下记录") % {"what": what}, gettext("查看"),
    )  # fmt: skip


def panel(title: Any, body: Any, *, count: Any = "") -> SafeString:
    """A part of a page under a title, as `<c-panel>` makes it."""
    number = "" if count == "" else format_html('<span class="panel-count num">{}</span>', count)
    return format_html(
        '<section class="panel"><div class="panel-head"><h2 class="panel-title">{}{}</h2>'
        '<div class="panel-acts"></div></div>{}</section>',
        words.in_language(title), number, body,
    )  # fmt: skip


def note(body: Any, *, tone: str, symbol: str, title: Any) -> SafeString:
    """Something to be noticed under a title of its own, as `<c-note>` makes it."""
    return format_html(
        '<div class="note note-{}">{}<div><p class="note-title">{}</p>{}</div></div>',
        tone, html.icon(symbol), words.in_language(title), body,
    )  # fmt: skip


def plain_list(items: Iterable[Any]) -> SafeString:
    """Lines without bullets."""
    return format_html(
        '<ul class="plain-list">{}</ul>', joined(format_html("<li>{}</li>", item) for item in items)
    )


def pairs(rows: Iterable[tuple[Any, Any]]) -> SafeString:
    """Labels with what belongs to each, as `<c-kv>` makes them; a pair without a value stays away."""
    made = (
        format_html("<div><dt>{}</dt><dd>{}</dd></div>", words.in_language(label), value)
        for label, value in rows
        if value is not None
    )
    return format_html('<dl class="kv kv-1">{}</dl>', joined(made))


def quiet(value: Any) -> SafeString:
    """What stands back behind its neighbour."""
    return format_html('<span class="quiet">{}</span>', value)


def act(act: Act, *, small: bool = False) -> SafeString:
    """A button or link of one act, as `<c-act>` makes it."""
    size = " btn-sm" if small else ""
    icon = html.icon(act.icon, size=16) if act.icon else ""
    label = words.in_language(act.label)
    if act.reason:
        return format_html(
            '<button type="button" class="btn{}" aria-disabled="true" data-why="{}">{}{}</button>',
            size, words.in_language(act.reason), icon, label,
        )  # fmt: skip
    look = f"btn{size}{' btn-primary' if act.primary else ''}{' btn-danger-quiet' if act.danger else ''}"
    key = format_html(' data-key="{}"', act.key) if act.key else ""
    if act.method == "post":
        confirm = format_html(' hx-confirm="{}"', words.in_language(act.confirm)) if act.confirm else ""
        return format_html(
            '<button type="button" class="{}" hx-post="{}" hx-swap="none"{}{}>{}{}</button>',
            look, act.url, confirm, key, icon, label,
        )  # fmt: skip
    drawer = SafeString(" data-drawer") if act.drawer else ""
    return format_html('<a class="{}" href="{}"{}{}>{}{}</a>', look, act.url, drawer, key, icon, label)


def menu(text: Any, items: Any) -> SafeString:
    """A button with a menu under it, as `<c-menu text>` makes it."""
    return format_html(
        '<span class="menu-anchor"><button type="button" class="btn btn-quiet" data-menu aria-expanded="false">'
        '{}{}</button><span class="menu menu-end" hidden>{}</span></span>',
        words.in_language(text), html.icon("chevron-down", size=14), items,
    )  # fmt: skip


def verbs(offers: Iterable[Any], base: str, *more: Any) -> SafeString:
    """The verbs of a row, as `<c-verbs>` makes them; `base`: the address before the verb, `more`: what stands behind them."""
    return format_html(
        '<div class="verbs" role="toolbar" aria-label="{}">{}</div>',
        gettext("可以办的事"), spaced(joined(_verb(base, offer) for offer in offers), *more),
    )  # fmt: skip


def _verb(base: str, offer: Any) -> SafeString:
    label = words.in_language(offer.label)
    if not offer.enabled:
        return format_html(
            '<button type="button" class="btn" aria-disabled="true" data-why="{}">{}</button>',
            words.in_language(offer.reason), label,
        )  # fmt: skip
    look = "btn btn-primary" if offer.primary else "btn"
    return format_html('<a class="{}" href="{}{}/" data-drawer>{}</a>', look, base, offer.verb, label)
