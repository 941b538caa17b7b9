"""Readings of the event log: timelines and the audit search."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from zhize.kernel.history.models import Entry, EntrySubject


def timeline(*rows: models.Model) -> models.QuerySet[Entry]:
    """Everything that happened to these rows or stands in their timelines, newest first.

    A row that was made with many others may name the entry they share (`shared_entries`). The ids are found by index in both tables and put together; joined by OR, PostgreSQL would read the whole log.
    """
    named = Q(pk__in=[])
    for row in rows:
        named |= Q(subject_type=row._meta.label_lower, subject_id=row.pk)
    kept = [pk for row in rows for pk in getattr(row, "shared_entries", ())]
    shared = [Entry.objects.filter(pk__in=kept).values("pk")] if kept else []
    return _of(named, *shared).select_related("person", "position", "on_behalf_of")


def of_row(label: str, pk: Any) -> models.QuerySet[Entry]:
    """What happened to the row of this model and id, newest first, without the people that it names."""
    return _of(Q(subject_type=label, subject_id=pk))


def _of(named: Q, *shared: models.QuerySet[Entry, Any]) -> models.QuerySet[Entry]:
    also = EntrySubject.objects.filter(named).values("entry_id")
    found = Entry.objects.filter(named).values("pk").union(also, *shared)
    return Entry.objects.filter(pk__in=found).order_by("-pk")
