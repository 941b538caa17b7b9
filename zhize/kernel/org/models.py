"""Who there is: units, people, positions, who holds which position when, and what area they answer for.

Tables and reads only. The verbs (create a unit, appoint somebody, ...) live in `zhize.domains.organisation`,
because they need access and history, which stand above this package.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhize.kernel.db.models import Model, VersionedModel
from zhize.lib.text import Text


class UnitKind(models.TextChoices):
    """Kinds of node in the organisation tree (ORG-01)."""

    COMPANY = "company", _("公司")
    PROVINCE = "province", _("省公司")
    CITY = "city", _("地市分公司")
    BRANCH = "branch", _("分公司")
    REGION = "region", _("区域机构")
    DEPARTMENT = "department", _("部门")
    CENTRE = "centre", _("中心")
    OFFICE = "office", _("室")
    STATION = "station", _("服务站")
    TEAM = "team", _("班组")
    HALL = "hall", _("营业厅")
    LOCAL_OFFICE = "local_office", _("办事处")


def _named(name: str, name_en: str = "") -> str:
    """What units, positions and areas are called, in the reader's language and script. Names of people are never put into
    other characters: which ones somebody writes himself with cannot be read from them (于 is not 於)."""
    return Text(name, name_en).in_language(get_language() or "zh-hans")


class Unit(VersionedModel):
    """A node of the organisation tree. `path` lists the ids from the root, "/1/4/", so a subtree is a prefix."""

    audited = True
    kept_without: ClassVar[tuple[str, ...] | None] = ("sheet",)
    audited_fields: ClassVar[tuple[str, ...]] = (
        "parent",
        "kind",
        "code",
        "name",
        "short_name",
        "level",
        "timezone",
        "active",
    )

    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    kind = models.CharField(max_length=20, choices=UnitKind.choices, default=UnitKind.DEPARTMENT)
    code = models.CharField(_("机构编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    level = models.CharField(_("级别"), max_length=40, blank=True)
    path = models.CharField(max_length=255, unique=True, null=True, editable=False)  # noqa: DJ001 - unknown before the row has an id
    timezone = models.CharField(max_length=40, default="Asia/Shanghai")
    sheet = models.JSONField(default=dict, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("path",)
        indexes = (
            models.Index(fields=["path"], name="org_unit_path_like", opclasses=["varchar_pattern_ops"]),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(parent=F("id")), name="org_unit_not_its_own_parent"),
        )

    def __str__(self) -> str:
        return _named(self.name, self.name_en)

    @property
    def depth(self) -> int:
        return (self.path or "").count("/") - 2


class Person(VersionedModel):
    """A member of staff. Rights come from positions held, never from the person."""

    audited = True
    kept_without: ClassVar[tuple[str, ...] | None] = ()
    audited_fields: ClassVar[tuple[str, ...]] = ("name", "employee_no", "phone", "email", "active")

    name = models.CharField(_("姓名"), max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    employee_no = models.CharField(_("工号"), max_length=30, unique=True)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("employee_no",)

    def __str__(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name

    def as_written(self, label: str) -> str:
        """A name that was written down; where it still is this person's, as the reader writes it (name_en)."""
        return str(self) if label == self.name else label


