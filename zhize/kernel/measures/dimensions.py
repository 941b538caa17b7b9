"""By what figures can be broken down and filtered: each model's dimensions, declared by its owner."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q

from zhize.lib.text import Text

Labels = Callable[[Collection[Any]], Mapping[Any, Any]]


@dataclass(frozen=True)
class Dimension:
    """A lookup path on a model whose values are the groups. `labels` names many values at once (one query)."""

    model: str
    name: str
    text: Text
    path: str
    labels: Labels | None = None

    def matching(self, values: Collection[Any]) -> Q:
        """The rows whose value is one of these; None stands for rows without one."""
        given = [value for value in values if value is not None]
        rows = Q(**{f"{self.path}__in": given}) if given else Q(pk__in=[])
        return rows | Q(**{f"{self.path}__isnull": True}) if None in values else rows

    def named(self, values: Collection[Any]) -> dict[Any, Any]:
        """A label for every value; a value without one is named by itself."""
        known = dict(self.labels(values)) if self.labels else {}
        return {value: known.get(value, value) for value in values}


_dimensions: dict[tuple[str, str], Dimension] = {}


def dimension(
    model: type[models.Model],
    name: str,
    *,
    zh: str,
    en: str,
    path: str | None = None,
    labels: Labels | None = None,
) -> Dimension:
    """Declare a dimension of a model; `path` is its name by default. Twice is an error."""
    made = Dimension(model._meta.label_lower, name, Text(zh, en), path or name, labels)
    if (made.model, name) in _dimensions:
        raise ValueError(f"dimension {name} of {made.model} is declared twice")
    _dimensions[made.model, name] = made
    return made


def get(model: type[models.Model], name: str) -> Dimension:
    """The dimension of a model. Raises LookupError naming those there are."""
    try:
        return _dimensions[model._meta.label_lower, name]
    except KeyError:
        known = ", ".join(sorted(one for label, one in _dimensions if label == model._meta.label_lower))
        raise LookupError(
            f"{model._meta.label} has no dimension {name!r}; it has {known or 'none'}"
        ) from None


def of(model: type[models.Model]) -> list[Dimension]:
    """All dimensions of a model in the order they were declared."""
    return [one for (label, _), one in _dimensions.items() if label == model._meta.label_lower]
