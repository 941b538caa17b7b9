"""How duties read a text that is to be read and signed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from zhize.domains.duties.subjects import Subject
from zhize.domains.organisation.models import Reading
from zhize.domains.organisation.selectors import reading
from zhize.kernel.access import Actor
from zhize.lib.text import Text


class ReadingSubject(Subject):
    """A published text: shown under its title, signed in place."""

    def rows(self, ids: Iterable[int]) -> dict[int, Any]:
        return dict(Reading.objects.select_related("unit").in_bulk(list(ids)))

    def seen(self, actor: Actor, ids: Iterable[int]) -> set[int]:
        """Also whoever is asked to sign it, without any right to see the organisation."""
        return set(reading.listed(actor).filter(pk__in=list(ids)).values_list("pk", flat=True))

    def title(self, row: Reading) -> Text:
        return Text(f"《{row.title}》第 {row.number} 版", f"“{row.title}”, version {row.number}")

    def url(self, row: Reading) -> str:
        return reverse("organisation:reading", args=[row.pk])

    def act(self, row: Reading, ends: frozenset[str]) -> tuple[Text, str] | None:
        if row.replaced_at is not None:
            return None
        return Text("签署", "Sign"), reverse("organisation:sign_reading", args=[row.pk])
