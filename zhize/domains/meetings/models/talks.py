"""Talks on record 沟通记录: upwards to the superior, downwards to the own staff, sideways to other departments."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access
from zhize.kernel.db.models import VersionedModel
from zhize.kernel.org.models import Person, Position, Unit


class TalkKind(models.TextChoices):
    """What the sheets ask to be told or talked about (ORG-23, ORG-24)."""

    REWARD = "reward", _("奖惩、考核意见")
    DISPUTE = "dispute", _("员工纠纷、紧急事件")
    STATE = "state", _("下属工作与思想情况")
    CAUSES = "causes", _("问题原因与整改措施")
    ARRANGEMENT = "arrangement", _("工作安排沟通")
    INTERVIEW = "interview", _("考核面谈")
    ENCOURAGEMENT = "encouragement", _("评价与激励")
    EXCHANGE = "exchange", _("与其他部门沟通")


UPWARD = frozenset({TalkKind.REWARD, TalkKind.DISPUTE, TalkKind.STATE, TalkKind.CAUSES})
CONFIDENTIAL = frozenset({TalkKind.REWARD, TalkKind.DISPUTE, TalkKind.STATE, TalkKind.INTERVIEW})
"""Read by whoever wrote it and whoever holds the position it was told to, and by nobody else (ORG-23)."""


class Talk(VersionedModel):
    """One talk or report. An upward one goes to a position (`to_position`), a downward one to a person (`to`)."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("answer", "read_at")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="talks")
    kind = models.CharField(_("种类"), max_length=13, choices=TalkKind.choices)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    author_position = models.ForeignKey(Position, null=True, on_delete=models.PROTECT, related_name="+")
    to_position = models.ForeignKey(Position, null=True, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    about = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("日期"))
    text = models.TextField(_("内容"))
    measures = models.TextField(_("措施与建议"), blank=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-on", "-id")
        indexes = (
            models.Index(fields=["author", "-on"], name="meetings_talks_of"),
            models.Index(fields=["to_position", "-on"], name="meetings_talks_to"),
            models.Index(fields=["unit", "-on"], name="meetings_talks_unit"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(to_position__isnull=False) | Q(to__isnull=False) | Q(to_unit__isnull=False),
                name="meetings_talk_is_to_somebody",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="meetings_answer_says_when",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on:%Y-%m-%d}"

    @property
    def is_confidential(self) -> bool:
        return self.kind in CONFIDENTIAL

    @property
    def receiver(self) -> Person | Position | Unit | None:
        return self.to or self.to_position or self.to_unit
