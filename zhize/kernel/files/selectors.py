"""Readings of attachments. The caller has already fetched the subject through its door."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from zhize.kernel.files.models import Attachment


def for_subject(row: models.Model, *, kind: str | None = None) -> models.QuerySet[Attachment]:
    """The attachments of a row in the order they came."""
    rows = Attachment.objects.filter(
        subject_type=row._meta.label_lower, subject_id=row.pk, removed_at__isnull=True
    )
    return (rows if kind is None else rows.filter(kind=kind)).select_related("blob", "created_by")


def of_subjects(rows: Iterable[models.Model]) -> dict[tuple[str, int], list[Attachment]]:
    """The attachments of many rows in one query, by (subject type, id)."""
    wanted: dict[str, list[int]] = {}
    for row in rows:
        wanted.setdefault(row._meta.label_lower, []).append(row.pk)
    where = models.Q(pk__in=[])
    for label, ids in wanted.items():
        where |= models.Q(subject_type=label, subject_id__in=ids)
    found: dict[tuple[str, int], list[Attachment]] = {}
    for attachment in Attachment.objects.filter(where, removed_at__isnull=True).select_related(
        "blob", "created_by"
    ):
        found.setdefault((attachment.subject_type, attachment.subject_id), []).append(attachment)
    return found
