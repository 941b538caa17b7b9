"""Who the customer is: person, household or company, with the numbers and addresses they are reached by."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.kernel import access
from zhize.kernel.db.models import Model
from zhize.kernel.flow.models import StatefulModel
from zhize.kernel.org.models import Person, Unit
from zhize.lib import phones

if TYPE_CHECKING:
    from zhize.kernel.flow import Machine


class Nature(models.TextChoices):
    """What kind of being a customer is; the finer kind (业主, 商铺, ...) is the pack's."""

    PERSON = "person", _("个人")
    HOUSEHOLD = "household", _("家庭")
    COMPANY = "company", _("企业")


class Gender(models.TextChoices):
    UNKNOWN = "", _("未知")
    MALE = "male", _("男")
    FEMALE = "female", _("女")


class Channel(models.TextChoices):
    """How a customer prefers to be reached, and how a touch came about."""

    PHONE = "phone", _("电话")
    VISIT = "visit", _("上门")
    COUNTER = "counter", _("柜台")
    SMS = "sms", _("短信")
    WECHAT = "wechat", _("微信")
    EMAIL = "email", _("邮件")
    LETTER = "letter", _("信函")


class Customer(StatefulModel):
    """One entry of the customer archive 客户档案 (CUS-01).

    The ID number is sealed; lists show `id_number_masked` and look it up by `id_number_digest`. Arrears are a
    fact reported by whoever keeps the ledger, with the day they were true. A merged customer stays as a row
    and points to the one that took it over, so old links lead on.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "unit", "nature", "kind_code", "name", "gender", "language", "id_number_masked", "grade_code", "credit_grade",
        "tags", "vip", "keeper", "arrears_amount", "arrears_as_of", "preferred_channel", "quiet_from", "quiet_to",
        "confirmed_at", "answers", "external_ref", "merged_into", "next_visit_on",
    )  # fmt: skip

    unit = models.ForeignKey(
        Unit, verbose_name=_("所属单位"), on_delete=models.PROTECT, related_name="customers"
    )
    nature = models.CharField(_("性质"), max_length=10, choices=Nature.choices, default=Nature.PERSON)
    kind_code = models.CharField(_("客户类别"), max_length=60)
    name = models.CharField(_("姓名或名称"), max_length=120)
    gender = models.CharField(_("性别"), max_length=6, choices=Gender.choices, blank=True, default="")
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")
    id_number_sealed = models.TextField(blank=True, default="", editable=False)
    id_number_digest = models.CharField(max_length=64, blank=True, default="", editable=False)
    id_number_masked = models.CharField(_("证件号码"), max_length=40, blank=True, default="", editable=False)
    grade_code = models.CharField(_("客户等级"), max_length=60, blank=True, default="")
    graded_on = models.DateField(null=True, blank=True)
    next_visit_on = models.DateField(_("下次走访"), null=True, blank=True)
    credit_grade = models.CharField(_("信用等级"), max_length=20, blank=True, default="")
    tags = ArrayField(models.CharField(max_length=30), verbose_name=_("标签"), default=list, blank=True)
    vip = models.BooleanField(_("重要客户"), default=False)
    keeper = models.ForeignKey(
        Person,
        verbose_name=pgettext_lazy("of a customer", "负责人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="kept_customers",
    )
    arrears_amount = models.DecimalField(_("欠费"), max_digits=18, decimal_places=2, default=0)
    arrears_currency = models.CharField(max_length=3, default="CNY")
    arrears_as_of = models.DateField(null=True, blank=True)
    preferred_channel = models.CharField(
        _("联系方式偏好"), max_length=10, choices=Channel.choices, blank=True, default=""
    )
    quiet_from = models.TimeField(_("免打扰开始"), null=True, blank=True)
    quiet_to = models.TimeField(_("免打扰结束"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("资料确认时间"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    last_touch_at = models.DateTimeField(_("最近联系"), null=True, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    external_ref = models.CharField(_("原系统编号"), max_length=60, blank=True, default="")
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed"
    )
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["unit", "state", "-id"], name="customer_list"),
            models.Index(fields=["name"], name="customer_name", opclasses=["varchar_pattern_ops"]),
            models.Index(
                fields=["id_number_digest"], name="customer_id_digest", condition=~Q(id_number_digest="")
            ),
            models.Index(fields=["confirmed_at"], name="customer_confirmed"),
            models.Index(fields=["last_touch_at"], name="customer_touched"),
            models.Index(
                fields=["next_visit_on"], name="customer_next_visit", condition=Q(next_visit_on__isnull=False)
            ),
            models.Index(fields=["created_at"], name="customer_created"),
            GinIndex(fields=["tags"], name="customer_tags"),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="customer_not_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="customer_merged_has_target",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_to__isnull=True)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="customer_quiet_hours_both_ends",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="customer_has_name"),
            models.UniqueConstraint(
                fields=["unit", "external_ref"],
                condition=~Q(external_ref="") & ~Q(state="merged"),
                name="customer_external_ref_once",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def number(self) -> str:
        """The archive number people quote: "KH" and eight digits of the row's id."""
        return f"KH{self.pk:08d}"

    @property
    def machine(self) -> Machine:
        from zhize.domains.customers.machine import CUSTOMER

        return CUSTOMER

    @property
    def is_company(self) -> bool:
        return self.nature == Nature.COMPANY

    @property
    def owes(self) -> bool:
        return self.arrears_amount > 0


