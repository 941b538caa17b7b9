"""Installed products and assets, and what happened to their quality (CUS-06, CUS-33)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.customers.models.customer import Customer
from zhize.domains.customers.models.premises import Premises
from zhize.kernel import access
from zhize.kernel.db.models import Model, VersionedModel
from zhize.kernel.org.models import Person, Unit


class Asset(VersionedModel):
    """A product installed at a customer's or a facility of the premises (lift, pump, meter)."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "customer", "premises", "product", "model", "serial_no", "installed_on", "warranty_until", "removed_on",
    )  # fmt: skip

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assets")
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="assets"
    )
    premises = models.ForeignKey(
        Premises, null=True, blank=True, on_delete=models.PROTECT, related_name="assets"
    )
    product = models.CharField(_("产品"), max_length=80)
    model = models.CharField(_("型号"), max_length=60, blank=True, default="")
    serial_no = models.CharField(_("序列号"), max_length=60, blank=True, default="")
    supplier = models.CharField(_("供应商"), max_length=80, blank=True, default="")
    installed_on = models.DateField(_("安装日期"), null=True, blank=True)
    warranty_until = models.DateField(_("保修至"), null=True, blank=True)
    removed_on = models.DateField(_("拆除日期"), null=True, blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True, default="")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("product", "id")
        indexes = (models.Index(fields=["serial_no"], name="asset_serial", condition=~Q(serial_no="")),)
        constraints = (
            models.CheckConstraint(
                condition=Q(customer__isnull=False) | Q(premises__isnull=False),
                name="asset_belongs_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(removed_on__isnull=True)
                | Q(installed_on__isnull=True)
                | Q(removed_on__gte=F("installed_on")),
                name="asset_removed_after_installed",
            ),
        )

    def __str__(self) -> str:
        return " ".join(part for part in (self.product, self.model) if part)


class QualityKind(models.TextChoices):
    DEFECT = "defect", _("质量问题")
    REPAIR = "repair", _("维修")
    INSPECTION = "inspection", _("检验")
    UPGRADE = "upgrade", _("改进升级")
    FEEDBACK = "feedback", _("客户反馈")


class QualityEvent(Model):
    """One entry of a product's quality tracking 质量跟踪及反馈. Append-only; a correction is a further entry."""

    audited = True

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("类别"), max_length=12, choices=QualityKind.choices)
    happened_on = models.DateField(_("日期"))
    text = models.TextField(_("情况"))
    cause = models.CharField(_("原因"), max_length=200, blank=True, default="")
    remedy = models.CharField(_("处理"), max_length=200, blank=True, default="")
    score = models.PositiveSmallIntegerField(_("满意度（1–5）"), null=True, blank=True)
    source_ref = models.CharField(_("来源编号"), max_length=60, blank=True, default="")
    recorded_at = models.DateTimeField(editable=False)
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-happened_on", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=1, score__lte=5),
                name="quality_score_one_to_five",
            ),
        )

    def __str__(self) -> str:
        return self.text
