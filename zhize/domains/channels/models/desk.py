"""What the front desk keeps: visitors, the work register, relayed messages, identity checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.models import Case
from zhize.domains.channels.kinds import Evidence, Purpose, WorkKind
from zhize.domains.channels.models.calls import Call
from zhize.domains.customers.models import Customer
from zhize.kernel import access
from zhize.kernel.db.models import Model, VersionedModel
from zhize.kernel.flow.models import StatefulModel
from zhize.kernel.org.models import Person, Unit

if TYPE_CHECKING:
    from zhize.kernel.flow import Machine


class Visitor(StatefulModel):
    """Somebody at the desk: number in the queue, purpose, what was checked, where sent (CHN-20)."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "name", "purpose", "evidence", "customer", "to_unit", "to_person", "window", "case", "result",
    )  # fmt: skip

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="visitors")
    number = models.CharField(_("排队号"), max_length=30, unique=True)
    came_at = models.DateTimeField(_("来访时间"))
    name = models.CharField(_("姓名"), max_length=60)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    party = models.PositiveSmallIntegerField(_("人数"), default=1)
    purpose = models.CharField(_("事由"), max_length=14, choices=Purpose.choices)
    wish = models.CharField(_("要办的事"), max_length=200, blank=True)
    evidence = ArrayField(
        models.CharField(max_length=12, choices=Evidence.choices),
        verbose_name=_("已核对资料"),
        default=list,
        blank=True,
    )
    customer = models.ForeignKey(
        Customer,
        verbose_name=_("客户"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="visits_here",
    )
    to_unit = models.ForeignKey(
        Unit, verbose_name=_("去往部门"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    to_person = models.ForeignKey(
        Person, verbose_name=_("去见"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    window = models.CharField(_("窗口"), max_length=30, blank=True)
    received_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField(null=True, blank=True)
    called_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    left_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(_("办理结果"), max_length=200, blank=True)
    case = models.ForeignKey(
        Case, verbose_name=_("工单"), null=True, blank=True, on_delete=models.PROTECT, related_name="visitors"
    )

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-came_at", "-id")
        indexes = (
            models.Index(fields=["unit", "-came_at"], name="channels_visitor_list"),
            models.Index(
                fields=["unit", "id"],
                name="channels_visitor_queue",
                condition=Q(category__in=["new", "working"]),
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def machine(self) -> Machine:
        from zhize.domains.channels.machine import VISITOR

        return VISITOR

    @property
    def short_number(self) -> str:
        """The number that is called out."""
        return self.number.rpartition("-")[2]


class WorkEntry(VersionedModel):
    """One line of the 《工作信息记录表》 (CHN-08). What is to be handled names who was informed, and ends with its
    tracked result."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "kind", "content", "to_handle", "informed", "result", "closed_at", "case",
    )  # fmt: skip

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="work_entries")
    at = models.DateTimeField(_("时间"))
    kind = models.CharField(_("类别"), max_length=14, choices=WorkKind.choices)
    who = models.CharField(_("来人或来电人"), max_length=60, blank=True)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    customer = models.ForeignKey(
        Customer,
        verbose_name=_("客户"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="work_entries",
    )
    content = models.TextField(_("内容"))
    to_handle = models.BooleanField(_("需要处理"), default=False)
    informed = models.ForeignKey(
        Person, verbose_name=_("通知到"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    informed_at = models.DateTimeField(null=True, blank=True)
    result = models.TextField(_("跟踪结果"), blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(
        Case,
        verbose_name=_("工单"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="work_entries",
    )

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-at", "-id")
        indexes = (
            models.Index(fields=["unit", "-at"], name="channels_work_list"),
            models.Index(
                fields=["unit", "at"],
                name="channels_work_open",
                condition=Q(to_handle=True, closed_at__isnull=True),
            ),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(content=""), name="channels_work_has_content"),
            models.CheckConstraint(
                condition=Q(to_handle=False) | Q(informed__isnull=False),
                name="channels_work_somebody_informed",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(to_handle=False) | ~Q(result=""),
                name="channels_work_closed_with_result",
            ),
        )

    def __str__(self) -> str:
        return self.content[:60]

    @property
    def is_open(self) -> bool:
        return self.to_handle and self.closed_at is None


class Relay(VersionedModel):
    """A message taken for somebody who was away 转告 (CHN-14): receiver, read time, what was done."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "receiver",
        "content",
        "read_at",
        "handled_at",
        "handled_note",
    )

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="relays")
    receiver = models.ForeignKey(
        Person, verbose_name=_("转告给"), on_delete=models.PROTECT, related_name="relays"
    )
    from_name = models.CharField(_("来自"), max_length=60)
    from_phone = models.CharField(_("电话"), max_length=40, blank=True)
    customer = models.ForeignKey(
        Customer,
        verbose_name=_("客户"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="relays",
    )
    call = models.ForeignKey(Call, null=True, blank=True, on_delete=models.PROTECT, related_name="relays")
    content = models.TextField(_("内容"))
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    handled_note = models.TextField(_("处理情况"), blank=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-sent_at", "-id")
        indexes = (
            models.Index(fields=["receiver", "-sent_at"], name="channels_relay_receiver"),
            models.Index(
                fields=["unit", "sent_at"], name="channels_relay_unread", condition=Q(read_at__isnull=True)
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True) | ~Q(handled_note=""), name="channels_relay_handled_how"
            ),
        )

    def __str__(self) -> str:
        return self.content[:60]


class ServicePassword(Model):
    """The password by which a customer proves on the phone who he is; only its hash is kept."""

    audited = True

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="service_password")
    hash = models.CharField(max_length=200)
    set_at = models.DateTimeField()

    objects = access.ScopedManager()


class IdentityCheck(Model):
    """A check who is speaking, before business is taken in from afar (CHN-11). Never changed, except that it is used.

    `evidence` lists what was compared; the compared values are not kept. `told` is the reason the customer was
    given when the business could not be accepted.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("case", "told")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="identity_checks")
    call = models.ForeignKey(
        Call, null=True, blank=True, on_delete=models.PROTECT, related_name="identity_checks"
    )
    by_password = models.BooleanField(default=False)
    evidence = ArrayField(models.CharField(max_length=12, choices=Evidence.choices), default=list)
    passed = models.BooleanField()
    at = models.DateTimeField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="identity_checks"
    )
    told = models.TextField(_("告知客户的原因"), blank=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=["customer", "-at"], name="channels_identity_customer"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(case__isnull=True) | Q(passed=True), name="channels_identity_used_when_passed"
            ),
        )