class CompanyFacts(Model):
    """What is asked of a company 企业客户: licence and representative (CUS-02)."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "licence_no", "legal_representative", "licence_until", "industry", "registered_address", "staff_count",
    )  # fmt: skip

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="company")
    licence_no = models.CharField(_("统一社会信用代码"), max_length=40)
    legal_representative = models.CharField(_("法定代表人"), max_length=60, blank=True, default="")
    licence_until = models.DateField(_("执照有效期至"), null=True, blank=True)
    industry = models.CharField(_("行业"), max_length=60, blank=True, default="")
    registered_address = models.CharField(_("注册地址"), max_length=200, blank=True, default="")
    staff_count = models.PositiveIntegerField(_("人数"), null=True, blank=True)

    objects = access.ScopedManager()

    class Meta:
        indexes = (models.Index(fields=["licence_no"], name="company_licence"),)

    def __str__(self) -> str:
        return self.licence_no


class PhoneLabel(models.TextChoices):
    MOBILE = "mobile", _("手机")
    HOME = "home", _("家庭")
    WORK = "work", _("单位")
    FAX = "fax", _("传真")
    OTHER = "other", _("其他")


class Phone(Model):
    """A number of a customer. `digits` is what an incoming call is looked up by, within a few ms.

    `number` is the canonical form of `lib.phones`. Several customers may share one number (a couple, a family):
    the number is no identity.
    """

    audited = True

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="phones")
    number = models.CharField(_("电话"), max_length=30)
    digits = models.CharField(max_length=20)
    label = models.CharField(_("类型"), max_length=10, choices=PhoneLabel.choices, default=PhoneLabel.MOBILE)
    owner_note = models.CharField(_("接听人"), max_length=40, blank=True, default="")
    primary = models.BooleanField(_("首选"), default=False)
    created_at = models.DateTimeField(editable=False)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-primary", "id")
        indexes = (models.Index(fields=["digits"], name="phone_digits"),)
        constraints = (
            models.UniqueConstraint(fields=["customer", "number"], name="phone_once_per_customer"),
            models.UniqueConstraint(fields=["customer"], condition=Q(primary=True), name="phone_one_primary"),
            models.CheckConstraint(condition=~Q(number="") & ~Q(digits=""), name="phone_not_empty"),
        )

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        return phones.mask(self.number)


class EmailAddress(Model):
    """An address that mail from this customer is known by (mail threading trusts only known addresses)."""

    audited = True

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="emails")
    address = models.EmailField(_("邮箱"))
    primary = models.BooleanField(_("首选"), default=False)
    created_at = models.DateTimeField(editable=False)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-primary", "id")
        indexes = (models.Index(fields=["address"], name="email_address"),)
        constraints = (
            models.UniqueConstraint(fields=["customer", "address"], name="email_once_per_customer"),
            models.UniqueConstraint(fields=["customer"], condition=Q(primary=True), name="email_one_primary"),
        )

    def __str__(self) -> str:
        return self.address


class Relation(models.TextChoices):
    """A member's place in the household."""

    HEAD = "head", _("户主")
    SPOUSE = "spouse", _("配偶")
    CHILD = "child", _("子女")
    PARENT = "parent", _("父母")
    RELATIVE = "relative", _("亲属")
    TENANT = "tenant", _("租客")
    HELPER = "helper", _("保姆")
    OTHER = "other", _("其他")


class HouseholdMember(Model):
    """A person belongs to a household."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("household", "member", "relation")

    household = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="members")
    member = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="households")
    relation = models.CharField(_("关系"), max_length=10, choices=Relation.choices, default=Relation.OTHER)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("household", "id")
        constraints = (
            models.UniqueConstraint(fields=["household", "member"], name="household_member_once"),
            models.CheckConstraint(condition=~Q(household=F("member")), name="household_not_its_own_member"),
            models.UniqueConstraint(
                fields=["household"], condition=Q(relation="head"), name="household_one_head"
            ),
        )

    def __str__(self) -> str:
        return f"{self.household} · {self.member}"
