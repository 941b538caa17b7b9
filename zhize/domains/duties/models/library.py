"""The library of duties: which clause of which position is carried out when, how it is proven, who is told when not.

A version is written once. Obligations keep the version they were opened under, so a change never touches the past.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhize.kernel.access import ScopedManager
from zhize.kernel.db.models import Model, VersionedModel
from zhize.kernel.org.models import Clause, Unit
from zhize.lib.text import Text


class Kind(models.TextChoices):
    RECURRING = "recurring", _("定期")
    TRIGGERED = "triggered", _("触发")
    STANDING = "standing", _("常设")


class Duty(VersionedModel):
    """A duty of a position in a unit and the units below it. `refs` are rows of the requirements (TRG-03, CAL-036).

    `owed_from`: nothing of a recurring duty that was due before is owed (it began, or began again, then).
    `planned_until`: what opens before was planned, for the positions, holders and calendars whose digest is `planned_for`.
    `ended_by_unit`: the unit ended it itself, so that its pack does not bring it back.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("current", "active")
    kept_without: ClassVar[tuple[str, ...] | None] = (
        "version", "kind", "refs", "owed_from", "planned_until", "planned_for", "ended_by_unit",
    )  # fmt: skip

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="duties")
    code = models.CharField(max_length=60)
    position_code = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    refs = models.JSONField(default=list, blank=True)
    current = models.ForeignKey(
        "duties.DutyVersion", null=True, on_delete=models.PROTECT, related_name="current_of"
    )
    active = models.BooleanField(default=True)
    owed_from = models.DateTimeField(null=True)
    planned_until = models.DateTimeField(null=True, editable=False)
    planned_for = models.CharField(max_length=64, blank=True, editable=False)
    ended_by_unit = models.BooleanField(default=False)

    objects = ScopedManager()

    class Meta:
        ordering = ("unit", "position_code", "code")
        constraints = (models.UniqueConstraint(fields=["unit", "code"], name="duties_duty_once_per_unit"),)

    def __str__(self) -> str:
        return str(self.current) if self.current else self.code


class DutyVersion(Model):
    """A duty as it was in force from `made_at` on. The database refuses changes.

    `rule` is the pack's recurring, trigger or chain part; `spec` the whole declaration as it was applied.
    """

    kept_without: ClassVar[tuple[str, ...] | None] = ()

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.JSONField()
    rule = models.JSONField(default=dict)
    evidence = models.JSONField(default=dict)
    acceptor_code = models.CharField(max_length=60, blank=True)
    ladder = models.JSONField(default=list)
    weight = models.PositiveIntegerField(default=1)
    spec = models.JSONField(default=dict)
    own = models.BooleanField(_("单位自定"), default=False)
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=200, blank=True)
    made_by = models.CharField(max_length=120)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("duty", "-number")
        constraints = (models.UniqueConstraint(fields=["duty", "number"], name="duties_version_once"),)

    def __str__(self) -> str:
        return self.name.in_language(get_language() or "zh-hans")

    @property
    def name(self) -> Text:
        return Text.of(self.title)


class DutyClause(Model):
    """This duty carries out that sentence of the position sheet (ORG-08), as it read when somebody last said so."""

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="clauses")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="duties")
    seen = models.TextField(default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["duty", "clause"], name="duties_clause_once"),)


class DutyFact(Model):
    """A fact by which obligations of a version begin or end, for looking up by the fact's name."""

    START, STOP, CANCEL = "start", "stop", "cancel"

    version = models.ForeignKey(DutyVersion, on_delete=models.PROTECT, related_name="facts")
    role = models.CharField(max_length=6)
    fact = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = (models.Index(fields=["fact", "role"], name="duties_fact_name"),)
        constraints = (
            models.UniqueConstraint(fields=["version", "role", "fact"], name="duties_fact_once"),
            models.CheckConstraint(
                condition=Q(role__in=["start", "stop", "cancel"]), name="duties_fact_role"
            ),
        )
