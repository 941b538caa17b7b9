"""Proposals 建议: on rules and flows to the department manager, on staff to the next superior (ORG-10, ORG-25)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.domains.duties.models import Duty, DutyVersion
from zhize.domains.meetings.models.talks import Talk
from zhize.kernel import access
from zhize.kernel.flow.models import StatefulModel
from zhize.kernel.org.models import Person, Position, SheetVersion, Unit

if TYPE_CHECKING:
    from zhize.kernel.flow import Machine


class ProposalKind(models.TextChoices):
    RULE = "rule", _("流程、制度调整")
    APPOINT = "appoint", _("任职")
    PROMOTE = "promote", _("晋升")
    DEMOTE = "demote", _("降级")
    DISMISS = "dismiss", _("解聘")
    PAY = "pay", _("薪资调整")
    HIRE = "hire", _("机构设置与招聘")
    OTHER = "other", _("其他建议")


STAFF_KINDS = frozenset(
    {
        ProposalKind.APPOINT,
        ProposalKind.PROMOTE,
        ProposalKind.DEMOTE,
        ProposalKind.DISMISS,
        ProposalKind.PAY,
        ProposalKind.HIRE,
    }
)
"""Decided above the department (003:575-577): who suggests a dismissal never decides it."""


class Proposal(StatefulModel):
    """One proposal with its decision. An adopted one names the version of the duty or sheet that carries it out."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("decision", "duty_version", "sheet_version", "outcome")

    number = models.CharField(_("编号"), max_length=30, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField(_("种类"), max_length=8, choices=ProposalKind.choices)
    title = models.CharField(pgettext_lazy("proposal", "建议"), max_length=120)
    text = models.TextField(_("内容与理由"))
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    author_position = models.ForeignKey(Position, null=True, on_delete=models.PROTECT, related_name="+")
    suggested_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Talk, null=True, on_delete=models.PROTECT, related_name="proposals")
    duty = models.ForeignKey(Duty, null=True, on_delete=models.PROTECT, related_name="proposals")
    about = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    about_position = models.ForeignKey(Position, null=True, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    decider = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+")
    decision = models.TextField(_("决定"), blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    duty_version = models.ForeignKey(DutyVersion, null=True, on_delete=models.PROTECT, related_name="+")
    sheet_version = models.ForeignKey(SheetVersion, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.TextField(_("落实情况"), blank=True)
    ended_at = models.DateTimeField(null=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-filed_at", "-id")
        indexes = (
            models.Index(fields=["unit", "-filed_at"], name="meetings_proposals"),
            models.Index(fields=["duty", "-filed_at"], name="meetings_proposals_duty"),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(state__in=["adopted", "done", "declined"])
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(decision="")),
                name="meetings_decided_says_who",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("author")),
                name="meetings_decided_by_other",
            ),
        )

    def __str__(self) -> str:
        """In the log and in links; what is proposed about staff stays on its page (ORG-10)."""
        return self.number if self.is_about_staff else f"{self.number} {self.title}"

    @property
    def machine(self) -> Machine:
        from zhize.domains.meetings.machine import PROPOSAL

        return PROPOSAL

    @property
    def is_about_staff(self) -> bool:
        return self.kind in STAFF_KINDS
