"""Chains of duties 收集→核对→上报 (DUT-13): which later step an open one puts at risk."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from zhize.domains.duties.models import Duty, Obligation
from zhize.kernel import calendars
from zhize.kernel.clocks import limits
from zhize.kernel.db import marks
from zhize.kernel.org.models import Unit
from zhize.lib import businesstime, clock
from zhize.lib.text import Text

# Longer chains than these steps are followed no further.
STEPS = 4


@dataclass(frozen=True)
class Risk:
    """A later step that would be late. `due_at` is when it is due, `ready_at` when what it waits for can be there.

    `obligation` is the open one of that step. `steps` is how far ahead it lies: 2 is the step after the next.
    """

    duty: Duty
    obligation: Obligation
    due_at: datetime
    ready_at: datetime
    steps: int

    @property
    def name(self) -> Text:
        return self.obligation.name


def risks(rows: Iterable[Obligation], at: datetime | None = None) -> dict[int, Risk]:
    """The first later step that each of these open obligations puts at risk, by obligation; most put none.

    Each step is taken to end when it is due, one that is late at `at` (now) at the earliest; what follows takes all
    the time its own target gives it. Two queries for each further step of the longest chain, however many rows.
    """
    moment = at or clock.now()
    open_rows = [
        row for row in rows if row.ended_at is None and row.duty is not None and row.due_at is not None
    ]
    # By the obligation asked about: where its chain stands, and when that is done.
    ahead = {row.pk: (row, row.duty, max(row.due_at or moment, moment)) for row in open_rows}
    units: dict[int, Unit] = {row.unit_id: row.unit for row in open_rows}
    found: dict[int, Risk] = {}
    for steps in range(1, STEPS):
        following = _following({duty for _row, duty, _ready in ahead.values() if duty is not None})
        if not following:
            break
        owed = _owed([duty for duties in following.values() for duty in duties], units)
        nearer: dict[int, tuple[Obligation, Duty | None, datetime]] = {}
        for pk, (row, duty, ready) in ahead.items():
            for later in following.get((duty.unit_id, duty.code) if duty is not None else (0, ""), ()):
                ready_then = _ready(later, ready, units[row.unit_id])
                of_step = _of(row, owed.get(later.pk, ()))
                if of_step is not None and of_step.due_at is not None and ready > of_step.due_at:
                    found.setdefault(pk, Risk(later, of_step, of_step.due_at, ready, steps))
                nearer[pk] = (row, later, ready_then)
        ahead = {pk: step for pk, step in nearer.items() if pk not in found}
    return found


def _following(duties: set[Duty]) -> dict[tuple[int, str], list[Duty]]:
    """The duties that come next, by unit and code of the one before. At most one query, mostly none."""
    units = frozenset(duty.unit_id for duty in duties)
    chained = (
        marks.kept(("duties.chained", units), lambda: _chained(units))
        if marks.is_reading()
        else _chained(units)
    )
    wanted = {(duty.unit_id, duty.code) for duty in duties}
    return {key: rows for key, rows in chained.items() if key in wanted}


def _chained(units: Collection[int]) -> dict[tuple[int, str], list[Duty]]:
    """The active duties of these units that come after another one, by unit and code of that one."""
    rows = Duty.objects.filter(
        Q(current__rule__has_key="after") | Q(current__rule__has_key="follows"),
        active=True,
        unit_id__in=units,
    ).select_related("current", "unit")
    found: dict[tuple[int, str], list[Duty]] = {}
    for row in rows:
        rule = row.current.rule if row.current is not None else {}
        found.setdefault((row.unit_id, str(rule.get("after") or rule.get("follows"))), []).append(row)
    return found


def _owed(duties: list[Duty], units: dict[int, Unit]) -> dict[int, list[Obligation]]:
    """What is open of these duties in these units, by duty, in due order. One query."""
    rows = Obligation.objects.filter(duty__in=duties, unit_id__in=units, ended_at__isnull=True)
    found: dict[int, list[Obligation]] = {}
    for row in rows.filter(due_at__isnull=False).order_by("due_at", "pk"):
        found.setdefault(row.duty_id or 0, []).append(row)
    return found


def _of(row: Obligation, owed: Iterable[Obligation]) -> Obligation | None:
    """The later step's obligation that belongs to this one: the first due behind where this one began."""
    return next(
        (
            each
            for each in owed
            if each.unit_id == row.unit_id and (each.due_at or row.opened_at) > row.opened_at
        ),
        None,
    )


def _ready(duty: Duty, begun: datetime, unit: Unit) -> datetime:
    """When the step is done that begins at `begun` and takes all its time; one with a day of its own takes none."""
    target = duty.current.rule.get("target") if duty.current is not None else None
    limit = limits.parse(target) if target else None
    if limit is None or isinstance(limit, limits.Moment) or limits.is_endless(limit):
        return begun
    return businesstime.due(limit, begun, calendars.for_unit(unit)).at or begun
