"""Reads: a clock's ledger, what is used and left, its thresholds, and how its due time was computed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models

from zhize.kernel import calendars
from zhize.kernel.calendars import selectors as calendar_selectors
from zhize.kernel.clocks import ledger, limits
from zhize.kernel.clocks.ledger import Ledger
from zhize.kernel.clocks.models import OPEN, Clock, ClockInterval, Outcome
from zhize.kernel.db import statements
from zhize.lib import clock as time
from zhize.lib.businesstime import WorkCalendar, Working, due, duration_text, moment_text, working_steps
from zhize.lib.text import Text

_UNLIMITED = Text("不限时", "no limit")


def of(subject: models.Model, code: str | None = None) -> models.QuerySet[Clock]:
    """The clocks of a row, newest first."""
    rows = Clock.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk).order_by("-pk")
    return rows if code is None else rows.filter(code=code)


def about(row: models.Model) -> models.QuerySet[Clock]:
    """Open clocks of other rows (its obligations, work sheets, promises) that stand in this row's timeline."""
    return Clock.objects.filter(about_type=row._meta.label_lower, about_id=row.pk, outcome__in=OPEN).order_by(
        "pk"
    )


def running(subject: models.Model, code: str = "due") -> Clock | None:
    """The open clock of a row under this code."""
    return of(subject, code).filter(outcome__in=OPEN).first()


def calendar_of(clock: Clock) -> WorkCalendar:
    return calendars.of_version(clock.calendar_version)


def ledger_of(clock: Clock) -> Ledger:
    """What the arithmetic needs to know of a clock. One query."""
    pauses = tuple((row.from_at, row.to_at) for row in _intervals(clock) if row.kind == ClockInterval.PAUSE)
    moved = (clock.moved_at, clock.moved_due_at) if clock.moved_at and clock.moved_due_at else None
    return Ledger(limits.parse(clock.target), clock.started_at, pauses, moved)


def _intervals(clock: Clock) -> Iterable[ClockInterval]:
    """The ledger; of a clock that is only implied yet, and not written, nothing."""
    return clock.intervals.all() if clock.pk is not None else ()


@dataclass(frozen=True)
class Reading:
    """A clock read at a moment. `left` is None without a limit and negative when late; `paused` stops it."""

    used: timedelta
    left: timedelta | None
    due_at: datetime | None
    late: bool
    paused: bool


def reading(clock: Clock, at: datetime | None = None) -> Reading:
    """What is used and left at `at` (now; when it was stopped for a closed clock). Two queries at most."""
    moment = clock.stopped_at or at or time.now()
    book, calendar = ledger_of(clock), calendar_of(clock)
    spent = ledger.used(book, calendar, moment)
    if clock.due_at is None:
        length = getattr(book.limit, "length", None)
        left = length - spent if length is not None and book.moved is None else None
        return Reading(spent, left, None, False, clock.outcome == Outcome.PAUSED)
    if isinstance(book.limit, Working) and moment <= clock.due_at:
        left = calendar.working_time(moment, clock.due_at)
    else:
        left = clock.due_at - moment
    return Reading(spent, left, clock.due_at, moment > clock.due_at, clock.outcome == Outcome.PAUSED)


def moment(clock: Clock, at: datetime | None) -> Text:
    """A moment in the wall time of the clock's calendar, or "no limit"."""
    return _UNLIMITED if at is None else moment_text(calendar_of(clock).local(at))


def explain(clock: Clock) -> list[Text]:
    """How the due time was computed, line by line in both languages. A fixed number of queries."""
    book, calendar, version = ledger_of(clock), calendar_of(clock), clock.calendar_version
    lines = [
        Text("日历：{name}，第 {n} 版", "Calendar: {name}, version {n}").format(
            name=Text(version.calendar.name, version.calendar.name_en), n=version.number
        )
    ]
    first = due(book.limit, book.started_at, calendar) if not isinstance(book.limit, limits.Moment) else None
    if first is not None and not book.pauses and book.moved is None:
        lines += first.steps
    else:
        lines += _told(clock, book, calendar)
    lines += _provisional(clock, calendar)
    if clock.stopped_at is not None:
        spent = duration_text(ledger.used(book, calendar, clock.stopped_at))
        lines.append(
            Text("{outcome}：{m} 停止，用时 {d}", "{outcome}: stopped {m}, used {d}").format(
                outcome=OUTCOMES[Outcome(clock.outcome)], m=moment(clock, clock.stopped_at), d=spent
            )
        )
    return lines


