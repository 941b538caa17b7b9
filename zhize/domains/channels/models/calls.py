"""Calls and the people who had them on the line."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.models import Case
from zhize.domains.channels.kinds import CallResult, Direction
from zhize.domains.channels.models.lines import Line
from zhize.domains.customers.models import Asset, Customer
from zhize.kernel import access
from zhize.kernel.db.models import Model, VersionedModel
from zhize.kernel.org.models import Person, Unit
from zhize.lib import phones


class Call(VersionedModel):
    """One telephone call: number, moments, who took it, what became of it (CHN-01, CHN-15, CHN-22).

    `agent` has the call now; those before stand in `transfers`. A call leads to one case at most, however often
    it was transferred. `product`, `demand` and `answer` are the register of after-sales demand calls.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "line", "agent", "customer", "case", "result", "note", "product", "asset", "demand", "answer",
    )  # fmt: skip

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="calls")
    line = models.ForeignKey(
        Line, verbose_name=_("热线"), null=True, blank=True, on_delete=models.PROTECT, related_name="calls"
    )
    direction = models.CharField(_("方向"), max_length=3, choices=Direction.choices, default=Direction.IN)
    number = models.CharField(_("号码"), max_length=40, blank=True)
    digits = models.CharField(max_length=24, blank=True, editable=False)
    caller_name = models.CharField(_("来电人"), max_length=60, blank=True)
    started_at = models.DateTimeField(_("来电时间"))
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    agent = models.ForeignKey(
        Person,
        verbose_name=_("接听人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="calls",
    )
    customer = models.ForeignKey(
        Customer,
        verbose_name=_("客户"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="calls",
    )
    case = models.ForeignKey(
        Case, verbose_name=_("工单"), null=True, blank=True, on_delete=models.PROTECT, related_name="calls"
    )
    result = models.CharField(_("结果"), max_length=12, choices=CallResult.choices, blank=True)
    note = models.TextField(_("备注"), blank=True)
    asset = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="calls")
    product = models.CharField(_("产品"), max_length=120, blank=True)
    demand = models.TextField(_("需求"), blank=True)
    answer = models.TextField(_("答复"), blank=True)
    external_id = models.CharField(max_length=120, blank=True, editable=False)
    shown_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-started_at", "-id")
        indexes = (
            models.Index(fields=["unit", "-started_at"], name="channels_call_list"),
            models.Index(fields=["digits", "-started_at"], name="channels_call_digits"),
            models.Index(fields=["customer", "-started_at"], name="channels_call_customer"),
            models.Index(
                fields=["agent", "-started_at"],
                name="channels_call_ringing",
                condition=Q(shown_at__isnull=True, ended_at__isnull=True),
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["line", "external_id"],
                condition=~Q(external_id=""),
                name="channels_call_external_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="channels_call_order",
            ),
            models.CheckConstraint(
                condition=Q(demand="") | (~Q(product="") & ~Q(answer="")),
                name="channels_call_demand_is_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.masked or self.caller_name} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def masked(self) -> str:
        return phones.mask(self.number) if self.number else ""


class CallTransfer(Model):
    """A call was passed on 转接: from whom, to whom or to which number, and why (CHN-02)."""

    audited = True

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="transfers")
    from_person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    to_person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    to_number = models.CharField(_("转到号码"), max_length=40, blank=True)
    reason = models.CharField(_("转接原因"), max_length=200)
    at = models.DateTimeField()

    objects = access.ScopedManager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(to_person__isnull=False) | ~Q(to_number=""), name="channels_transfer_has_target"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="channels_transfer_has_reason"),
            models.CheckConstraint(
                condition=Q(to_person__isnull=True)
                | Q(from_person__isnull=True)
                | ~Q(to_person=F("from_person")),
                name="channels_transfer_to_another",
            ),
        )

    def __str__(self) -> str:
        return self.reason
