"""Drafts of positions: the text of a job description, what was read from it, and what a person decided on each line."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.kernel.access import ScopedManager
from zhize.kernel.db.models import Model, VersionedModel
from zhize.kernel.org.models import Person, Position, Unit
from zhize.kernel.packs.models import PackRelease


class Decision(models.TextChoices):
    OPEN = "open", pgettext_lazy("draft line", "待确认")
    CONFIRMED = "confirmed", pgettext_lazy("draft line", "已确认")
    DROPPED = "dropped", _("已删去")


class JobDraft(Model):
    """One document that positions are drafted from, for a unit. `code` is the pack it becomes.

    `text` is the source as it came, `lines` what each line of it was read as. Once applied it never changes.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("name", "code", "unit", "applied_at")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("名称"), max_length=60)
    code = models.CharField(_("包的代码"), max_length=40, unique=True)
    file_name = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    traditional = models.BooleanField(default=False)
    lines = models.JSONField(default=list)
    made_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    release = models.ForeignKey(PackRelease, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ("-updated_at",)

    def __str__(self) -> str:
        return self.name


class DraftPosition(VersionedModel):
    """A position of a draft. It reports to another of the draft (`reports_to`, its name) or to one that exists."""

    draft = models.ForeignKey(JobDraft, on_delete=models.CASCADE, related_name="positions")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(_("岗位名称"), max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    reports_to = models.CharField(_("直接上级"), max_length=60, blank=True)
    superior = models.ForeignKey(Position, null=True, on_delete=models.PROTECT, related_name="+")
    headcount = models.PositiveSmallIntegerField(_("编制"), default=1)
    is_unit = models.BooleanField(default=False)
    fields = models.JSONField(default=dict)
    line = models.PositiveIntegerField(default=1)

    objects = ScopedManager()

    class Meta:
        ordering = ("draft", "order")
        constraints = (
            models.UniqueConstraint(fields=["draft", "order"], name="drafting_position_order_once"),
            models.CheckConstraint(condition=Q(headcount__gte=1), name="drafting_position_headcount"),
        )

    def __str__(self) -> str:
        return self.name


class DraftLine(VersionedModel):
    """One thing to decide on: a clause with one duty read from it (`duty`), or a clause that stands without a clock.

    A clause that demands two things has two rows with the same `clause`. `duty` is a stored jobtext.DraftDuty.
    """

    position = models.ForeignKey(DraftPosition, on_delete=models.CASCADE, related_name="lines")
    clause = models.PositiveSmallIntegerField()
    part = models.PositiveSmallIntegerField(default=0)
    section = models.CharField(max_length=80, blank=True)
    number = models.CharField(max_length=20, blank=True)
    text = models.TextField()
    first_line = models.PositiveIntegerField()
    last_line = models.PositiveIntegerField()
    duty = models.JSONField(null=True)
    marks = models.JSONField(default=list)
    doubts = models.JSONField(default=list)
    unsure = models.BooleanField(default=False)
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.OPEN)
    corrected = models.BooleanField(default=False)

    objects = ScopedManager()

    class Meta:
        ordering = ("position__order", "clause", "part")
        constraints = (
            models.UniqueConstraint(fields=["position", "clause", "part"], name="drafting_line_once"),
            models.CheckConstraint(condition=Q(last_line__gte=F("first_line")), name="drafting_line_order"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.text}"
