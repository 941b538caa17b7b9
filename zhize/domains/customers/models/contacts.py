"""People who speak for a customer, what each is authorised to do, and what they signed (CUS-04)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.customers.models.customer import Customer
from zhize.kernel import access
from zhize.kernel.db.models import Model, VersionedModel
from zhize.kernel.org.models import Person
from zhize.lib import phones


class Purpose(models.TextChoices):
    """What a contact stands for towards us, and what a signature may be about."""

    GENERAL = "general", _("日常联系")
    ADVERTISING = "advertising", _("广告")
    CONTRACT = "contract", _("合同")
    BILLING = "billing", _("对账付款")
    WORKS = "works", _("装修维修")
    HANDOVER = "handover", _("交付验收")
    KEYS = "keys", _("钥匙托管")
    EMERGENCY = "emergency", _("紧急联系")


class Contact(VersionedModel):
    """A person one talks to on behalf of a customer (a company's advertising owner, an owner's agent)."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("customer", "name", "title", "email", "active")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("姓名"), max_length=60)
    title = models.CharField(_("职务或关系"), max_length=60, blank=True, default="")
    phone = models.CharField(_("电话"), max_length=30, blank=True, default="")
    phone_digits = models.CharField(max_length=20, blank=True, default="", editable=False)
    email = models.EmailField(_("邮箱"), blank=True, default="")
    last_touch_at = models.DateTimeField(_("最近联系"), null=True, blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(editable=False)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("customer", "id")
        indexes = (
            models.Index(fields=["phone_digits"], name="contact_digits", condition=~Q(phone_digits="")),
            models.Index(fields=["last_touch_at"], name="contact_touched"),
            models.Index(fields=["email"], name="contact_email", condition=~Q(email="")),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def masked_phone(self) -> str:
        return phones.mask(self.phone) if self.phone else ""


class ContactRole(Model):
    """What a contact is there for, from one day to another (both inclusive), and whether he may sign for it."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "contact",
        "purpose",
        "may_sign",
        "from_on",
        "to_on",
        "basis",
    )

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="roles")
    purpose = models.CharField(_("事项"), max_length=20, choices=Purpose.choices)
    may_sign = models.BooleanField(_("有权签字"), default=False)
    from_on = models.DateField(_("自"))
    to_on = models.DateField(_("至"), null=True, blank=True)
    basis = models.CharField(_("授权依据"), max_length=120, blank=True, default="")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("contact", "purpose")
        constraints = (
            models.UniqueConstraint(
                fields=["contact", "purpose"], condition=Q(to_on__isnull=True), name="contact_role_once"
            ),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="contact_role_order"
            ),
        )

    def __str__(self) -> str:
        return str(self.get_purpose_display())


class SignedConfirmation(Model):
    """A confirmation slip 认定单 signed by an authorised contact. Append-only."""

    audited = True

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="confirmations")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="confirmations")
    role = models.ForeignKey(ContactRole, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(_("事项"), max_length=20, choices=Purpose.choices)
    title = models.CharField(_("内容"), max_length=200)
    signed_on = models.DateField(_("签字日期"))
    recorded_at = models.DateTimeField(editable=False)
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-signed_on", "-id")

    def __str__(self) -> str:
        return self.title