class Position(VersionedModel):
    """A position 岗位 in a unit, with the data of its position sheet 职位说明书 (ORG-05).

    `code` is the pack's code of the position, so the same position can exist in several units. `includes`
    names positions whose duties this one also performs when nobody there is present (ORG-07).
    """

    audited = True
    kept_without: ClassVar[tuple[str, ...] | None] = ("sheet",)
    audited_fields: ClassVar[tuple[str, ...]] = (
        "unit",
        "code",
        "name",
        "reports_to",
        "headcount",
        "purpose",
        "active",
    )

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="positions")
    code = models.CharField(_("职位代码"), max_length=60)
    name = models.CharField(_("岗位名称"), max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    reports_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    includes = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="included_in")
    family = models.CharField(_("职系"), max_length=40, blank=True)
    grade = models.CharField(_("职等职级"), max_length=40, blank=True)
    headcount = models.PositiveSmallIntegerField(_("编制"), default=1)
    purpose = models.TextField(_("工作概述"), blank=True)
    sheet = models.JSONField(default=dict, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("unit", "id")
        constraints = (
            models.UniqueConstraint(fields=["unit", "code"], name="org_position_once_per_unit"),
            models.CheckConstraint(
                condition=~Q(reports_to=F("id")), name="org_position_not_its_own_superior"
            ),
        )

    def __str__(self) -> str:
        return _named(self.name, self.name_en)


class SheetVersion(Model):
    """One version of a position sheet as it was in force (ORG-15): who wrote, reviewed and approved it."""

    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField(default=dict)
    written_on = models.DateField(null=True, blank=True)
    reviewer = models.CharField(max_length=60, blank=True)
    approver = models.CharField(max_length=60, blank=True)
    prepared_by = models.CharField(max_length=120, blank=True)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    signed_off_by = models.CharField(max_length=60, blank=True)
    signed_off_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("position", "-number")
        constraints = (models.UniqueConstraint(fields=["position", "number"], name="org_sheet_version_once"),)


class Clause(Model):
    """A numbered sentence of a position sheet (ORG-08), with the number as printed."""

    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="clauses")
    code = models.CharField(max_length=40)
    section = models.CharField(max_length=80, blank=True)
    number = models.CharField(max_length=20, blank=True)
    text = models.TextField()
    standing = models.BooleanField(default=False)
    source = models.CharField(max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("position", "order")
        constraints = (models.UniqueConstraint(fields=["position", "code"], name="org_clause_once"),)

    def __str__(self) -> str:
        return f"{self.number} {self.text}"


class AppointmentKind(models.TextChoices):
    PRIMARY = "primary", _("正式")
    ACTING = "acting", _("代理")
    DEPUTY = "deputy", _("副职")


class Appointment(Model):
    """Somebody holds a position from one day to another (both inclusive; open end when `to_on` is empty).

    A deputy acts only while no primary holder is present; an acting holder stands in for `on_behalf_of`.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = (
        "person",
        "position",
        "kind",
        "from_on",
        "to_on",
        "on_behalf_of",
    )

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="appointments")
    kind = models.CharField(max_length=10, choices=AppointmentKind.choices, default=AppointmentKind.PRIMARY)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    on_behalf_of = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("position", "kind", "from_on")
        indexes = (models.Index(fields=["position", "from_on"]), models.Index(fields=["person", "from_on"]))
        constraints = (
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="org_appointment_order"
            ),
            models.UniqueConstraint(fields=["person", "position", "from_on"], name="org_appointment_once"),
        )

    def __str__(self) -> str:
        return f"{self.person} · {self.position}"


class Absence(Model):
    """A person is not there between two moments: leave, training, off shift."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("person", "from_at", "to_at", "reason")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("-from_at",)
        indexes = (models.Index(fields=["person", "to_at"]),)
        constraints = (models.CheckConstraint(condition=Q(to_at__gt=F("from_at")), name="org_absence_order"),)


class Shift(Model):
    """A person is on duty 当班 between two moments (roster entry; on-the-spot sign-on has an open end)."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("person", "unit", "from_at", "to_at")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="shifts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="shifts")
    name = models.CharField(max_length=40, blank=True)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-from_at",)
        indexes = (models.Index(fields=["unit", "from_at"]), models.Index(fields=["person", "from_at"]))


class Area(Model):
    """A place that somebody answers for 责任区域: community, court 苑落, building, district 片区 (ORG-21)."""

    audited = True
    kept_without: ClassVar[tuple[str, ...] | None] = ()
    audited_fields: ClassVar[tuple[str, ...]] = ("unit", "parent", "kind", "code", "name", "active")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="areas")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    kind = models.CharField(max_length=30, blank=True)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("unit", "code")
        constraints = (models.UniqueConstraint(fields=["unit", "code"], name="org_area_once_per_unit"),)

    def __str__(self) -> str:
        return _named(self.name)


class AreaAssignment(Model):
    """A person answers for an area, in a position, from one day to another."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("area", "person", "position", "from_on", "to_on")

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="area_assignments")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="area_assignments")
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("area", "from_on")
        constraints = (
            models.UniqueConstraint(
                fields=["area", "position", "person", "from_on"], name="org_area_assignment_once"
            ),
        )


class ExternalBody(Model):
    """An outside body the department deals with (ORG-12): regulator, consumer council, fire brigade, media."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("name", "kind", "phone", "note", "active")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="external_bodies")
    name = models.CharField(_("名称"), max_length=120)
    kind = models.CharField(_("类别"), max_length=40, blank=True)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    note = models.TextField(blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("kind", "name")

    def __str__(self) -> str:
        return self.name


class ExternalContact(Model):
    """A person at an outside body."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("name", "role", "phone", "email", "active")

    body = models.ForeignKey(ExternalBody, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(_("姓名"), max_length=60)
    role = models.CharField(_("职务"), max_length=60, blank=True)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("body", "name")

    def __str__(self) -> str:
        return self.name


class ExternalExchange(Model):
    """One recorded contact with an outside body (ORG-12): picked body, person, date and summary."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("body", "contact", "on", "summary")

    body = models.ForeignKey(ExternalBody, on_delete=models.PROTECT, related_name="exchanges")
    contact = models.ForeignKey(
        ExternalContact, null=True, blank=True, on_delete=models.PROTECT, related_name="exchanges"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("日期"))
    summary = models.TextField(_("内容摘要"))

    class Meta:
        ordering = ("-on", "-id")
