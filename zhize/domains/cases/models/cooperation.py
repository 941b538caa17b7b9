"""Work with others: work sheets to departments, major complaints, alarms, delays, papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.models.case import Case
from zhize.domains.duties.models import Obligation
from zhize.kernel import access
from zhize.kernel.db.models import Model
from zhize.kernel.flow.models import StatefulModel
from zhize.kernel.org.models import Person, Position, Unit

if TYPE_CHECKING:
    from zhize.kernel.flow import Machine


class WorkSheet(StatefulModel):
    """A work sheet 工作单 to a co-handling department with its own limit (CAS-09, TRG-30)."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "unit",
        "person",
        "task",
        "due_at",
        "agreed",
        "result",
        "urge_count",
    )

    number = models.CharField(max_length=30, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="worksheets")
    unit = models.ForeignKey(
        Unit, verbose_name=_("协办部门"), on_delete=models.PROTECT, related_name="worksheets"
    )
    position = models.ForeignKey(Position, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="worksheets"
    )
    task = models.TextField(_("协办事项"))
    due_at = models.DateTimeField(_("时限"))
    obligation = models.ForeignKey(Obligation, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(null=True, blank=True)
    agreed = models.TextField(_("商定措施"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    result = models.TextField(_("办理结果"), blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    urge_count = models.PositiveSmallIntegerField(default=0)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["unit", "category", "due_at"], name="worksheet_unit_list"),
            models.Index(fields=["case"], name="worksheet_case"),
            models.Index(fields=["sent_at"], name="worksheet_sent"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.task[:40]}"

    @property
    def machine(self) -> Machine:
        from zhize.domains.cases.machine import WORKSHEET

        return WORKSHEET


class MajorReport(Model):
    """A case was made major 重大投诉: who was told when, and the proposal that is demanded (CAS-20)."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "reason",
        "proposal",
        "proposed_at",
        "decision",
        "decided_at",
    )

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="major")
    reason = models.TextField()
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    told = models.ManyToManyField(Person, related_name="+")
    proposer = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    obligation = models.ForeignKey(Obligation, null=True, on_delete=models.PROTECT, related_name="+")
    proposal = models.TextField(_("处理建议"), blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(_("批示"), blank=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = access.ScopedManager()


class Alarm(Model):
    """A fire or emergency alarm raised for a case: everybody told acknowledges (CAS-22, CAS-23, TRG-25)."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("place", "found_at", "measures", "aftermath", "ended_at")

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="alarm")
    place = models.CharField(_("地点"), max_length=200)
    found_at = models.DateTimeField(_("发现时间"))
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    measures = models.TextField(_("采取措施"), blank=True)
    aftermath = models.TextField(_("善后情况"), blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = access.ScopedManager()


class AlarmCall(Model):
    """One person told of an alarm, with the own task of the fire plan 消防作战图, and when it was acknowledged."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("acknowledged_at",)

    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="calls")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, null=True, on_delete=models.PROTECT, related_name="+")
    task = models.TextField(blank=True)
    told_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["alarm", "person"], name="case_alarm_call_once"),)


class DelayAudit(Model):
    """A case or work sheet that ran over its limit, with reason and audit (CAS-18, TRG-34)."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("reason", "audited_by", "audited_at")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="delays")
    obligation = models.OneToOneField(Obligation, on_delete=models.PROTECT, related_name="delay")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    late_since = models.DateTimeField()
    reason = models.TextField(blank=True)
    reason_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    audited_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    audited_at = models.DateTimeField(null=True, blank=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-late_since",)
        indexes = (models.Index(fields=["unit", "late_since"], name="case_delay_unit"),)


class PaperKind(models.TextChoices):
    NOTICE = "notice", _("投诉处理通知")
    INVESTIGATION = "investigation", _("客户投诉调查报告")


class Paper(StatefulModel):
    """A complaint handling notice (CAS-24) or an investigation report (CAS-25, REP-11): audited, then distributed."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("content", "audited_by", "issued_at")

    number = models.CharField(max_length=30, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=14, choices=PaperKind.choices)
    content = models.JSONField(default=dict)
    written_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    audited_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True, blank=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"

    @property
    def machine(self) -> Machine:
        from zhize.domains.cases.machine import PAPER

        return PAPER


class PaperReceiver(Model):
    """A unit that receives a paper, with the person who read it first and when."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("read_at", "read_by")

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="receivers")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    objects = access.ScopedManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["paper", "unit"], name="case_paper_receiver_once"),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True) | Q(sent_at__isnull=False),
                name="case_paper_read_after_sent",
            ),
        )
