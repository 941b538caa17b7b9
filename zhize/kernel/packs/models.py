"""What was applied when: releases of packs, where they were seeded, and a site's own values."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhize.kernel.db.models import Model
from zhize.kernel.org.models import Unit


class PackRelease(Model):
    """One applied state of a pack: its normalised spec with the site's own values merged in.

    Never changed after it was written, apart from `current`; records keep the release they were opened under.
    """

    audited = True
    kept_without: ClassVar[tuple[str, ...] | None] = ("spec",)
    audited_fields: ClassVar[tuple[str, ...]] = ("pack", "version", "number", "checksum", "current")

    pack = models.CharField(_("包"), max_length=60)
    version = models.CharField(_("版本"), max_length=20)
    number = models.PositiveIntegerField()
    label = models.JSONField(default=dict)
    checksum = models.CharField(max_length=64)
    source_checksum = models.CharField(max_length=64)
    spec = models.JSONField()
    current = models.BooleanField(default=True)
    applied_at = models.DateTimeField()
    applied_by = models.CharField(max_length=120)

    class Meta:
        ordering = ("pack", "-number")
        constraints = (
            models.UniqueConstraint(fields=["pack", "number"], name="packs_release_number_once"),
            models.UniqueConstraint(
                fields=["pack"], condition=Q(current=True), name="packs_one_current_release"
            ),
        )

    def __str__(self) -> str:
        return f"{self.pack} {self.version} (#{self.number})"


class PackPlacement(Model):
    """A pack was seeded into a unit; `release` is the one whose seeds were copied last."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("pack", "unit", "release")

    pack = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    release = models.ForeignKey(PackRelease, on_delete=models.PROTECT, related_name="placements")

    class Meta:
        ordering = ("pack", "unit")
        constraints = (models.UniqueConstraint(fields=["pack", "unit"], name="packs_placement_once"),)

    def __str__(self) -> str:
        return f"{self.pack} · {self.unit}"


class PackOverride(Model):
    """A site's own value at a point the pack model opens for it, with who and why."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("pack", "section", "code", "path", "value", "reason")

    pack = models.CharField(max_length=60)
    section = models.CharField(max_length=60)
    code = models.CharField(max_length=60)
    path = models.JSONField()
    path_text = models.CharField(max_length=200)
    value = models.JSONField(null=True)
    reason = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)

    class Meta:
        ordering = ("pack", "section", "code", "path_text")
        constraints = (
            models.UniqueConstraint(
                fields=["pack", "section", "code", "path_text"], name="packs_override_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.section}/{self.code}/{self.path_text}"