def _told(clock: Clock, book: Ledger, calendar: WorkCalendar) -> list[Text]:
    """The lines of a clock that was paused, moved, or is bound to a fixed moment."""
    lines = [
        Text("起算：{m}", "Starts {m}").format(m=moment(clock, book.started_at)),
        Text("时限：{t}", "Limit: {t}").format(t=limits.text(book.limit, calendar)),
    ]
    for row in _intervals(clock):
        end = row.to_at or clock.stopped_at
        if row.kind == ClockInterval.PAUSE:
            lines.append(_pause_text(clock, row, end))
        elif isinstance(book.limit, Working) and (end or clock.due_at):
            lines += working_steps(calendar, row.from_at, end or clock.due_at or row.from_at)
    for change in clock.moves.all() if clock.pk is not None else ():
        before, after = moment(clock, change.due_before), moment(clock, change.due_after)
        verb = Text("改期", "Moved") if change.kind == change.MOVED else Text("重新计算", "Computed again")
        lines.append(
            Text("{verb}：{before} → {after}，{reason}", "{verb}: {before} → {after}, {reason}").format(
                verb=verb, before=before, after=after, reason=change.reason
            )
        )
    if clock.outcome == Outcome.PAUSED and clock.due_at is None:
        lines.append(Text("暂停中，恢复后再算到期", "Paused; the due time follows when it is resumed"))
    else:
        lines.append(Text("到期：{m}", "Due {m}").format(m=moment(clock, clock.due_at)))
    return lines


def _pause_text(clock: Clock, row: ClockInterval, end: datetime | None) -> Text:
    if end is None:
        return Text("暂停：{a} 起，{why}", "Paused since {a}: {why}").format(
            a=moment(clock, row.from_at), why=row.reason
        )
    return Text("暂停：{a} 至 {b}，不计 {d}，{why}", "Paused {a} to {b}, {d} not counted: {why}").format(
        a=moment(clock, row.from_at), b=moment(clock, end), d=duration_text(end - row.from_at), why=row.reason
    )


def _provisional(clock: Clock, calendar: WorkCalendar) -> list[Text]:
    """A warning for every year between start and due whose official days the version does not contain."""
    if clock.target.get("kind") in {"elapsed", "moment", "none"}:
        return []
    end = clock.due_at or clock.started_at
    years = range(calendar.local(clock.started_at).year, calendar.local(end).year + 1)
    missing = calendar_selectors.provisional_years(clock.calendar_version, years)
    return [calendar_selectors.provisional_text(year) for year in missing]


OUTCOMES = {
    Outcome.RUNNING: Text("计时中", "running"),
    Outcome.PAUSED: Text("已暂停", "paused"),
    Outcome.MET: Text("按时", "in time"),
    Outcome.LATE: Text("超时", "late"),
    Outcome.CANCELLED: Text("已取消", "cancelled"),
}


def rows_of(clocks: Iterable[Clock]) -> dict[tuple[str, int], Any]:
    """The rows that clocks belong to and are about, by (type, id): one query for each type."""
    wanted: dict[str, set[int]] = {}
    for clock in clocks:
        wanted.setdefault(clock.subject_type, set()).add(clock.subject_id)
        if clock.about_id is not None:
            wanted.setdefault(clock.about_type, set()).add(clock.about_id)
    found = {}
    for label, ids in wanted.items():
        every = apps.get_model(label)._base_manager.all
        for pk, row in statements.by_id(("clocks.rows", label), statements.ANYBODY, every, ids).items():
            found[label, pk] = row
    return found


def lock(clock: Clock) -> None:
    """Read the clock again as it is now, and let nobody else write it until the transaction ends."""
    read = clock._state.fields_cache
    [locked] = statements.rows(
        "clocks.locked",
        statements.ANYBODY,
        lambda pk: Clock.objects.select_for_update().filter(pk=pk),
        pk=clock.pk,
    )
    for field in Clock._meta.concrete_fields:
        setattr(clock, field.attname, getattr(locked, field.attname))
    # What it refers to is the same row still, mostly: not read again.
    clock._state.fields_cache = {
        name: row for name, row in read.items() if row.pk == getattr(clock, f"{name}_id", None)
    }
