"""Meetings 会议, who came, and what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.duties.models import Obligation
from zhize.kernel import access
from zhize.kernel.db.models import Model
from zhize.kernel.flow.models import StatefulModel
from zhize.kernel.org.models import Person, Unit

if TYPE_CHECKING:
    from zhize.kernel.flow import Machine


class MeetingKind(models.TextChoices):
    """The meetings the position sheets name (ORG-22)."""

    STATION = "station", _("站内例会")
    SERVICE = "service", _("客户服务工作例会")
    TOPIC = "topic", _("专题会议")
    DESK = "desk", _("前台工作例会")
    WEEKLY = "weekly", _("周工作例会")
    CENTRE = "centre", _("中心会议")
    TEAM = "team", _("班务会")
    OTHER = "other", _("其他会议")


class Meeting(StatefulModel):
    """A meeting of a unit: called, held, its minutes 会议记录 closed. Closed minutes are not written any more."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("title", "starts_at", "place", "chair", "keeper", "minutes")

    number = models.CharField(_("编号"), max_length=30, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="meetings")
    kind = models.CharField(_("种类"), max_length=10, choices=MeetingKind.choices)
    title = models.CharField(_("主题"), max_length=120)
    starts_at = models.DateTimeField(_("时间"))
    place = models.CharField(_("地点"), max_length=120, blank=True)
    chair = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("主持人"))
    keeper = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("记录人"))
    agenda = models.TextField(_("议题"), blank=True)
    minutes = models.TextField(_("会议记录"), blank=True)
    closed_at = models.DateTimeField(null=True)
    proves = models.ForeignKey(
        Obligation, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("落实的职责")
    )

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-starts_at", "-id")
        indexes = (models.Index(fields=["unit", "kind", "-starts_at"], name="meetings_of_unit"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="closed") | (Q(closed_at__isnull=False) & ~Q(minutes="")),
                name="meetings_closed_has_minutes",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def machine(self) -> Machine:
        from zhize.domains.meetings.machine import MEETING

        return MEETING


class Presence(models.TextChoices):
    INVITED = "invited", _("应到")
    PRESENT = "present", _("到会")
    LEAVE = "leave", _("请假")
    ABSENT = "absent", _("缺席")


class Attendance(Model):
    """Somebody who was asked to come, and whether he did."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("presence",)

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    presence = models.CharField(max_length=8, choices=Presence.choices, default=Presence.INVITED)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["meeting", "person"], name="meetings_invited_once"),)


class Decision(Model):
    """Something decided 决议. With an owner it is an action: closing the minutes makes it his task (ORG-22)."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("text", "owner", "due_at", "obligation")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    text = models.TextField(_("决议"))
    owner = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(_("到期"), null=True, blank=True)
    obligation = models.OneToOneField(Obligation, null=True, on_delete=models.PROTECT, related_name="+")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(owner__isnull=False, due_at__isnull=False)
                | Q(owner__isnull=True, due_at__isnull=True, obligation__isnull=True),
                name="meetings_action_has_owner_and_due",
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]
