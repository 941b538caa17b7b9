"""Template tags of the kit (built in: no `{% load %}` needed)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.forms.boundfield import BoundField
from django.forms.widgets import CheckboxInput
from django.template.context import RequestContext
from django.utils.html import json_script
from django.utils.safestring import SafeString

from zhize.ui import html, kept, links, words

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 18, label: str = "", cls: str = "") -> SafeString:
    """`{% icon "phone" %}`: decorative unless `label` is given."""
    return html.icon(name, size=int(size), label=str(label), cls=cls)


@register.simple_tag
def due(
    due_at: Any,
    warn_at: datetime | None = None,
    stopped_at: datetime | None = None,
    exact: bool = True,
    over: Any = None,
) -> SafeString:
    """`{% due clock %}` or `{% due row.due_at warn_at=row.warn_at %}`: remaining time, live, with the exact time beside it."""
    return html.due(due_at, warn_at=warn_at, stopped_at=stopped_at, exact=exact, over=over)


@register.simple_tag(takes_context=True)
def framed(context: RequestContext, name: str) -> SafeString:
    """`{% framed "side" %}`: a part of the frame that is kept for the person between pages."""
    return kept.part(f"ui/parts/{name}.html", context["frame"])


@register.filter
def when(value: datetime | date | None, style: str = "short") -> SafeString:
    """`{{ row.created_at|when }}`: 今天 14:05, with the full time on hover. Styles: short, full, date, time."""
    return html.when(value, style)


@register.filter
def ago(value: datetime | None) -> SafeString:
    """`{{ row.created_at|ago }}`: 3 小时前, kept current by the page."""
    return html.ago(value)


@register.filter
def time_words(value: Any) -> SafeString:
    """`{{ clause.text|time_words }}`: 24小时内 and the like underlined."""
    return html.time_words(value)


@register.filter
def duration(value: Any) -> str:
    """Minutes (a number) or a timedelta as 3 小时 20 分."""
    if value is None or value == "":
        return ""
    seconds = value.total_seconds() if hasattr(value, "total_seconds") else float(value) * 60
    return words.duration(seconds)


@register.filter
def phone(value: str | None) -> str:
    """138****2277. The plain number goes through `<c-masked>`."""
    return words.mask_phone(value)


@register.filter
def money(value: Any, currency: str = "CNY") -> SafeString:
    return html.money(value, currency)


@register.filter
def number(value: Any, digits: int | None = None) -> str:
    return words.number(value, digits)


@register.filter
def text(value: Any) -> str:
    """A Text or `{zh, en}` pair in the language of the request."""
    return words.in_language(value)


@register.simple_tag
def person(value: Any, unit: str = "", size: str = "") -> SafeString:
    """`{% person case.owner %}`: avatar and name; an empty person shows a dash."""
    return html.person(value, unit=unit, size=size)


@register.simple_tag
def state(label: Any, category: str = "") -> SafeString:
    """`{% state case.state_label case.category %}`: icon, hue and word of a state."""
    return html.state(label, category)


@register.simple_tag
def link(row: Any, label: Any = None) -> SafeString:
    """`{% link row %}`: the row's name, linked to its page when somebody shows that model."""
    return html.link(row, label)


@register.simple_tag
def url_of(row: Any) -> str:
    return links.url_of(row)


@register.simple_tag(takes_context=True)
def query(context: RequestContext, **changes: Any) -> str:
    """`<a href="{% query page=2 %}">`: the current query string with changes; None or "" removes a key."""
    return html.query(context["request"].GET, **changes)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """`{{ counts|get:code }}`."""
    if isinstance(mapping, Mapping):
        return mapping.get(key, "")
    return getattr(mapping, str(key), "")


@register.filter
def percent(value: Any) -> str:
    """0.97 → 97%; None → –."""
    return "–" if value is None or value == "" else f"{float(value) * 100:.0f}%"


@register.filter
def json_id(value: str) -> str:
    """An element id that belongs to another: `chart` → `chart-data`."""
    return f"{value}-data"


@register.filter
def initial(value: Any) -> str:
    """The character an avatar shows."""
    return words.initial(str(value or ""))


@register.filter
def is_check(field: BoundField) -> bool:
    """Whether the label stands beside the control instead of above it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def shown(value: Any) -> Any:
    """A value as a key-value list writes it: moments, texts and people in their usual form."""
    if isinstance(value, SafeString):
        return value
    if isinstance(value, datetime | date):
        return html.when(value)
    return words.in_language(value)


@register.filter
def chart_data(value: Any, element: str) -> SafeString:
    """The data of a chart as JSON for the script."""
    return json_script(value, f"{element}-data")


@register.filter
def trend(change: Any, good: str = "") -> SafeString:
    """A difference with an arrow, coloured only where it is known which way is good."""
    return html.trend(str(change), good)


@register.filter
def words_of(value: str) -> list[str]:
    """The words of a string, for short loops in templates."""
    return value.split()


def _ranked(offers: Any) -> list[Any]:
    """The primary verb first, then what is possible, then what is not; otherwise as declared."""
    return sorted(offers or (), key=lambda offer: (not (offer.primary and offer.enabled), not offer.enabled))


@register.filter
def foremost(offers: Any, limit: Any) -> list[Any]:
    """The verbs that stand as buttons; all of them, in declared order, without a limit."""
    if not limit:
        return list(offers or ())
    return _ranked(offers)[: int(limit)]


@register.filter
def beyond(offers: Any, limit: Any) -> list[Any]:
    """The verbs that go under 更多."""
    return _ranked(offers)[int(limit) :] if limit else []
