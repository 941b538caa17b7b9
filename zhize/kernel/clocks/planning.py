"""Many clocks for fixed moments, made at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import models

from zhize.kernel import calendars
from zhize.kernel.access import Actor
from zhize.kernel.calendars.models import CalendarVersion
from zhize.kernel.clocks import ledger, limits
from zhize.kernel.clocks.limits import Moment
from zhize.kernel.clocks.models import Clock, ClockInterval
from zhize.kernel.clocks.services import LABEL
from zhize.kernel.clocks.thresholds import Threshold, rows_of
from zhize.kernel.db import atomic, copying
from zhize.kernel.org.models import Unit
from zhize.lib import clock as time
from zhize.lib.text import Text


@dataclass(frozen=True)
class Planned:
    """A clock of a row that is due at a fixed moment, running from `from_at`, which may lie ahead."""

    subject: models.Model
    unit: Unit
    version: CalendarVersion
    from_at: datetime
    due_at: datetime
    thresholds: tuple[Threshold, ...] = ()
    label: Text = LABEL
    made_at: datetime | None = None
    """Since when it was planned (now)."""


@atomic
def plan(planned: Iterable[Planned], *, actor: Actor) -> list[Clock]:
    """Many clocks at once: three statements however many they are (recurring duties are planned weeks ahead).

    The caller records it. What was reached before a clock was planned is not told any more: nobody can be reminded of
    what is over.
    """
    listed, now = list(planned), time.now()
    labels: dict[Text, dict[str, str]] = {}
    rows = [
        Clock(
            subject_type=each.subject._meta.label_lower,
            subject_id=each.subject.pk,
            label=labels.setdefault(each.label, each.label.as_dict()),
            unit=each.unit,
            calendar_version=each.version,
            target=limits.as_json(Moment(each.due_at)),
            started_at=each.from_at,
            due_at=each.due_at,
        )
        for each in listed
    ]
    copying.copy_in(rows)
    by = actor.label[:120]
    copying.copy_in(
        [
            ClockInterval(clock_id=row.pk, kind=ClockInterval.RUN, from_at=row.started_at, by=by)
            for row in rows
        ]
    )
    points = []
    for each, row in zip(listed, rows, strict=True):
        book = ledger.Ledger(Moment(each.due_at), each.from_at)
        mine = rows_of(row, book, calendars.of_version(each.version), each.thresholds)
        for point in mine:
            if point.next_at is not None and point.next_at <= (each.made_at or now):
                point.next_at = None
        points += mine
    copying.copy_in(points)
    return rows
