"""Reads: the calendar that counts for a unit, a year on one page, and what is still provisional."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Length

from zhize.kernel.access import Actor
from zhize.kernel.calendars import official, working
from zhize.kernel.calendars.models import Calendar, CalendarVersion, DayKind, DayRule, DaySource
from zhize.kernel.db import marks
from zhize.kernel.org.models import Unit
from zhize.lib import clock
from zhize.lib.businesstime import WorkCalendar
from zhize.lib.text import Text

# The arrangement of the next year is published in November; from then on its absence is worth a warning.
PUBLISHED_IN_MONTH = 11


def version_of(unit: Unit, at: datetime | None = None) -> CalendarVersion | None:
    """The version that counts for a unit: of the nearest calendar upwards, as it was at `at`; None when there is none.

    For a moment before the calendar existed its first version counts.
    """
    path, moment = unit.path or f"/{unit.pk}/", at or clock.now()
    rows = marks.kept(("calendars", path), lambda: _line(path))
    nearest = [row for row in rows if row.calendar_id == rows[0].calendar_id]
    return next((row for row in rows if row.made_at <= moment), nearest[-1] if nearest else None)


def _line(path: str) -> list[CalendarVersion]:
    """The versions of all calendars upwards from a unit, those of the nearest first, the newest of each first."""
    line = [int(part) for part in path.strip("/").split("/")]
    rows = (
        CalendarVersion.objects.filter(Q(calendar__unit_id__in=line) | Q(calendar__unit__isnull=True))
        .annotate(depth=Length("calendar__unit__path"))
        .select_related("calendar__unit")
    )
    return list(rows.order_by(F("depth").desc(nulls_last=True), "-number"))


def version_with_id(pk: int) -> CalendarVersion:
    """The version with this id and its calendar."""
    return marks.kept(
        ("calendar_version", pk), lambda: CalendarVersion.objects.select_related("calendar").get(pk=pk)
    )


def in_force(at: datetime | None = None) -> dict[int | None, CalendarVersion]:
    """The version of every calendar that is in force, by its unit's id (None: the standard calendar). One query."""
    rows = CalendarVersion.objects.filter(made_at__lte=at or clock.now()).select_related("calendar")
    newest = rows.order_by("calendar_id", "-number").distinct("calendar_id")
    return {row.calendar.unit_id: row for row in newest}


def for_unit(unit: Unit, at: datetime | None = None) -> WorkCalendar:
    """The working calendar of a unit, inherited from the nearest unit above that has one (ORG-17)."""
    version = version_of(unit, at)
    if version is None:
        return working.builtin(unit.timezone, working.this_year(unit.timezone))
    return working.of_version(version)


def next_day_end(unit: Unit) -> datetime:
    """When the unit's next working day ends (UTC): the usual limit where nobody says another."""
    return _next_day(unit)[1]


def next_day_start(unit: Unit) -> datetime:
    """When the unit's next working day begins (UTC)."""
    return _next_day(unit)[0]


def _next_day(unit: Unit) -> tuple[datetime, datetime]:
    calendar = for_unit(unit)
    day = calendar.next_working_day(calendar.local_date(clock.now()))
    return calendar.day_start(day), calendar.day_end(day)


def of_version(version: CalendarVersion) -> WorkCalendar:
    """The working calendar a version describes, kept once built."""
    return working.of_version(version)


def current(calendar: Calendar) -> CalendarVersion | None:
    """The newest version of a calendar."""
    return calendar.versions.first()


def provisional_years(version: CalendarVersion, years: range | set[int]) -> list[int]:
    """Those of `years` for which the version only has the weekly pattern, though it follows the official days."""
    if version.always_open or not version.calendar.follows_official:
        return []
    return sorted(set(years) - set(version.official_years))


def provisional_text(year: int) -> Text:
    return Text(
        "{year} 年国家放假安排尚未公布或尚未载入，暂按每周规律计算",
        "The official holidays of {year} are not published or not loaded; the weekly pattern is used for now",
    ).format(year=year)


