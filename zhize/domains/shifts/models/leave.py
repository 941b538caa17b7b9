"""Requests for leave 请休假, and how many days a department manager may grant."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.duties.models import Obligation
from zhize.kernel import access
from zhize.kernel.db.models import VersionedModel
from zhize.kernel.flow.models import StatefulModel
from zhize.kernel.org.models import Absence, Person, Position, Unit

if TYPE_CHECKING:
    from zhize.kernel.flow import Machine


class LeaveKind(models.TextChoices):
    ANNUAL = "annual", _("年假")
    PERSONAL = "personal", _("事假")
    SICK = "sick", _("病假")
    COMPENSATORY = "compensatory", _("调休")
    OTHER = "other", _("其他")


class Half(models.TextChoices):
    AM = "am", _("上午")
    PM = "pm", _("下午")


class Leave(StatefulModel):
    """Somebody asks to be away from the morning or noon of one day to the noon or evening of another (ORG-11).

    `days` are working days of the unit's calendar, in halves. `position` is the one in which he asks: its reporting
    line decides. `decider_position` is the position that is to decide and `decider` the person named for it; both empty
    while nobody can, which is a finding. `away_from_at` and `away_to_at` (UTC) are the absence that is asked for.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "kind",
        "from_on",
        "to_on",
        "days",
        "deputy",
        "decider",
        "remark",
    )

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="leaves")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="leaves")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="leaves")
    kind = models.CharField(_("种类"), max_length=14, choices=LeaveKind.choices)
    from_on = models.DateField(_("从"))
    from_half = models.CharField(max_length=2, choices=Half.choices, default=Half.AM)
    to_on = models.DateField(_("到"))
    to_half = models.CharField(max_length=2, choices=Half.choices, default=Half.PM)
    away_from_at = models.DateTimeField()
    away_to_at = models.DateTimeField()
    days = models.DecimalField(_("工作日"), max_digits=5, decimal_places=1)
    reason = models.TextField(_("请假事由"))
    deputy = models.ForeignKey(
        Person, verbose_name=_("代办人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    decider = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decider_position = models.ForeignKey(
        Position, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    obligation = models.ForeignKey(
        Obligation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_in = models.ForeignKey(
        Position, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    remark = models.TextField(_("审批意见"), blank=True)
    absence = models.ForeignKey(Absence, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    back_at = models.DateTimeField(null=True, blank=True)
    # When the deputy was told that it begins.
    begun_at = models.DateTimeField(null=True, blank=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-from_on", "-id")
        indexes = (
            models.Index(fields=["unit", "from_on"], name="shifts_leave_unit"),
            models.Index(fields=["person", "from_on"], name="shifts_leave_person"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(away_to_at__gt=F("away_from_at")), name="shifts_leave_order"),
            models.CheckConstraint(condition=Q(days__gt=0), name="shifts_leave_days"),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("person")), name="shifts_leave_other_deputy"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("person")),
                name="shifts_leave_not_own_decision",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.get_kind_display()} {self.from_on:%Y-%m-%d}"

    @property
    def machine(self) -> Machine:
        from zhize.domains.shifts.machine import LEAVE

        return LEAVE


class LeaveRule(VersionedModel):
    """How many working days of leave the first superior with the right may grant, in a unit and below it (D6).

    `inclusive`: a request of exactly `days` is still his. `within` is how many working days he has to decide (TRG-57).
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("days", "inclusive", "within")

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="leave_rule")
    days = models.DecimalField(max_digits=4, decimal_places=1, default=Decimal(2))
    inclusive = models.BooleanField(default=True)
    within = models.PositiveSmallIntegerField(default=1)

    objects = access.ScopedManager()

    def __str__(self) -> str:
        return str(self.unit)

    def covers(self, days: Decimal) -> bool:
        """Whether the first superior may grant so many days."""
        return days <= self.days if self.inclusive else days < self.days
