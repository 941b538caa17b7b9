"""Where a row of some model is shown, so that timelines, search hits and notices can link without importing domains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import NoReverseMatch, reverse

Resolver = Callable[[Any], str]
_RESOLVERS: dict[str, Resolver] = {}
_ICONS: dict[str, str] = {}


def register(model_label: str, target: str | Resolver, *, icon: str = "file-text") -> None:
    """`links.register("cases.case", "cases:detail")`: a route name taking the primary key, or a function of it."""
    if callable(target):
        _RESOLVERS[model_label.lower()] = target
    else:
        name = target
        _RESOLVERS[model_label.lower()] = lambda key: reverse(name, args=[key])
    _ICONS[model_label.lower()] = icon


def url_for(subject_type: str, subject_id: Any) -> str:
    """The address of a row by its model label («cases.case») and key; empty when nobody shows that model."""
    resolver = _RESOLVERS.get(subject_type.lower())
    if resolver is None or subject_id in (None, ""):
        return ""
    try:
        return resolver(subject_id)
    except NoReverseMatch:
        return ""


def url_of(row: Any) -> str:
    """The address of a row, or an empty string."""
    if row is None:
        return ""
    own = getattr(row, "get_absolute_url", None)
    return own() if callable(own) else url_for(row._meta.label_lower, row.pk)


def icon_for(subject_type: str) -> str:
    return _ICONS.get(subject_type.lower(), "file-text")
