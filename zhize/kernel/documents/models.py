"""Runs of imports: a file, what was read from it row by row, and what became of each row."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from zhize.kernel import access, flow
from zhize.kernel.db.models import Model
from zhize.kernel.files.models import Blob
from zhize.kernel.flow.models import StatefulModel
from zhize.kernel.org.models import Person, Position, Unit


class ImportRun(StatefulModel):
    """One file on its way in: read, tried without effect, looked at by a person, then carried out.

    `columns` says which column of the file brings which field. The rows are carried out in the name of the person
    who uploaded the file, with that person's rights. The file and the cells of its rows are forgotten 90 days after the
    end, or when somebody who stands in them is erased.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("columns", "header_row")
    objects = access.ScopedManager()

    kind = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    blob = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    sheet = models.CharField(max_length=120, blank=True)
    header_row = models.PositiveIntegerField(default=0)
    heads = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, null=True, on_delete=models.PROTECT, related_name="+")
    system_name = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(created_by__isnull=False) | ~Q(system_name=""), name="documents_import_has_a_doer"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def forgotten(self) -> bool:
        """Whether its lines were forgotten: every run has had a row of heads."""
        return not self.heads

    @property
    def machine(self) -> flow.Machine:
        from zhize.kernel.documents.imports.machine import IMPORT

        return IMPORT


class Trial(models.TextChoices):
    """What trying the row without effect showed."""

    WAITING = ""
    GOOD = "good"
    DUPLICATE = "duplicate"
    BAD = "bad"


class Outcome(models.TextChoices):
    """What became of the row."""

    WAITING = ""
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


class ImportRow(Model):
    """One row of the file: its cells by field, and what the trial and the real run made of it.

    `repeats` is the number of the earlier row that this one repeats. `messages` are pairs of field ("" for the
    whole row) and sentence.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = models.JSONField(default=dict)
    repeats = models.PositiveIntegerField(null=True)
    trial = models.CharField(max_length=10, blank=True, default="")
    outcome = models.CharField(max_length=10, blank=True, default="")
    messages = models.JSONField(default=list)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("run", "number")
        constraints = (
            models.UniqueConstraint(fields=["run", "number"], name="documents_import_row_once"),
            models.CheckConstraint(
                condition=Q(trial__in=[one.value for one in Trial]), name="documents_import_row_trial"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=[one.value for one in Outcome]), name="documents_import_row_outcome"
            ),
        )
        indexes = (
            models.Index(fields=["run", "trial", "outcome", "number"], name="documents_import_row_open"),
        )

    def __str__(self) -> str:
        return f"{self.run_id}:{self.number}"

    def said(self) -> list[Any]:
        return list(self.messages)
