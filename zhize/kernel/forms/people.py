"""Fields that point at a member of staff."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from zhize.kernel.forms import references
from zhize.kernel.org.models import Person


def _labels(ids: Collection[int]) -> dict[int, str]:
    return {person.pk: str(person) for person in Person.objects.filter(pk__in=ids)}


def _options() -> Iterable[tuple[int, str]]:
    return [
        (person.pk, f"{person} · {person.employee_no}") for person in Person.objects.filter(active=True)[:500]
    ]


references.register("person", labels=_labels, options=_options)
