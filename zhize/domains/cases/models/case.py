"""The case 工单: one matter of one customer, with number, holder, state and the moments that are measured."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.kinds import Channel, LinkKind, Nature, Outcome, Severity
from zhize.domains.customers.models import Asset, Customer, Premises
from zhize.kernel import access
from zhize.kernel.db.models import Model
from zhize.kernel.flow import OPEN
from zhize.kernel.flow.models import StatefulModel
from zhize.kernel.org.models import Area, ExternalBody, Person, Position, Unit
from zhize.kernel.packs.models import PackRelease
from zhize.lib.text import Text

if TYPE_CHECKING:
    from zhize.domains.cases.pack import CaseTypeSpec
    from zhize.kernel.flow import Machine

# Shown instead of the state that a merge ends a case in.
MERGED = Text("已并入", "Merged")

# In one order, which a migration keeps.
_OPEN = tuple(sorted(one.value for one in OPEN))
# Wide ones first: nothing is lost to their alignment then, and an index is read as fast as it is small.
_COUNTED = (
    "id",
    "owner",
    "owner_position",
    "satisfaction",
    "reopen_count",
    "is_late",
    "category",
    "nature",
    "subtype",
)


class Case(StatefulModel):
    """One matter from acceptance 受理 to closing 关闭 (CAS-02).

    `release` is the pack release it was opened under, so its procedure never changes under its feet (CAS-03).
    Moments (all UTC): `accepted_at` taken in · `dispatched_at` first given to somebody · `forwarded_at` first
    sent to the responsible person by mail · `replied_at` first word to the customer · `answered_at` last
    resolved · `informed_at` customer told the result · `closed_at` ended. `next_due_at` is when the customer
    is owed the answer, else the nearest open obligation of the case, kept by a reaction; `is_late` says that one was missed.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "type_code", "subtype", "title", "description", "severity", "is_major", "customer", "contact_name",
        "contact_phone", "premises", "area", "unit", "owner", "owner_position", "outcome", "solution", "cause",
        "responsible_unit", "tags", "parent", "procedure_note",
    )  # fmt: skip

    number = models.CharField(_("编号"), max_length=30, unique=True)
    release = models.ForeignKey(PackRelease, on_delete=models.PROTECT, related_name="+")
    type_code = models.CharField(_("类型"), max_length=60)
    nature = models.CharField(_("性质"), max_length=20, choices=Nature.choices)
    subtype = models.CharField(_("分类"), max_length=60, blank=True)
    title = models.CharField(_("标题"), max_length=120)
    description = models.TextField(_("内容"), blank=True)
    severity = models.CharField(
        _("紧急程度"), max_length=10, choices=Severity.choices, default=Severity.NORMAL
    )
    is_major = models.BooleanField(_("重大"), default=False)
    channel = models.CharField(_("来源"), max_length=12, choices=Channel.choices)
    language = models.CharField(max_length=10, default="zh-hans")

    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    contact_email = models.EmailField(_("邮箱"), blank=True)
    premises = models.ForeignKey(
        Premises, null=True, blank=True, on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    asset = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="cases")
    body = models.ForeignKey(
        ExternalBody, null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )
    object_code = models.CharField(_("涉及对象"), max_length=60, blank=True)

    unit = models.ForeignKey(
        Unit, verbose_name=_("受理部门"), on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    owner = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="owned_cases", db_index=False
    )
    owner_position = models.ForeignKey(
        Position, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    routing_finding = models.CharField(max_length=40, blank=True)

    accepted_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)
    dispatched_at = models.DateTimeField(null=True, blank=True)
    forwarded_at = models.DateTimeField(null=True, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    informed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    last_activity_at = models.DateTimeField()
    next_due_at = models.DateTimeField(null=True, blank=True)
    is_late = models.BooleanField(default=False)

    dispatch_count = models.PositiveSmallIntegerField(default=0)
    reopen_count = models.PositiveSmallIntegerField(default=0)
    urge_count = models.PositiveSmallIntegerField(default=0)
    on_contact = models.BooleanField(_("当场解决"), default=False)
    repeats_class = models.BooleanField(_("同类重复"), default=False)
    consent = models.BooleanField(null=True, blank=True)
    repeat_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="repeats"
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed"
    )

    outcome = models.CharField(_("处理结果"), max_length=20, choices=Outcome.choices, blank=True)
    solution = models.TextField(_("处理情况与答复"), blank=True)
    cause = models.CharField(_("原因分类"), max_length=60, blank=True)
    responsible_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    satisfaction = models.PositiveSmallIntegerField(null=True, blank=True)
    pause_reason = models.CharField(max_length=200, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    audited_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    audited_at = models.DateTimeField(null=True, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    answers_version = models.CharField(max_length=64, blank=True)
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    procedure_note = models.TextField(blank=True)
    external_ref = models.CharField(_("外部编号"), max_length=120, blank=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["unit", "category", "-id"], name="case_unit_list"),
            models.Index(fields=["owner", "category", "-id"], name="case_owner_list"),
            models.Index(fields=["customer", "-id"], name="case_customer"),
            models.Index(fields=["premises", "-id"], name="case_premises"),
            models.Index(fields=["area", "category", "-id"], name="case_area"),
            models.Index(
                fields=["next_due_at"],
                name="case_due",
                condition=Q(category__in=_OPEN, next_due_at__isnull=False),
            ),
            models.Index(
                fields=["paused_until"], name="case_paused", condition=Q(paused_until__isnull=False)
            ),
            # What stands behind a chip is counted up to a cap: each finds its rows without reading the others.
            models.Index(fields=["-id"], name="case_open", condition=Q(category__in=_OPEN)),
            models.Index(
                fields=["category", "-id"],
                name="case_lying",
                condition=Q(category__in=("resolved", "waiting")),
            ),
            models.Index(fields=["-id"], name="case_major", condition=Q(category__in=_OPEN, is_major=True)),
            models.Index(
                fields=["category", "-id"], name="case_late", condition=Q(category__in=_OPEN, is_late=True)
            ),
            # What reports and the dashboard count of many cases stands in these alone; the rows are not read.
            models.Index(
                fields=["unit", "accepted_at"],
                include=[
                    "closed_at",
                    "answered_at",
                    "repeat_of",
                    *_COUNTED,
                    "repeats_class",
                    "is_major",
                    "channel",
                    "type_code",
                ],
                name="case_accepted",
            ),
            models.Index(
                fields=["unit", "closed_at"],
                include=["accepted_at", *_COUNTED],
                name="case_closed",
            ),
            models.Index(
                fields=["unit", "owner"],
                include=["next_due_at", "is_late", "is_major"],
                name="case_in_hand",
                condition=Q(category__in=_OPEN),
            ),
            models.Index(fields=["contact_phone"], name="case_contact_phone", condition=~Q(contact_phone="")),
            GinIndex(fields=["tags"], name="case_tags"),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(parent=F("id")), name="case_not_its_own_parent"),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="case_not_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(category__in=["closed", "void"]) | Q(closed_at__isnull=True),
                name="case_open_has_no_end",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="case_has_title"),
            models.UniqueConstraint(
                fields=["channel", "external_ref"],
                condition=~Q(external_ref=""),
                name="case_external_ref_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def state_label(self) -> Any:
        """The state in words; a merged case is not void."""
        return MERGED if self.merged_into_id and self.is_ended else super().state_label

    @property
    def spec(self) -> CaseTypeSpec:
        """The case type as the release it was opened under has it."""
        from zhize.domains.cases.selectors.types import case_type

        return case_type(self.type_code, self.release_id)

    @property
    def machine(self) -> Machine:
        from zhize.domains.cases.selectors.types import machine

        return machine(self.type_code, self.release_id)

    @property
    def who(self) -> str:
        """The customer's name, or the name the contact gave."""
        return self.customer.name if self.customer is not None else self.contact_name

    @property
    def has_somebody_to_answer(self) -> bool:
        """False for an alarm that staff raised: there is no customer who waits for a reply."""
        return self.spec.alarm is None or bool(self.customer_id or self.contact_name or self.contact_phone)

    @property
    def is_unverified(self) -> bool:
        """Written by the customer alone and not yet verified (CHN-05)."""
        return self.spec.unverified is not None and self.state == self.spec.unverified

    @property
    def is_told(self) -> bool:
        """The customer knows the present answer (CAS-44); an earlier round's does not count."""
        told = self.informed_at
        return told is not None and (self.answered_at is None or told >= self.answered_at)

    @property
    def forwarding_time(self) -> timedelta | None:
        """From acceptance to the forwarding mail (CAS-06)."""
        return self.forwarded_at - self.accepted_at if self.forwarded_at is not None else None


class Assignment(Model):
    """Somebody held the case from one moment to another; the open row is the present holder (CAS-14)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=120)
    reason = models.CharField(max_length=200, blank=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("from_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["case"], condition=Q(to_at__isnull=True), name="case_one_present_holder"
            ),
            models.CheckConstraint(
                condition=Q(to_at__isnull=True) | Q(to_at__gte=F("from_at")), name="case_assignment_order"
            ),
        )


class CaseLink(Model):
    """Two cases belong together; `kind` is seen from the first."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_out")
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_in")
    kind = models.CharField(max_length=10, choices=LinkKind.choices)
    note = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()

    objects = access.ScopedManager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["case", "other", "kind"], name="case_link_once"),
            models.CheckConstraint(condition=~Q(case=F("other")), name="case_link_two_cases"),
        )


class Tick(Model):
    """A checklist point or a dated step of the case that was done (CAS-26)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="ticks")
    code = models.CharField(max_length=60)
    done_at = models.DateTimeField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("done_at",)
        constraints = (models.UniqueConstraint(fields=["case", "code"], name="case_tick_once"),)


class Watching(Model):
    """Somebody has the case open right now (collision notice 正在查看); rewritten by the page every few seconds."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="watchers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()
    typing = models.BooleanField(default=False)

    objects = access.ScopedManager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "person"], name="case_watching_once"),)
