"""Reading and signing 阅读签署: published texts, and who confirmed to have read them (ORG-14).

Everything else of the organisation stands in `kernel.org`; nothing below this package asks who has signed.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhize.kernel.access import ScopedManager
from zhize.kernel.db.models import Model
from zhize.kernel.org.models import Person, Position, SheetVersion, Unit


class Reading(Model):
    """A published text that its readers confirm to have read: a version of a position sheet, or a unit's document.

    Readers are not listed here: they are whoever holds the position (belongs to the unit, with `below` also to the
    units below) on the day one asks. Each has `days` calendar days from publication (`due_on`: the working day
    on which they end), or from joining. The next version replaces this one (`replaced_at`), and everybody is asked again.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("title", "number", "days", "replaced_at")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="readings")
    position = models.ForeignKey(Position, null=True, on_delete=models.PROTECT, related_name="readings")
    sheet = models.OneToOneField(SheetVersion, null=True, on_delete=models.PROTECT, related_name="reading")
    title = models.CharField(_("名称"), max_length=120)
    number = models.PositiveIntegerField()
    text = models.TextField(_("正文"), blank=True)
    annexes = models.JSONField(default=list, blank=True)
    statement = models.TextField()
    days = models.PositiveSmallIntegerField()
    below = models.BooleanField(default=True)
    published_at = models.DateTimeField()
    due_on = models.DateField()
    published_by = models.CharField(max_length=120)
    replaced_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("-published_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["unit", "title", "number"],
                condition=Q(position__isnull=True),
                name="organisation_reading_once_per_unit",
            ),
            models.UniqueConstraint(
                fields=["position", "number"],
                condition=Q(position__isnull=False),
                name="organisation_reading_once_per_position",
            ),
        )

    def __str__(self) -> str:
        return f"《{self.title}》"

    @property
    def target(self) -> dict[str, Any]:
        """How long a reader has: what his obligation counts towards, and what the due day is computed from."""
        return {"kind": "days", "days": self.days}


class Signature(Model):
    """Somebody signed that he has read a text: with name and moment, once, never changed."""

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="signatures")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="readings_signed")
    name = models.CharField(max_length=60)
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ("signed_at",)
        constraints = (
            models.UniqueConstraint(fields=["reading", "person"], name="organisation_signature_once"),
        )
