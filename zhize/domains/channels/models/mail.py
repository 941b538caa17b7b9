"""Mail in and out, and the register of numbered documents: letters, faxes, mail."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.models import Case, Message
from zhize.domains.channels.kinds import Direction, MailOutcome, Medium, OutKind
from zhize.domains.channels.models.lines import Line
from zhize.kernel import access
from zhize.kernel.db.models import Model, VersionedModel
from zhize.kernel.org.models import Person, Unit


class Correspondence(Model):
    """A numbered letter, fax or mail, in or out 收发文 (CHN-03, CHN-06). Its pages are files attached to it."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "medium",
        "direction",
        "subject",
        "sender",
        "receiver",
        "case",
    )

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="correspondence")
    number = models.CharField(_("文号"), max_length=30, unique=True)
    direction = models.CharField(_("方向"), max_length=3, choices=Direction.choices)
    medium = models.CharField(_("方式"), max_length=8, choices=Medium.choices)
    at = models.DateTimeField(_("日期"))
    sender = models.CharField(_("发件方"), max_length=200)
    receiver = models.CharField(_("收件方"), max_length=400, blank=True)
    subject = models.CharField(_("事由"), max_length=200)
    pages = models.PositiveSmallIntegerField(_("页数"), null=True, blank=True)
    case = models.ForeignKey(
        Case,
        verbose_name=_("工单"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="correspondence",
    )
    recorded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-at", "-id")
        indexes = (
            models.Index(fields=["unit", "-at"], name="channels_letter_list"),
            models.Index(fields=["case"], name="channels_letter_case"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"


class InboundMail(VersionedModel):
    """A message that arrived. Its raw bytes are attached to it, whatever became of it.

    `fingerprint` is what makes the same message the same, by whatever way and however often it arrives.
    `reason` is a stable code (auto_reply, bounce, loop, too_large, …) for what was ignored or quarantined.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("outcome", "reason", "case", "handled_by")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="inbound_mail")
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="inbound_mail")
    fingerprint = models.CharField(max_length=64, unique=True)
    mailbox = models.CharField(max_length=200, blank=True)
    uid_validity = models.BigIntegerField(default=0)
    uid = models.BigIntegerField(default=0)
    message_id = models.CharField(max_length=255, blank=True)
    sender = models.CharField(_("发件人"), max_length=320, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(_("主题"), max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    outcome = models.CharField(_("结果"), max_length=12, choices=MailOutcome.choices)
    reason = models.CharField(_("原因"), max_length=40, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    notes = ArrayField(models.CharField(max_length=200), default=list)
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="inbound_mail"
    )
    case_message = models.ForeignKey(
        Message, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    document = models.OneToOneField(
        Correspondence, null=True, blank=True, on_delete=models.PROTECT, related_name="inbound_mail"
    )
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["unit", "outcome", "-id"], name="channels_mail_list"),
            models.Index(fields=["message_id"], name="channels_mail_message_id", condition=~Q(message_id="")),
            models.Index(fields=["sender", "received_at"], name="channels_mail_sender"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["mailbox", "uid_validity", "uid"],
                condition=Q(uid__gt=0),
                name="channels_mail_uid_once",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["opened", "joined"]) | Q(case__isnull=False),
                name="channels_mail_has_case",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["ignored", "quarantined"]) | ~Q(reason=""),
                name="channels_mail_has_reason",
            ),
        )

    def __str__(self) -> str:
        return self.subject or self.sender or self.fingerprint[:12]


class OutboundMail(Model):
    """A message that we sent about a case. `delivery` is the row of the message delivery that carries it."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("bounced_at", "bounce_reason")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=OutKind.choices)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="outbound_mail")
    case_message = models.ForeignKey(
        Message, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    document = models.OneToOneField(
        Correspondence, null=True, blank=True, on_delete=models.PROTECT, related_name="outbound_mail"
    )
    message_id = models.CharField(max_length=255, unique=True)
    to = ArrayField(models.CharField(max_length=320), verbose_name=_("收件人"))
    subject = models.CharField(_("主题"), max_length=300)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    bounced_at = models.DateTimeField(null=True, blank=True)
    bounce_reason = models.CharField(max_length=300, blank=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["case"], name="channels_out_case"),)

    def __str__(self) -> str:
        return self.subject


class WebSubmission(Model):
    """What a customer filled in by himself, as he filled it in (CHN-05). The case may be tidied; this stays."""

    audited = True

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="submissions")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="submission")
    filled_in = models.JSONField(default=dict)
    received_at = models.DateTimeField()

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-id",)
