"""What can be found: each package says for its own models what a row is found by."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.apps import apps
from django.db import models

from zhize.lib.text import Text


@dataclass(frozen=True)
class Document:
    """What a row is found by.

    `title` and `summary` are shown among the hits and searched too; `body` is only searched; `keys` are numbers,
    codes and phones, found by any four digits and never shown. `at` orders the hits, newest first.
    """

    title: str
    at: datetime
    body: str = ""
    summary: str = ""
    keys: tuple[str, ...] = ()
    unit_id: int | None = None


M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Provider:
    """How rows of a model become documents. `document` gives None for a row that is not to be found."""

    label: str
    text: Text
    document: Callable[[Any], Document | None]
    rows: Callable[[], models.QuerySet[Any]]

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)


_providers: dict[str, Provider] = {}


def provide(
    model: type[M],
    *,
    zh: str,
    en: str,
    document: Callable[[M], Document | None],
    rows: Callable[[], models.QuerySet[M]] | None = None,
) -> None:
    """Declare that rows of `model` can be found. `rows` is what re-indexing reads, with what `document` needs joined.

    The model must have a policy by the time something is searched. Twice is an error.
    """
    label = model._meta.label_lower
    if label in _providers:
        raise ValueError(f"{label} is provided twice")
    _providers[label] = Provider(label, Text(zh, en), document, rows or model._base_manager.all)


def provider(label: str) -> Provider:
    """The provider of a subject type. Raises LookupError."""
    return _providers[label]


def providers(labels: Iterable[str] | None = None) -> list[Provider]:
    """All providers, or those of some subject types, in the order they were declared."""
    wanted = None if labels is None else set(labels)
    return [found for label, found in _providers.items() if wanted is None or label in wanted]
