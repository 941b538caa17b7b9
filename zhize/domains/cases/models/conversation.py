"""What is said in a case: to and from the customer, internally, and what was promised."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.kinds import Channel, MessageKind
from zhize.domains.cases.models.case import Case
from zhize.domains.duties.models import Obligation
from zhize.kernel import access
from zhize.kernel.db.models import Model
from zhize.kernel.org.models import Person, Unit


class Message(Model):
    """One message of a case. Never changed; a mistake is answered by another message."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("kind", "channel", "body")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=16, choices=MessageKind.choices)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    author = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    author_label = models.CharField(max_length=120)
    body = models.TextField()
    at = models.DateTimeField()
    delivery_id = models.BigIntegerField(null=True, blank=True)
    mail_message_id = models.CharField(max_length=255, blank=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("at", "id")
        indexes = (
            models.Index(fields=["case", "at"], name="case_message_case"),
            models.Index(
                fields=["mail_message_id"], name="case_message_mail", condition=~models.Q(mail_message_id="")
            ),
        )

    def __str__(self) -> str:
        return self.body[:60]

    @property
    def is_public(self) -> bool:
        """Whether the customer sees it."""
        return self.kind in {MessageKind.FROM_CUSTOMER, MessageKind.TO_CUSTOMER}


class Promise(Model):
    """Something promised to the customer by a moment 承诺; its clock is an obligation."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("text", "due_at", "kept_at")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="promises")
    text = models.CharField(_("承诺内容"), max_length=200)
    due_at = models.DateTimeField(_("承诺时间"))
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    obligation = models.ForeignKey(Obligation, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True, blank=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("due_at",)

    def __str__(self) -> str:
        return self.text


class Transfer(Model):
    """An opinion or a result handed to another unit, with receipt (CAS-27, VIS-18)."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("unit", "text", "received_at", "answer")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="transfers")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(null=True, blank=True)
    received_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-sent_at",)
