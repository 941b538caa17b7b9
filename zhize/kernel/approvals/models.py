"""Requests for approval and the steps they go through."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from zhize.kernel import access, flow
from zhize.kernel.db.models import Model
from zhize.kernel.flow import Category
from zhize.kernel.flow.models import StatefulModel
from zhize.kernel.org.models import Person, Position, Unit
from zhize.lib.text import Text


class Approval(StatefulModel):
    """Something that a row asks several positions for, one after the other.

    `subject_type` and `subject_id` name the row ("cases.case", 12); `facts` are what the approvers are shown beside the
    title, pairs of name and value. `current` is the number of the step that decides now, `round` counts up when a
    returned request is handed in again.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("title", "facts", "current", "round")
    objects = access.ScopedManager()

    kind = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    facts = models.JSONField(default=list)
    note = models.TextField(blank=True)
    requested_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="approvals_requested")
    requested_position = models.ForeignKey(Position, null=True, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    round = models.PositiveSmallIntegerField(default=1)
    current = models.PositiveSmallIntegerField(default=1)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["subject_type", "subject_id", "id"], name="approvals_subject"),)
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id"],
                condition=Q(
                    category__in=[Category.NEW.value, Category.WORKING.value, Category.WAITING.value]
                ),
                name="approvals_one_open_per_subject",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def machine(self) -> flow.Machine:
        from zhize.kernel.approvals.machine import APPROVAL

        return APPROVAL


class Decision(models.TextChoices):
    """What a step decided."""

    WAITING = ""
    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"


class ApprovalStep(Model):
    """One signature: which position must give it, and who gave it when, in which position, with what remark."""

    audited = True

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="steps")
    round = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    label_zh = models.CharField(max_length=80)
    label_en = models.CharField(max_length=80, blank=True)
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="approval_steps")
    decision = models.CharField(max_length=10, blank=True, default="")
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="approvals_decided"
    )
    decided_position = models.ForeignKey(Position, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    remark = models.TextField(blank=True)

    class Meta:
        ordering = ("approval", "round", "number")
        constraints = (
            models.UniqueConstraint(fields=["approval", "round", "number"], name="approvals_step_once"),
            models.CheckConstraint(
                condition=Q(decision="", decided_by__isnull=True, decided_at__isnull=True)
                | Q(
                    decision__in=[one.value for one in Decision if one.value],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="approvals_step_signed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}. {self.label_zh}"

    @property
    def label(self) -> Text:
        return Text(self.label_zh, self.label_en)
