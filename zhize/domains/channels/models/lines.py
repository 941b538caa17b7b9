"""Lines: the hotlines, mailboxes, forms and accounts through which contacts come in."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.channels.kinds import EventOutcome, LineKind
from zhize.kernel import access
from zhize.kernel.db.models import Model, VersionedModel
from zhize.kernel.org.models import Position, Unit


def new_secret() -> str:
    """A secret that signs the messages of a webhook."""
    return secrets.token_hex(32)


class Line(VersionedModel):
    """One way in: 投诉热线, kefu@…, a QQ account (CHN-01, CHN-04).

    `address` is what the outside uses: the number, mail address or account. `case_type` is opened when the
    matter does not say what it is. A paused line takes nothing in by itself.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "unit", "kind", "code", "name", "address", "owner", "hours", "case_type", "paused_at", "pause_reason", "active",
    )  # fmt: skip

    unit = models.ForeignKey(Unit, verbose_name=_("所属部门"), on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField(_("类别"), max_length=12, choices=LineKind.choices)
    code = models.SlugField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(max_length=80, blank=True, default="")
    address = models.CharField(_("号码或地址"), max_length=120, blank=True)
    owner = models.ForeignKey(
        Position,
        verbose_name=_("负责岗位"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    hours = models.CharField(_("服务时间"), max_length=120, blank=True)
    case_type = models.CharField(_("默认工单类型"), max_length=60, blank=True)
    secret = models.CharField(max_length=64, default=new_secret, editable=False)
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(_("暂停原因"), max_length=120, blank=True)
    active = models.BooleanField(_("启用"), default=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("kind", "name")
        indexes = (models.Index(fields=["kind", "address"], name="channels_line_address"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True, pause_reason="")
                | (Q(paused_at__isnull=False) & ~Q(pause_reason="")),
                name="channels_line_pause_has_reason",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether it takes contacts in."""
        return self.active and self.paused_at is None


class Mailbox(Model):
    """How far a mailbox was read: the server's UIDVALIDITY and the last UID that was kept."""

    name = models.CharField(max_length=200, unique=True)
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)
    failing_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class InboundEvent(Model):
    """One signed message of a webhook; the same delivery id of a line is taken once (CHN-04).

    `thread` is the conversation it belongs to on the other side.
    """

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="events")
    delivery_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    thread = models.CharField(max_length=120, blank=True)
    body = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=EventOutcome.choices)
    reason = models.CharField(max_length=300, blank=True)
    answer = models.JSONField(default=dict)
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["line", "thread"], name="channels_event_thread", condition=~Q(thread="")),
        )
        constraints = (
            models.UniqueConstraint(fields=["line", "delivery_id"], name="channels_event_once"),
            models.CheckConstraint(condition=~Q(delivery_id=""), name="channels_event_has_id"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.delivery_id}"
