"""The secret address by which a person's own calendar program reads what he owes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from zhize.kernel.db.models import Model
from zhize.kernel.org.models import Person


class CalendarFeed(Model):
    """A calendar address of a person. Only its digest is kept; a person has one at a time, closed ones stay on record."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("person", "closed_at")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="calendar_feeds")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=["person"], condition=Q(closed_at__isnull=True), name="duties_feed_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.created_at:%Y-%m-%d}"
