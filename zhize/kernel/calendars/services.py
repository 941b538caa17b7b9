"""Writes: set up a calendar, change it (always a new version), load an official year, follow what was published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.calendars import capabilities, hours, official, selectors, verbs, working
from zhize.kernel.calendars.models import Calendar, CalendarVersion, DayKind, DayRule, DaySource, OfficialDay
from zhize.kernel.calendars.official import Special
from zhize.kernel.db import Invalid, Refused, atomic, guarded_update
from zhize.kernel.org.models import Unit
from zhize.lib import clock


@dataclass(frozen=True)
class OwnDay:
    """A day the unit sets itself. `provisional` ones give way when the official year is published."""

    date: date
    kind: str
    hours: str = ""
    name: str = ""
    name_en: str = ""
    provisional: bool = False


@atomic
def create(
    *,
    actor: Actor,
    unit: Unit,
    name: str,
    name_en: str = "",
    weekly: Mapping[str, str] | None = None,
    always_open: bool = False,
    makeup_hours: str = "",
    follows_official: bool = True,
    days: Iterable[OwnDay] = (),
    reason: str = "",
) -> Calendar:
    """Give a unit a working calendar of its own; units below inherit it. Raises Refused and Invalid.

    Running clocks of the unit keep the version they were started under.
    """
    access.require(actor, capabilities.EDIT)
    if Calendar.objects.filter(unit=unit).exists():
        raise Invalid({"unit": _("这个机构已经有自己的日历。")})
    calendar = Calendar.objects.create(
        unit=unit, name=name, name_en=name_en, follows_official=follows_official
    )
    if not access.allowed(actor, capabilities.EDIT, calendar):
        raise Refused(code=f"refused.{capabilities.EDIT}")
    plan = _Plan(unit.timezone, weekly or hours.STANDARD_WEEK, always_open, makeup_hours, tuple(days))
    _add_version(calendar, plan, actor, reason)
    history.record(actor=actor, verb=verbs.CREATED, subject=calendar, note=reason)
    return calendar


@atomic
def change(
    *,
    actor: Actor,
    calendar: Calendar,
    reason: str,
    weekly: Mapping[str, str] | None = None,
    always_open: bool | None = None,
    makeup_hours: str | None = None,
    follows_official: bool | None = None,
    timezone: str | None = None,
    days: Iterable[OwnDay] | None = None,
) -> CalendarVersion:
    """Make a new version with what is given (None keeps); nothing different makes none and returns the present one.

    Needs a reason. Clocks already started are not touched; see `clocks.recompute`.
    """
    access.require(actor, capabilities.EDIT, calendar)
    if not reason.strip():
        raise Invalid({"reason": _("请写明修改原因。")})
    calendar = Calendar.objects.select_for_update(of=("self",)).get(pk=calendar.pk)
    if follows_official is not None and follows_official != calendar.follows_official:
        guarded_update(calendar, follows_official=follows_official)
    now = _plan_of(calendar)
    plan = _Plan(
        now.timezone if timezone is None else timezone,
        now.weekly if weekly is None else weekly,
        now.always_open if always_open is None else always_open,
        now.makeup_hours if makeup_hours is None else makeup_hours,
        now.days if days is None else tuple(days),
    )
    return _change(calendar, plan, actor, reason)


@atomic
def set_day(*, actor: Actor, calendar: Calendar, day: OwnDay, reason: str) -> CalendarVersion:
    """Set one day of the calendar (an own holiday, an extra workday, other hours): a new version."""
    access.require(actor, capabilities.EDIT, calendar)
    others = [known for known in _plan_of(calendar).days if known.date != day.date]
    return change(actor=actor, calendar=calendar, reason=reason, days=[*others, day])


@atomic
def clear_day(*, actor: Actor, calendar: Calendar, on: date, reason: str) -> CalendarVersion:
    """Take back the unit's own rule for a day: a new version."""
    access.require(actor, capabilities.EDIT, calendar)
    left = [known for known in _plan_of(calendar).days if known.date != on]
    return change(actor=actor, calendar=calendar, reason=reason, days=left)


@atomic
def load_official(*, actor: Actor, days: Mapping[int, Iterable[Special]], source: str) -> list[Calendar]:
    """Keep official years read from a file; every calendar that follows them gets a new version.

    Loading the same again changes nothing. Returns the calendars that changed.
    """
    access.require(actor, capabilities.OFFICIAL)
    anchor = standard(actor=actor).calendar
    for year, listed in sorted(days.items()):
        rows = [
            OfficialDay(
                year=year,
                date=day.date,
                kind=day.kind,
                name=day.name,
                name_en=day.name_en,
                source=source[:120],
            )
            for day in sorted(listed)
        ]
        OfficialDay.objects.filter(year=year).delete()
        OfficialDay.objects.bulk_create(rows)
        workdays = sum(row.kind == DayKind.WORKDAY for row in rows)
        counts = {"year": year, "source": source, "holidays": len(rows) - workdays, "workdays": workdays}
        history.record(actor=actor, verb=verbs.LOADED, subject=anchor, data=counts, marks=rows)
    return refresh_official(actor=actor)


