"""What people are told: the notice in the product, and every message that leaves it with its fate."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access
from zhize.kernel.db.models import Model
from zhize.kernel.org.models import Person, Unit


class Channel(models.TextChoices):
    """Ways to tell somebody. `push` is any service of the notification library (WeCom, DingTalk, Feishu, …)."""

    IN_APP = "in_app", _("站内")
    EMAIL = "email", _("邮件")
    PUSH = "push", _("推送")
    SMS = "sms", _("短信")


class State(models.TextChoices):
    """The fate of a delivery. `suppressed`: not sent, because there is no address or the address bounced before."""

    QUEUED = "queued", _("等待发送")
    SENT = "sent", _("已发送")
    FAILED = "failed", _("发送失败")
    BOUNCED = "bounced", _("被退回")
    SUPPRESSED = "suppressed", _("未发送")


class Notice(Model):
    """Something a person is told inside the product, in his language, about a row of any model."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices", db_index=False)
    template = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=120, blank=True)
    urgent = models.BooleanField(default=False)
    needs_ack = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    ack_at = models.DateTimeField(null=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-pk",)
        indexes = (
            models.Index(fields=["person", "-id"], name="notices_notice_person"),
            models.Index(fields=["person"], name="notices_notice_unread", condition=Q(read_at__isnull=True)),
            models.Index(fields=["subject_type", "subject_id"], name="notices_notice_subject"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def sender(self) -> str:
        """Who it comes from; a job of the product is the system, as in the history."""
        known = access.is_system(self.actor_label) or not self.actor_label
        return gettext("系统") if known else self.actor_label


class Delivery(Model):
    """One message to one address by one channel. `message_id` stays the same however often it is tried.

    `unit` is that of what it is about, or of who sent it: whose messages they are that are looked after there.
    """

    notice = models.ForeignKey(Notice, null=True, on_delete=models.PROTECT, related_name="deliveries")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    address = models.CharField(max_length=500)
    template = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    attachments = models.JSONField(default=list)
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-pk",)
        indexes = (
            models.Index(
                fields=["channel", "next_at"], name="notices_delivery_due", condition=Q(state="queued")
            ),
            models.Index(fields=["state", "-id"], name="notices_delivery_state"),
            models.Index(fields=["subject_type", "subject_id"], name="notices_delivery_subject"),
            models.Index(fields=["unit", "-id"], name="notices_delivery_unit"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state=State.QUEUED, next_at__isnull=False) | ~Q(state=State.QUEUED),
                name="notices_delivery_queued_has_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_channel_display()} → {self.address}"


class DeadAddress(Model):
    """An address that bounced for good; nothing is sent there until somebody clears it."""

    channel = models.CharField(max_length=10, choices=Channel.choices)
    address = models.CharField(max_length=500)
    reason = models.CharField(max_length=500, blank=True)
    since = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["channel", "address"], name="notices_dead_address_once"),
        )

    def __str__(self) -> str:
        return self.address


class NotificationPreference(Model):
    """How a person wants to be told. During quiet hours only urgent messages leave the product."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="notification_preference")
    channels = models.JSONField(default=list)
    push_address = models.CharField(_("推送地址"), max_length=500, blank=True)
    quiet_from = models.TimeField(_("免打扰开始"), null=True, blank=True)
    quiet_to = models.TimeField(_("免打扰结束"), null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_to__isnull=True)
                | (Q(quiet_from__isnull=False, quiet_to__isnull=False) & ~Q(quiet_from=F("quiet_to"))),
                name="notices_quiet_hours_whole",
            ),
        )

    def __str__(self) -> str:
        return str(self.person)


class NoticeTemplate(Model):
    """The site's own text of a message. Every change is a new version; at most one is in force."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("code", "version", "current")

    code = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    title_zh = models.CharField(_("中文标题"), max_length=300)
    title_en = models.CharField(_("英文标题"), max_length=300, blank=True)
    body_zh = models.TextField(_("中文正文"), blank=True)
    body_en = models.TextField(_("英文正文"), blank=True)
    short_zh = models.CharField(_("中文短信"), max_length=300, blank=True)
    short_en = models.CharField(_("英文短信"), max_length=300, blank=True)
    current = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by_label = models.CharField(max_length=120)

    class Meta:
        ordering = ("code", "-version")
        constraints = (
            models.UniqueConstraint(fields=["code", "version"], name="notices_template_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(current=True), name="notices_template_one_in_force"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"
