"""Fields that point at a member of staff."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from zhize.kernel.forms import references
from zhize.kernel.org import naming
from zhize.kernel.org.models import Person


def _labels(ids: Collection[int]) -> dict[int, str]:
    return {person.pk: str(person) for person in Person.objects.filter(pk__in=ids)}


def _options() -> Iterable[tuple[int, str]]:
    rows = list(Person.objects.filter(active=True)[:500])
    places = naming.hints(Person, [person.pk for person in rows])
    return [
        (person.pk, f"{person}{naming.BETWEEN}{places[person.pk]}" if person.pk in places else str(person))
        for person in rows
    ]


references.register("person", labels=_labels, options=_options)
