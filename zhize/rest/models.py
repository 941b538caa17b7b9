"""Tables of the API: answers kept for repeated requests, endpoints that hear of facts, and what was sent to them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access
from zhize.kernel.db.models import Model
from zhize.kernel.history.models import Entry
from zhize.kernel.org.models import Position


class IdempotencyKey(Model):
    """A POST that was done under a client's key: the same key and body get the same answer again."""

    actor = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(null=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["actor", "key"], name="rest_idempotency_once"),)

    def __str__(self) -> str:
        return f"{self.actor} {self.key}"


class WebhookEndpoint(Model):
    """An address that is told of facts. It hears only what the holder of `position` may see.

    `facts` are verbs; `case.*` stands for all of a subject. The secret signs what is sent.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("name", "url", "facts", "position", "active")

    name = models.CharField(_("名称"), max_length=80)
    url = models.CharField(_("地址"), max_length=500)
    secret = models.CharField(max_length=100)
    facts = models.JSONField(_("事件"), default=list)
    position = models.ForeignKey(
        Position, on_delete=models.PROTECT, related_name="+", verbose_name=_("按哪个岗位的权限")
    )
    active = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField()

    objects = access.ScopedManager()

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(Model):
    """One fact for one endpoint: queued, sent, failed for good, or withheld because the position may not see it."""

    QUEUED, SENT, FAILED, WITHHELD = "queued", "sent", "failed", "withheld"
    STATES = (
        (QUEUED, _("等待发送")),
        (SENT, _("已送达")),
        (FAILED, _("失败")),
        (WITHHELD, _("未发送")),
    )

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="deliveries")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=STATES, default=QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    milliseconds = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField()

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(fields=["endpoint", "entry"], name="rest_delivery_once"),)
        indexes = (
            models.Index(fields=["created_at"], name="rest_delivery_open", condition=Q(state="queued")),
        )

    def __str__(self) -> str:
        return f"{self.endpoint_id} ← {self.entry_id}"