def warnings(unit: Unit, at: datetime | None = None) -> list[Text]:
    """What an administrator should know about the unit's calendar now."""
    version = version_of(unit, at)
    today = (at or clock.now()).astimezone(clock.zone(version.timezone if version else unit.timezone)).date()
    years = {today.year} | ({today.year + 1} if today.month >= PUBLISHED_IN_MONTH else set())
    if version is None:
        missing = sorted(years - official.days_of(years).keys())
    else:
        missing = provisional_years(version, years)
    return [provisional_text(year) for year in missing]


@dataclass(frozen=True)
class DayCell:
    """One day of the year view. `source` is weekly, official, own or provisional."""

    date: date
    working: bool
    hours: str
    kind: str
    source: str
    name: Text
    today: bool


@dataclass(frozen=True)
class MonthView:
    """A month; `lead` empty cells stand before its first day in a week that begins on Monday."""

    number: int
    lead: int
    days: tuple[DayCell, ...]

    @property
    def working_days(self) -> int:
        return sum(day.working for day in self.days)


@dataclass(frozen=True)
class YearView:
    year: int
    calendar: Calendar
    version: CalendarVersion
    months: tuple[MonthView, ...]
    provisional: bool

    @property
    def working_days(self) -> int:
        return sum(month.working_days for month in self.months)

    @property
    def warning(self) -> Text | None:
        return provisional_text(self.year) if self.provisional else None


def year_view(version: CalendarVersion, year: int) -> YearView:
    """Every day of a year as the version sees it. Two queries at most."""
    rules = {row.date: row for row in version.days.filter(date__year=year)}
    calendar = working.of_version(version)
    today = clock.today(version.timezone)
    months = []
    for number in range(1, 13):
        lead, length = monthrange(year, number)
        dates = [date(year, number, day) for day in range(1, length + 1)]
        months.append(
            MonthView(number, lead, tuple(_cell(calendar, day, rules.get(day), today) for day in dates))
        )
    return YearView(year, version.calendar, version, tuple(months), bool(provisional_years(version, {year})))


def _cell(calendar: WorkCalendar, day: date, rule: DayRule | None, today: date) -> DayCell:
    hours = ", ".join(str(interval) for interval in calendar.hours_on(day))
    if rule is None or calendar.always_open:
        return DayCell(day, bool(hours), hours, "", "weekly", Text(""), day == today)
    return DayCell(
        day, bool(hours), hours, rule.kind, rule.source, Text(rule.name, rule.name_en), day == today
    )


@dataclass(frozen=True)
class YearCheck:
    """Whether a year is known: by what source, and which calendars do not contain it yet."""

    year: int
    source: str
    holidays: int
    workdays: int
    behind: tuple[Calendar, ...]

    @property
    def published(self) -> bool:
        return bool(self.source)


def check_year(year: int) -> YearCheck:
    """What is known of an official year, for `zhize calendar check`."""
    days = official.days_of([year]).get(year, [])
    rows = Calendar.objects.filter(follows_official=True).prefetch_related("versions").select_related("unit")
    behind = [row for row in rows if (newest := _newest(row)) and provisional_years(newest, {year})]
    return YearCheck(
        year,
        official.source_of(year),
        sum(day.kind == DayKind.HOLIDAY for day in days),
        sum(day.kind == DayKind.WORKDAY for day in days),
        tuple(behind),
    )


def _newest(calendar: Calendar) -> CalendarVersion | None:
    return max(calendar.versions.all(), key=lambda version: version.number, default=None)


def own_days(version: CalendarVersion) -> list[DayRule]:
    """The days the unit set itself, provisional ones included."""
    return list(version.days.exclude(source=DaySource.OFFICIAL))


def visible(actor: Actor) -> list[Calendar]:
    """Calendars the actor may see, the standard one first."""
    rows: QuerySet[Calendar] = Calendar.objects.visible_to(actor)
    return list(rows.select_related("unit").order_by(F("unit__path").asc(nulls_first=True)))