@atomic
def refresh_official(*, actor: Actor) -> list[Calendar]:
    """Bring every calendar that follows the official days to what is published by now. Returns those that changed."""
    access.require(actor, capabilities.OFFICIAL)
    changed = []
    for calendar in (
        Calendar.objects.select_for_update(of=("self",)).filter(follows_official=True).order_by("pk")
    ):
        before = selectors.current(calendar)
        after = _change(calendar, _plan_of(calendar), actor, str(_("国家放假安排更新")))
        if before is None or after.pk != before.pk:
            changed.append(calendar)
    return changed


@atomic
def standard(*, actor: Actor) -> CalendarVersion:
    """The newest version of the standard calendar (Mon–Fri 09:00–18:00, official holidays), made when first needed."""
    calendar, new = Calendar.objects.get_or_create(
        unit=None, defaults={"name": "标准日历", "name_en": "Standard"}
    )
    if new:
        zone = "Asia/Shanghai"
        _add_version(calendar, _Plan(zone, hours.STANDARD_WEEK, False, "", ()), actor, "")
        history.record(actor=actor, verb=verbs.CREATED, subject=calendar)
    return _current(calendar)


def version_for(unit: Unit) -> CalendarVersion:
    """The version a clock started now in this unit is bound to; makes the standard calendar when there is none at all."""
    return selectors.version_of(unit) or standard(actor=access.system(capabilities.REFRESH))


@dataclass(frozen=True)
class _Plan:
    """What a version says apart from the official days."""

    timezone: str
    weekly: Mapping[str, str]
    always_open: bool
    makeup_hours: str
    days: tuple[OwnDay, ...]


def _current(calendar: Calendar) -> CalendarVersion:
    """The newest version; a calendar is never without one."""
    version = selectors.current(calendar)
    if version is None:
        raise LookupError(f"calendar {calendar.pk} has no version")
    return version


def _plan_of(calendar: Calendar) -> _Plan:
    version = _current(calendar)
    own = [
        OwnDay(row.date, row.kind, row.hours, row.name, row.name_en, row.source == DaySource.PROVISIONAL)
        for row in selectors.own_days(version)
    ]
    return _Plan(version.timezone, version.weekly, version.always_open, version.makeup_hours, tuple(own))


def _change(calendar: Calendar, plan: _Plan, actor: Actor, reason: str) -> CalendarVersion:
    """A further version, recorded, if the plan and what is published by now make a difference."""
    before = selectors.current(calendar)
    after = _add_version(calendar, plan, actor, reason)
    if before is None or after.pk != before.pk:
        data = {"number": after.number, "before": before.number if before else None}
        history.record(actor=actor, verb=verbs.CHANGED, subject=calendar, data=data, note=reason)
    return after


def _add_version(calendar: Calendar, plan: _Plan, actor: Actor, reason: str) -> CalendarVersion:
    """Write a version and its days unless the newest one says the same already."""
    weekly = hours.week(plan.weekly, always_open=plan.always_open)
    years = (
        official.days_of(working.window(clock.today(_zone(plan.timezone)).year))
        if calendar.follows_official
        else {}
    )
    days = _days(plan, years)
    content: dict[str, Any] = {
        "timezone": plan.timezone,
        "always_open": plan.always_open,
        "weekly": weekly,
        "makeup_hours": hours.normal(plan.makeup_hours, "makeup_hours"),
        "official_years": sorted(years),
    }
    digest = _digest(
        {**content, "follows": calendar.follows_official, "days": [_row_content(row) for row in days]}
    )
    newest = selectors.current(calendar)
    if newest is not None and newest.digest == digest:
        return newest
    number = (calendar.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = CalendarVersion.objects.create(
        calendar=calendar,
        number=number,
        digest=digest,
        reason=reason[:200],
        made_by=actor.label[:120],
        made_at=clock.now(),
        **content,
    )
    for row in days:
        row.version = version
    DayRule.objects.bulk_create(days)
    return version


def _days(plan: _Plan, years: Mapping[int, Iterable[Special]]) -> list[DayRule]:
    """The day rules of a version: the unit's own go before the official ones, provisional ones after them."""
    own: dict[date, OwnDay] = {}
    for day in plan.days:
        if day.kind not in DayKind.values:
            raise Invalid({"days": _("日期只能标为休息、上班或另定时间。")})
        if day.date in own:
            raise Invalid({"days": _("同一天只能有一条规定。")})
        if not (day.provisional and day.date.year in years):
            own[day.date] = day
    rows = [
        DayRule(
            date=day.date,
            kind=day.kind,
            hours=hours.normal(day.hours, "days"),
            source=DaySource.PROVISIONAL if day.provisional else DaySource.OWN,
            name=day.name,
            name_en=day.name_en,
        )
        for day in own.values()
    ]
    if any(row.kind == DayKind.HOURS and not row.hours for row in rows):
        raise Invalid({"days": _("另定时间的日期要写明时间。")})
    rows += [
        DayRule(date=day.date, kind=day.kind, source=DaySource.OFFICIAL, name=day.name, name_en=day.name_en)
        for listed in years.values()
        for day in listed
        if day.date not in own
    ]
    return sorted(rows, key=lambda row: row.date)


def _row_content(row: DayRule) -> list[str]:
    return [row.date.isoformat(), row.kind, row.hours, row.source, row.name, row.name_en]


def _digest(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid({"timezone": _("没有这个时区。")}) from None
