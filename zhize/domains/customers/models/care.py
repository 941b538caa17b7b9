"""What we know and do about a customer over time: matters, watch list, needs, touches, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.domains.customers.models.contacts import Contact
from zhize.domains.customers.models.customer import Channel, Customer
from zhize.domains.customers.models.premises import Premises
from zhize.kernel import access
from zhize.kernel.db.models import Model, VersionedModel
from zhize.kernel.flow.models import StatefulModel
from zhize.kernel.org.models import Person

if TYPE_CHECKING:
    from zhize.kernel.flow import Machine


class MatterKind(models.TextChoices):
    MATTER = "matter", _("重要事项")
    TALK = "talk", _("书面沟通记录")


class ImportantMatter(Model):
    """A dated entry of the owner archive 业主档案及重要事项 (CUS-07).

    The database refuses to change or delete one; a supplement 补充 is a further entry that names the first.
    """

    audited = True

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="matters")
    premises = models.ForeignKey(
        Premises, null=True, blank=True, on_delete=models.PROTECT, related_name="matters"
    )
    kind = models.CharField(_("类别"), max_length=10, choices=MatterKind.choices, default=MatterKind.MATTER)
    happened_on = models.DateField(_("日期"))
    title = models.CharField(_("事项"), max_length=120)
    text = models.TextField(_("内容"), blank=True, default="")
    supplements = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supplemented_by"
    )
    recorded_at = models.DateTimeField(editable=False)
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-happened_on", "-id")
        indexes = (models.Index(fields=["customer", "-happened_on"], name="matter_customer"),)

    def __str__(self) -> str:
        return self.title


class Verdict(models.TextChoices):
    """How the relation stands at a review, compared with before."""

    BETTER = "better", _("好转")
    SAME = "same", _("持平")
    WORSE = "worse", _("恶化")


class WatchListEntry(VersionedModel):
    """A customer under special attention 重点关注客户 until the relation is better (CUS-15)."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "customer", "reason", "goal", "owner", "review_on", "verdict", "ended_on", "ended_note",
    )  # fmt: skip

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="watch_entries")
    reason = models.CharField(_("关注原因"), max_length=300)
    goal = models.CharField(_("目标"), max_length=200, blank=True, default="")
    owner = models.ForeignKey(
        Person,
        verbose_name=pgettext_lazy("of a customer", "负责人"),
        on_delete=models.PROTECT,
        related_name="watched",
    )
    started_on = models.DateField(_("列入日期"))
    review_on = models.DateField(_("复核日期"))
    verdict = models.CharField(_("最近复核"), max_length=6, choices=Verdict.choices, blank=True, default="")
    ended_on = models.DateField(_("解除日期"), null=True, blank=True)
    ended_note = models.CharField(_("解除说明"), max_length=200, blank=True, default="")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("review_on", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["customer"], condition=Q(ended_on__isnull=True), name="watch_one_open_per_customer"
            ),
            models.CheckConstraint(
                condition=Q(review_on__gte=F("started_on")), name="watch_review_after_start"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="watch_end_after_start",
            ),
        )

    def __str__(self) -> str:
        return self.reason


class WatchMeasure(VersionedModel):
    """One thing to be done for a watched customer by a day."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("entry", "text", "due_on", "done_on", "result")

    entry = models.ForeignKey(WatchListEntry, on_delete=models.PROTECT, related_name="measures")
    text = models.CharField(_("措施"), max_length=300)
    due_on = models.DateField(_("完成期限"))
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    result = models.CharField(_("结果"), max_length=300, blank=True, default="")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("due_on", "id")

    def __str__(self) -> str:
        return self.text


class WatchReview(Model):
    """The look back at a watched customer: better, same or worse. Append-only."""

    audited = True

    entry = models.ForeignKey(WatchListEntry, on_delete=models.PROTECT, related_name="reviews")
    reviewed_on = models.DateField(_("复核日期"))
    verdict = models.CharField(_("结论"), max_length=6, choices=Verdict.choices)
    text = models.CharField(_("说明"), max_length=300, blank=True, default="")
    reviewer = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-reviewed_on", "-id")

    def __str__(self) -> str:
        return str(self.get_verdict_display())


class Need(StatefulModel):
    """What a customer wants 客户需求, in levels: a need may be part of a larger one (CUS-30)."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "customer",
        "parent",
        "product",
        "text",
        "wanted_on",
        "amount",
        "owner",
    )

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="needs")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    product = models.CharField(_("产品或服务"), max_length=60)
    text = models.TextField(_("需求内容"))
    wanted_on = models.DateField(_("期望日期"), null=True, blank=True)
    amount = models.DecimalField(_("预计金额"), max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    owner = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(editable=False)
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["product", "state"], name="need_product_state"),
            models.Index(fields=["customer", "-id"], name="need_customer"),
        )
        constraints = (models.CheckConstraint(condition=~Q(parent=F("id")), name="need_not_its_own_parent"),)

    def __str__(self) -> str:
        return self.text

    @property
    def machine(self) -> Machine:
        from zhize.domains.customers.machine import NEED

        return NEED


class Touch(Model):
    """One contact with a customer, whoever began it. Keeps the relation network warm (CUS-31)."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="touches")
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="touches"
    )
    at = models.DateTimeField(_("时间"))
    channel = models.CharField(_("方式"), max_length=10, choices=Channel.choices)
    inbound = models.BooleanField(default=False)
    summary = models.CharField(_("摘要"), max_length=300, blank=True, default="")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source_ref = models.CharField(max_length=60, blank=True, default="")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=["customer", "-at"], name="touch_customer"),)

    def __str__(self) -> str:
        return self.summary


class Note(Model):
    """An internal remark that stays on the customer's page; pinned ones are shown first."""

    audited = True

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(_("备注"))
    pinned = models.BooleanField(_("置顶"), default=False)
    written_at = models.DateTimeField(editable=False)
    author = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-pinned", "-id")
        indexes = (models.Index(fields=["customer", "-id"], name="note_customer"),)

    def __str__(self) -> str:
        return self.text
