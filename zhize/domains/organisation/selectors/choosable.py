"""What a list's filters offer: only what the reader may see, because the choices stand in the page (ORG-31)."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q, QuerySet

from zhize.kernel import access
from zhize.kernel.org.models import Area, Person, Position, Unit


def people(request: Any) -> QuerySet[Person]:
    return _seen(request, Person)


def units(request: Any) -> QuerySet[Unit]:
    """Also the units one works in and those below, which everybody may name."""
    rows = _seen(request, Unit)
    if request is None:
        return rows
    own = Q(pk__in=rows.values("pk"))
    for holding in request.actor.positions:
        own |= Q(path__startswith=holding.unit_path)
    return Unit.objects.filter(own, active=True)


def positions(request: Any) -> QuerySet[Position]:
    return _seen(request, Position)


def areas(request: Any) -> QuerySet[Area]:
    return _seen(request, Area)


def _seen(request: Any, model: type[Model]) -> QuerySet[Any]:
    """Active rows the reader of the request may see; whoever asks without a request is shown none."""
    if request is None:
        return model._default_manager.none()
    return access.visible(request.actor, model).filter(active=True)
