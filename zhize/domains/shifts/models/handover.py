"""Handing over: between shifts 交接班日志, and between holders of a position 岗位交接清单."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.duties.models import Obligation
from zhize.kernel import access
from zhize.kernel.db.models import Model
from zhize.kernel.flow.models import StatefulModel
from zhize.kernel.org.models import Person, Position, Unit
from zhize.lib.text import Text

if TYPE_CHECKING:
    from zhize.kernel.flow import Machine


class ShiftLog(StatefulModel):
    """What one shift of a unit leaves to the next (ORG-18): written by the outgoing side, signed by both.

    `items` are the open cases and what is due, as they stood when it was handed over: label, id, number, title {zh, en},
    who, due (ISO, UTC). Until then the system lists them live. Both signatures are attachments of the kind "signature".
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "name", "incidents", "system_state", "notices", "notes", "outgoing", "incoming", "remark",
    )  # fmt: skip

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="shift_logs")
    name = models.CharField(_("班次"), max_length=40)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True, blank=True)
    outgoing = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    incoming = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    incidents = models.TextField(_("突发情况"), blank=True)
    system_state = models.TextField(_("系统和设备状况"), blank=True)
    notices = models.TextField(_("注意事项"), blank=True)
    notes = models.TextField(_("其他说明"), blank=True)
    items = models.JSONField(default=list, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    remark = models.TextField(_("接班意见"), blank=True)
    obligation = models.ForeignKey(
        Obligation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-from_at", "-id")
        indexes = (models.Index(fields=["unit", "-from_at"], name="shifts_log_unit"),)
        constraints = (
            models.UniqueConstraint(
                fields=["unit"], condition=~Q(category__in=["closed", "void"]), name="shifts_one_open_log"
            ),
            models.CheckConstraint(
                condition=Q(incoming__isnull=True) | ~Q(incoming=F("outgoing")), name="shifts_log_two_sides"
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True) | Q(handed_at__isnull=False, incoming__isnull=False),
                name="shifts_log_signed_by_both",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit} {self.name}"

    @property
    def machine(self) -> Machine:
        from zhize.domains.shifts.machine import SHIFT_LOG

        return SHIFT_LOG


class Takeover(StatefulModel):
    """The list of what somebody who leaves a position still owes, row by row with who takes it (DUT-17)."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("reason", "on")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="takeovers")
    position = models.ForeignKey(Position, null=True, on_delete=models.PROTECT, related_name="takeovers")
    giver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="takeovers_given")
    reason = models.CharField(_("交接原因"), max_length=300)
    on = models.DateField(_("交接日期"))
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-on", "-id")
        indexes = (models.Index(fields=["unit", "-on"], name="shifts_takeover_unit"),)
        constraints = (
            models.UniqueConstraint(
                fields=["giver", "position"],
                condition=~Q(category__in=["closed", "void"]),
                name="shifts_one_open_takeover",
            ),
        )

    def __str__(self) -> str:
        return f"{self.giver} {self.position or self.unit}"

    @property
    def machine(self) -> Machine:
        from zhize.domains.shifts.machine import TAKEOVER

        return TAKEOVER


class TakeoverLine(Model):
    """One obligation of the list. `moved_at`: from then on `taker` owes it; `signed_at`: when he signed for it."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("taker", "moved_at", "signed_at")
    # What the row is about, as its reader may see it; set by `selectors.lines_for`.
    matter = Text("")

    takeover = models.ForeignKey(Takeover, on_delete=models.PROTECT, related_name="lines")
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="takeover_lines")
    taker = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="takeover_lines"
    )
    moved_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("takeover", "id")
        constraints = (
            models.UniqueConstraint(fields=["takeover", "obligation"], name="shifts_takeover_line_once"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(taker__isnull=False),
                name="shifts_line_signed_by_taker",
            ),
        )

    @property
    def elsewhere(self) -> Person | None:
        """Who owes it now, when somebody gave it to neither of the two meanwhile."""
        owed = self.obligation
        known = (None, self.takeover.giver_id, self.taker_id)
        return owed.holder if owed.is_open and owed.holder_id not in known else None
