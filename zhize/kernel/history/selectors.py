"""Readings of the event log: timelines and the audit search."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhize.kernel.history.models import Entry, EntrySubject


def timeline(*rows: models.Model) -> models.QuerySet[Entry]:
    """Everything that happened to these rows or stands in their timelines, newest first."""
    wanted = Q(pk__in=[])
    for row in rows:
        label = row._meta.label_lower
        wanted |= Q(subject_type=label, subject_id=row.pk)
        wanted |= Q(pk__in=EntrySubject.objects.filter(subject_type=label, subject_id=row.pk).values("entry"))
    return Entry.objects.filter(wanted).select_related("person", "position", "on_behalf_of").order_by("-pk")
