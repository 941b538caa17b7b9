"""What is owed by day: one's own month or week, a unit's, and what a calendar program is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import add
from typing import Any

from django.db.models import DateField, F, Q, QuerySet, Window
from django.db.models.functions import Coalesce, RowNumber, TruncDay

from zhize.domains.duties import standing, verbs
from zhize.domains.duties.models import CalendarFeed, Obligation
from zhize.domains.duties.selectors import board, coverage
from zhize.domains.duties.selectors.board import Span
from zhize.domains.duties.selectors.coverage import NOTHING, Counters
from zhize.domains.duties.selectors.owed import with_everything
from zhize.kernel import calendars, history
from zhize.kernel.access import Actor
from zhize.kernel.history.models import Entry
from zhize.kernel.org.models import Unit
from zhize.lib import clock

# How much of the past a calendar program is told; further back only the product looks.
FEED_BACK = timedelta(days=31)


@dataclass(frozen=True)
class Day:
    """One day: its first obligations in order of time, and the counts of all of them."""

    day: date
    rows: tuple[Obligation, ...]
    counts: Counters
    working: bool
    inside: bool

    @property
    def more(self) -> int:
        return self.counts.all - len(self.rows)


@dataclass(frozen=True)
class Weeks:
    """Whole weeks from Monday, which hold the month or week that was asked for."""

    span: Span
    weeks: tuple[tuple[Day, ...], ...]
    total: Counters


def own(actor: Actor) -> Q:
    """What falls to the actor himself: named on it, or owed by whoever holds one of his positions."""
    return standing.of(actor).query()


def month(first: date) -> tuple[date, date]:
    """The first and last day of the month of `first`."""
    begin = first.replace(day=1)
    after = (begin + timedelta(days=32)).replace(day=1)
    return begin, after - timedelta(days=1)


def week(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week of `day`."""
    begin = day - timedelta(days=day.weekday())
    return begin, begin + timedelta(days=6)


def weeks(actor: Actor, span: Span, *, mine: bool, each: int = 5) -> Weeks:
    """The days of the span, filled up to whole weeks: the first `each` of every day and the counts of all.

    With `mine` what falls to the actor wherever it is owed, else all that he may see of the unit and below. Two
    queries beside those of his reach, for any number of obligations.
    """
    first, last = week(span.first)[0], week(span.last)[1]
    whole = Span(span.unit, first, last)
    rows = _own_rows(actor, whole) if mine else board.rows(actor, whole)
    day = TruncDay(
        Coalesce("due_at", "opened_at"), tzinfo=clock.zone(span.unit.timezone), output_field=DateField()
    )
    counted = rows.order_by().annotate(day=day).values("day").annotate(**coverage.sums(clock.now()))
    counts = {row["day"]: coverage.counted(row) for row in counted}
    number = Window(
        RowNumber(), partition_by=[F("day")], order_by=[Coalesce("due_at", "opened_at").asc(), F("pk").asc()]
    )
    shown: dict[date, list[Obligation]] = {}
    row: Any
    for row in with_everything(rows.annotate(day=day).annotate(number=number).filter(number__lte=each)):
        shown.setdefault(row.day, []).append(row)
    calendar = calendars.for_unit(span.unit)
    days = [
        Day(
            one,
            tuple(sorted(shown.get(one, ()), key=lambda row: (row.due_at or row.opened_at, row.pk))),
            counts.get(one, NOTHING),
            calendar.is_working_day(one),
            span.first <= one <= span.last,
        )
        for one in (first + timedelta(days=index) for index in range((last - first).days + 1))
    ]
    total = reduce(add, (one.counts for one in days if one.inside), NOTHING)
    return Weeks(span, tuple(tuple(days[at : at + 7]) for at in range(0, len(days), 7)), total)


def _own_rows(actor: Actor, span: Span) -> QuerySet[Obligation]:
    scope = span.scope
    within = coverage.falls_within(scope.since, scope.until)
    return Obligation.objects.filter(own(actor), within, coverage.COUNTED)


def of_feed(actor: Actor, at: datetime) -> QuerySet[Obligation]:
    """What a calendar program is told of the actor's own: due lately or ahead, cancelled ones too, so that it drops them."""
    rows = Obligation.objects.filter(own(actor), due_at__gte=at - FEED_BACK)
    return with_everything(rows).select_related("duty_version").order_by("due_at", "pk")


def feed_of(actor: Actor) -> CalendarFeed | None:
    """The actor's open calendar address."""
    return CalendarFeed.objects.filter(person_id=actor.person_id or 0, closed_at=None).first()


def feed_taken(actor: Actor) -> Entry | None:
    """How the actor's last calendar address ended, if it was not by his own hand."""
    last = CalendarFeed.objects.filter(person_id=actor.person_id or 0).first()
    if last is None or last.closed_at is None:
        return None
    return history.timeline(last).filter(verb=verbs.FEED_CLOSED, actor_kind="system").first()


def home(actor: Actor, units: Iterable[Unit]) -> Unit | None:
    """Where the actor works, else the first of the units."""
    listed = list(units)
    return next((unit for unit in listed if unit.pk == actor.home_unit_id), listed[0] if listed else None)
