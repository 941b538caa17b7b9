"""Clocks: a limit, a calendar version, and an append-only ledger of run and pause intervals.

Due and threshold moments are computed from these (`ledger.py`) and cached in indexed columns. A closed clock
never changes; the database refuses it.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhize.kernel.access import ScopedManager
from zhize.kernel.calendars.models import CalendarVersion
from zhize.kernel.db.models import Model, VersionedModel
from zhize.kernel.org.models import Unit
from zhize.lib.text import Text


class Outcome(models.TextChoices):
    RUNNING = "running", _("计时中")
    PAUSED = "paused", _("已暂停")
    MET = "met", _("按时")
    LATE = "late", _("超时")
    CANCELLED = "cancelled", _("已取消")


OPEN = (Outcome.RUNNING, Outcome.PAUSED)


class Clock(VersionedModel):
    """One clock of a row, the subject. `about` names another row in whose timeline its changes stand too.

    `due_at` is empty without a limit and while paused. `code` tells several clocks of one row apart.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "target",
        "due_at",
        "outcome",
        "stopped_at",
        "calendar_version",
    )

    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    about_type = models.CharField(max_length=40, blank=True)
    about_id = models.BigIntegerField(null=True)
    code = models.CharField(max_length=40, default="due")
    label = models.JSONField(default=dict)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    calendar_version = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, related_name="+")
    target = models.JSONField()
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField(null=True)
    moved_due_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.RUNNING)

    objects = ScopedManager()

    class Meta:
        indexes = (
            models.Index(fields=["subject_type", "subject_id"], name="clocks_clock_subject"),
            models.Index(fields=["about_type", "about_id"], name="clocks_clock_about"),
            models.Index(
                fields=["due_at"], name="clocks_clock_open_due", condition=Q(stopped_at__isnull=True)
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "code"],
                condition=Q(stopped_at__isnull=True),
                name="clocks_one_open_per_code",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(stopped_at__gte=F("started_at")),
                name="clocks_clock_order",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["running", "paused"], stopped_at__isnull=True)
                | Q(outcome__in=["met", "late", "cancelled"], stopped_at__isnull=False),
                name="clocks_clock_outcome",
            ),
        )

    def __str__(self) -> str:
        return str(Text.of(self.label)) or self.code

    @property
    def is_open(self) -> bool:
        return self.stopped_at is None


class ClockInterval(Model):
    """A stretch of the ledger: running or paused, since when, until when, why. Ended ones never change."""

    RUN, PAUSE = "run", "pause"

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="intervals")
    kind = models.CharField(max_length=5, choices=[(RUN, _("计时")), (PAUSE, _("暂停"))])
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=120)

    class Meta:
        ordering = ("clock", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["clock"], condition=Q(to_at__isnull=True), name="clocks_one_open_interval"
            ),
            models.CheckConstraint(
                condition=Q(to_at__isnull=True) | Q(to_at__gte=F("from_at")), name="clocks_interval_order"
            ),
            models.CheckConstraint(condition=Q(kind__in=["run", "pause"]), name="clocks_interval_kind"),
        )


class ClockThreshold(Model):
    """A moment on the way of a clock that is told once. `round` grows when a moved due time arms it again.

    `fire_at` is when it is reached; `next_at` when the ticker shall look (empty: not armed, or withdrawn).
    """

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="thresholds", db_index=False)
    code = models.CharField(max_length=40)
    round = models.PositiveSmallIntegerField(default=1)
    label = models.JSONField(default=dict)
    at_percent = models.PositiveIntegerField(null=True)
    before_minutes = models.PositiveIntegerField(null=True)
    after_minutes = models.PositiveIntegerField(null=True)
    fire_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    fired_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ("clock", "fire_at", "id")
        indexes = (
            models.Index(
                fields=["next_at"],
                name="clocks_threshold_open",
                condition=Q(fired_at__isnull=True, next_at__isnull=False),
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=["clock", "code", "round"], name="clocks_threshold_once"),
            models.CheckConstraint(
                condition=Q(at_percent__isnull=False, before_minutes__isnull=True, after_minutes__isnull=True)
                | Q(at_percent__isnull=True, before_minutes__isnull=False, after_minutes__isnull=True)
                | Q(at_percent__isnull=True, before_minutes__isnull=True, after_minutes__isnull=False),
                name="clocks_threshold_one_moment",
            ),
        )


class ClockChange(Model):
    """A due time that was moved, or computed again under another calendar version. Only added, never changed."""

    MOVED, RECOMPUTED = "moved", "recomputed"

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="moves")
    kind = models.CharField(max_length=12, choices=[(MOVED, _("改期")), (RECOMPUTED, _("重新计算"))])
    at = models.DateTimeField()
    due_before = models.DateTimeField(null=True)
    due_after = models.DateTimeField(null=True)
    calendar_before = models.ForeignKey(
        CalendarVersion, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=300)
    by = models.CharField(max_length=120)

    class Meta:
        ordering = ("clock", "id")
