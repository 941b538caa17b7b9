"""Working calendars: which hours of which days count, per unit, in versions that never change.

A clock keeps the version it was started under, so a calendar changed today moves no due time of yesterday.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhize.kernel.access import ScopedManager
from zhize.kernel.db.models import Model, VersionedModel
from zhize.kernel.org.models import Unit


class Calendar(VersionedModel):
    """The working calendar of a unit and of every unit below it that has none of its own (ORG-17).

    The one row without a unit is the standard calendar, used where no unit up to the root has one.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("unit", "name", "name_en", "follows_official")

    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="calendars")
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    follows_official = models.BooleanField(_("按国家放假安排"), default=True)

    objects = ScopedManager()

    class Meta:
        ordering = ("unit__path",)
        constraints = (
            models.UniqueConstraint(fields=["unit"], nulls_distinct=False, name="calendars_once_per_unit"),
        )

    def __str__(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class CalendarVersion(Model):
    """A calendar as it was in force from `made_at` on. A row is written once; the database refuses changes.

    `weekly` maps "mon".."sun" to hours such as "09:00-12:00, 13:00-18:00" in local time of `timezone`; units
    in another zone need a calendar of their own. `makeup_hours` are the hours of a make-up workday 调休 that names none. `official_years` are the years whose
    official arrangement is contained; every other year follows the weekly pattern and counts as provisional.
    """

    kept_without: ClassVar[tuple[str, ...] | None] = ()

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    timezone = models.CharField(max_length=40)
    always_open = models.BooleanField(_("全天候"), default=False)
    weekly = models.JSONField(default=dict)
    makeup_hours = models.CharField(max_length=120, blank=True)
    official_years = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    reason = models.CharField(_("修改原因"), max_length=200, blank=True)
    made_by = models.CharField(max_length=120)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("calendar", "-number")
        constraints = (models.UniqueConstraint(fields=["calendar", "number"], name="calendars_version_once"),)

    def __str__(self) -> str:
        return f"{self.calendar} v{self.number}"


class DayKind(models.TextChoices):
    HOLIDAY = "holiday", _("休息日")
    WORKDAY = "workday", _("调休上班")
    HOURS = "hours", _("另定时间")


class DaySource(models.TextChoices):
    """Where a day's rule comes from; provisional ones give way when the year is published."""

    OFFICIAL = "official", _("国家安排")
    OWN = "own", _("单位自定")
    PROVISIONAL = "provisional", _("暂定")


class DayRule(Model):
    """One day of a calendar version that departs from the weekly pattern. Written once, with its version."""

    version = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, related_name="days")
    date = models.DateField()
    kind = models.CharField(max_length=10, choices=DayKind.choices)
    hours = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=12, choices=DaySource.choices)
    name = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("version", "date")
        constraints = (
            models.UniqueConstraint(fields=["version", "date"], name="calendars_day_once"),
            models.CheckConstraint(
                condition=~Q(kind="hours") | ~Q(hours=""), name="calendars_day_hours_named"
            ),
        )


class OfficialDay(Model):
    """A holiday or make-up workday of an official year that an administrator loaded from a file.

    A loaded year goes before what the installed library knows.
    """

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("date", "kind", "name")

    year = models.PositiveSmallIntegerField(db_index=True)
    date = models.DateField(unique=True)
    kind = models.CharField(max_length=10, choices=[("holiday", _("休息日")), ("workday", _("调休上班"))])
    name = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=120)

    class Meta:
        ordering = ("date",)
