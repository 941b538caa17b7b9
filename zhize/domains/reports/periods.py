"""The period of a report: which days it covers, what it is called, when it is due."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from zhize.domains.reports.pack import DueSpec, ReportSpec
from zhize.kernel import calendars
from zhize.kernel.org.models import Unit
from zhize.lib import clock
from zhize.lib.text import Text

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
WEEK_STARTS = {"mon": 0, "sat": 5, "sun": 6}
WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4}
# A day of the month after this one lies in the month itself, an earlier one in the next (the 5th, the 30th).
LATE_IN_MONTH = 20
CLOSE_OF_BUSINESS = time(18)
# How a period stands in the name of a file; others by their first day.
FILED = {"month": "%Y-%m", "year": "%Y"}


@dataclass(frozen=True)
class Span:
    """Whole days from `first` to `last`, both included, in the unit's zone."""

    kind: str
    first: date
    last: date

    @property
    def label(self) -> str:
        """What the period is called on paper, in the reader's language."""
        day = {"y": self.first.year, "m": self.first.month, "d": self.first.day}
        if self.kind == "day":
            return _("%(y)d年%(m)d月%(d)d日") % day
        if self.kind == "month":
            return _("%(y)d年%(m)d月") % day
        if self.kind == "quarter":
            return _("%(y)d年第%(q)d季度") % {**day, "q": (self.first.month + 2) // 3}
        if self.kind == "year":
            return _("%(y)d年") % day
        return _("%(first)s 至 %(last)s") % {"first": self.first.isoformat(), "last": self.last.isoformat()}

    @property
    def code(self) -> str:
        """The period in the name of a file."""
        return f"{self.first:{FILED.get(self.kind, '%Y-%m-%d')}}"

    @property
    def text(self) -> Text:
        """The same in both languages, for history."""
        with translation.override("zh-hans"):
            chinese = self.label
        with translation.override("en"):
            return Text(chinese, self.label)

    def before(self) -> Span:
        """The period before."""
        return self._at(self.first - timedelta(days=1))

    def after(self) -> Span:
        """The period after."""
        return self._at(self.last + timedelta(days=1))

    def _at(self, day: date) -> Span:
        if self.kind in MONTHS or self.kind == "day":
            return containing(self.kind, day)
        return containing(self.kind, day, starts=self.first.weekday())


def containing(kind: str, day: date, *, starts: int = 0) -> Span:
    """The period of this kind that the day lies in; `starts` is the first weekday of a week (0 Monday)."""
    if kind == "day":
        return Span(kind, day, day)
    if kind == "week":
        first = day - timedelta(days=(day.weekday() - starts) % 7)
        return Span(kind, first, first + timedelta(days=6))
    size = MONTHS[kind]
    first_month = (day.month - 1) // size * size + 1
    last_month = first_month + size - 1
    return Span(
        kind, date(day.year, first_month, 1), date(day.year, last_month, monthrange(day.year, last_month)[1])
    )


def of(spec: ReportSpec, day: date) -> Span:
    """The report's period that the day lies in."""
    return containing(spec.period, day, starts=WEEK_STARTS[spec.week_starts])


def in_month(spec: ReportSpec, month: date) -> list[Span]:
    """The report's periods that end in the month, oldest first; none for reports about one case."""
    if spec.period == "case":
        return []
    last = containing("month", month).last
    span, found = of(spec, last), []
    if span.last > last:
        span = span.before()
    while span.last >= last.replace(day=1):
        found.append(span)
        span = span.before()
    return found[::-1]


def due_at(spec: ReportSpec, span: Span, unit: Unit) -> datetime | None:
    """When the report of the period is due (UTC); a free day moves it to the working day before. None without a rule."""
    if spec.due is None:
        return None
    day = _due_day(spec.due, span)
    if spec.due.weekday is None and span.kind != "day":
        day = working_day(unit, day)
    local = datetime.combine(day, spec.due.at or CLOSE_OF_BUSINESS, clock.zone(unit.timezone))
    return local.astimezone(clock.zone("UTC"))


def _due_day(due: DueSpec, span: Span) -> date:
    if due.weekday is not None:
        wanted = WEEKDAYS[due.weekday]
        return span.last - timedelta(days=(span.last.weekday() - wanted) % 7)
    if due.day is not None:
        if due.day == -1:
            return span.last
        month = span.last if due.day > LATE_IN_MONTH else span.last + timedelta(days=1)
        return month.replace(day=min(due.day, monthrange(month.year, month.month)[1]))
    return span.last + timedelta(days=due.after_days or 0)


def issuable_from(spec: ReportSpec, span: Span, unit: Unit) -> date:
    """The first day on which the report may be signed: the last of its period, or the day it is due where that is earlier.

    Its figures are frozen then; those of a month that goes on would stay half a month's.
    """
    return min(span.last, due_on(spec, span, unit) or span.last)


def due_nearest(spec: ReportSpec, day: date, unit: Unit) -> Span:
    """The period that is reported on a day: the one whose report is due nearest to it."""
    now = of(spec, day)
    found = [(due, span) for span in (now, now.before()) if (due := due_on(spec, span, unit)) is not None]
    return min(found, key=lambda one: abs(one[0] - day))[1] if found else now


def due_on(spec: ReportSpec, span: Span, unit: Unit) -> date | None:
    """The day in the unit's zone on which the report of the period is due."""
    due = due_at(spec, span, unit)
    return None if due is None else due.astimezone(clock.zone(unit.timezone)).date()


def working_day(unit: Unit, day: date) -> date:
    """The day itself or the nearest working day before it, by the unit's calendar."""
    calendar: Any = calendars.for_unit(unit, datetime.combine(day, time(), clock.zone(unit.timezone)))
    for back in range(15):
        tried = day - timedelta(days=back)
        if calendar.is_working_day(tried):
            return tried
    return day
