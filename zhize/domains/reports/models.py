"""Reports as they were made, and who received them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.duties.models import Obligation
from zhize.kernel import access
from zhize.kernel.db.models import Model
from zhize.kernel.flow.models import StatefulModel
from zhize.kernel.org.models import Person, Position, Unit
from zhize.kernel.packs.models import PackRelease

if TYPE_CHECKING:
    from zhize.domains.reports.pack import ReportSpec
    from zhize.domains.reports.periods import Span
    from zhize.kernel.flow import Machine


class Report(StatefulModel):
    """One edition of a named report of a unit for a period (days of the unit's zone, both included).

    While it is a draft its figures are computed when it is looked at; issuing freezes them in `content` (one sheet per
    language), with the SHA-256 `digest` of what was frozen. A returned report keeps what it said; the next edition
    begins with its texts. `release` is the pack release whose layout it has.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "texts",
        "causes",
        "digest",
        "issued_at",
        "issued_by",
        "obligation",
    )

    code = models.CharField(_("报表"), max_length=60)
    release = models.ForeignKey(PackRelease, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="reports")
    period = models.CharField(max_length=10)
    first_day = models.DateField()
    last_day = models.DateField()
    edition = models.PositiveSmallIntegerField(default=1)
    published = models.BooleanField(default=False)
    texts = models.JSONField(default=dict)
    causes = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    issued_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    issued_label = models.CharField(max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True)
    remark = models.TextField(blank=True)
    obligation = models.ForeignKey(Obligation, null=True, on_delete=models.PROTECT, related_name="+")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-last_day", "code", "-edition")
        indexes = (models.Index(fields=["unit", "-last_day"], name="reports_of_unit"),)
        constraints = (
            models.UniqueConstraint(
                fields=["unit", "code", "first_day", "edition"], name="reports_edition_once"
            ),
            models.UniqueConstraint(
                fields=["unit", "code", "first_day"],
                condition=~Q(state="returned"),
                name="reports_one_current",
            ),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="reports_period_order"),
            models.CheckConstraint(
                condition=Q(state="draft")
                | (Q(issued_at__isnull=False, content__isnull=False) & ~Q(digest="")),
                name="reports_issued_is_frozen",
            ),
        )

    def __str__(self) -> str:
        return f"{self.label} {self.span.label}"

    @property
    def machine(self) -> Machine:
        from zhize.domains.reports.machine import REPORT

        return REPORT

    @property
    def spec(self) -> ReportSpec:
        """The layout as the release it was opened under has it."""
        from zhize.kernel import packs

        spec: ReportSpec = packs.live("reports", self.code, release=self.release_id)
        return spec

    @property
    def span(self) -> Span:
        from zhize.domains.reports.periods import Span

        return Span(self.period, self.first_day, self.last_day)

    @property
    def label(self) -> Any:
        return self.spec.label

    @property
    def is_frozen(self) -> bool:
        return self.content is not None


class ReceiptRole(models.TextChoices):
    RECEIVER = "receiver", _("收件")
    APPROVER = "approver", _("审批")
    FILER = "filer", _("存档")


class ReportReceipt(Model):
    """A position that an issued report was sent to, with who of it read and signed for it first, and when (UTC)."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("read_at", "read_by", "received_at", "received_by")

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="receipts")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=ReceiptRole.choices)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["report", "position", "role"], name="reports_receipt_once"),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True) | Q(read_at__isnull=False),
                name="reports_signed_was_read",
            ),
        )
