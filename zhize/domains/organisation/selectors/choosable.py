"""What a list's filters offer: only what the reader may see, because the choices stand in the page (ORG-31)."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet

from zhize.kernel import access
from zhize.kernel.org.models import Area, Person, Position, Unit


def people(request: Any) -> QuerySet[Person]:
    return _seen(request, Person)


def units(request: Any) -> QuerySet[Unit]:
    return _seen(request, Unit)


def positions(request: Any) -> QuerySet[Position]:
    return _seen(request, Position)


def areas(request: Any) -> QuerySet[Area]:
    return _seen(request, Area)


def _seen(request: Any, model: type[Model]) -> QuerySet[Any]:
    """Active rows the reader of the request may see; whoever asks without a request is shown none."""
    if request is None:
        return model._default_manager.none()
    return access.visible(request.actor, model).filter(active=True)
