"""A person's wish to be forgotten, and who decided on it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.customers.models.customer import Customer
from zhize.kernel import access
from zhize.kernel.db.models import Model
from zhize.kernel.org.models import Person


class Erasing(models.TextChoices):
    """What became of the wish."""

    OPEN = "", _("待审批")
    ERASED = "erased", _("已抹去")
    REFUSED = "refused", _("不同意")
    WITHDRAWN = "withdrawn", _("已撤回")


class ErasureRequest(Model):
    """One request to take a customer out, on a stated ground; whoever asks never decides (ARC-09: two persons)."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("reason", "outcome", "remark")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="erasure_requests")
    reason = models.CharField(_("依据"), max_length=200)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(editable=False)
    outcome = models.CharField(max_length=10, blank=True, choices=Erasing.choices, default=Erasing.OPEN)
    remark = models.CharField(_("说明"), max_length=200, blank=True, default="")
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["customer"], condition=Q(outcome=""), name="erasure_one_open_per_customer"
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome="withdrawn") | ~Q(decided_by=F("asked_by")),
                name="erasure_by_two",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None) | (~Q(outcome="") & Q(decided_at__isnull=False)),
                name="erasure_decided_with_a_time",
            ),
        )

    def __str__(self) -> str:
        return self.customer.number
