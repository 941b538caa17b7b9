"""Telling thresholds: claimed in batches, each told once, however many workers tick and however late.

1. Lock a batch of thresholds whose time has come together with their clocks, skipping what others hold.
2. Mark them and write their history entries together; when anything fails, each once more in a savepoint of its own, so
   that one that fails does not hold up the rest.
3. One whose reaction would have to wait for somebody's lock gives way and is told half a minute later.
4. One that failed is tried again later, visibly, with growing pauses.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from django.db import OperationalError, connection, models, transaction

from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.clocks import capabilities, selectors, verbs
from zhize.kernel.clocks.models import Clock, ClockThreshold
from zhize.kernel.db import atomic, known, prepared, statements
from zhize.lib import clock as time
from zhize.lib.businesstime import duration_text

# How long a batch holds its clocks: about a tenth of a second.
BATCH = 250
# Somebody at work goes before the ticker: it gives way well before the database would look for a deadlock (1 s).
GIVE_WAY_AFTER = "300ms"
AGAIN_AFTER = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)

log = structlog.get_logger(__name__)

_TOLD = "UPDATE clocks_clockthreshold SET fired_at = %s, next_at = NULL, error = '' WHERE id = ANY(%s)"

Rows = dict[tuple[str, int], models.Model]
Starter = Callable[[datetime], object]
S = TypeVar("S", bound=Starter)
_starters: list[Starter] = []


def before_ticking(starter: S) -> S:
    """Register what starts clocks that a row implies until its time comes: called with the moment of every tick."""
    _starters.append(starter)
    return starter


def tick(*, limit: int = 500) -> int:
    """Tell at most `limit` thresholds whose moment has come. Returns how many were looked at."""
    for starter in _starters:
        try:
            starter(time.now())
        except Exception:  # what cannot be started must not keep the clocks that run from telling
            log.exception("clocks_not_started", starter=starter.__qualname__)
    done = 0
    while done < limit:
        found = _batch(min(BATCH, limit - done))
        done += found
        if found < BATCH:
            break
    return done


@atomic
def _batch(size: int) -> int:
    now = time.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [GIVE_WAY_AFTER])
    rows = _reached(now, size)
    subjects = selectors.rows_of(row.clock for row in rows)
    actor = access.system(capabilities.TICK)
    try:
        with transaction.atomic():
            _tell(rows, subjects, actor, now)
    except Exception as problem:
        # Told one by one, so that the one it is can be named and only that one waits.
        log.warning("clock.batch", moments=len(rows), error=f"{type(problem).__name__}: {problem}"[:300])
        _tell_one_by_one(rows, selectors.rows_of(row.clock for row in rows), actor, now)
    return len(rows)


def _reached(now: datetime, size: int) -> list[ClockThreshold]:
    """The thresholds that have waited the longest, locked with their clocks; those that others hold are left to them.

    Of many that end at the same moment no order is asked: the database would read and sort all of them for each batch.
    """

    def waiting(now: Any) -> models.QuerySet[ClockThreshold]:
        return (
            ClockThreshold.objects.filter(fired_at__isnull=True, next_at__lte=now)
            .select_related("clock")
            .defer("clock__target")
            .select_for_update(skip_locked=True, of=("self", "clock"))
            .order_by("next_at")[:size]
        )

    rows = statements.rows(("clocks.reached", size), statements.ANYBODY, waiting, now=now)
    known.attach([row.clock for row in rows], "calendar_version", "unit")
    return sorted(rows, key=lambda row: (row.next_at, row.pk))


def _tell_one_by_one(rows: list[ClockThreshold], subjects: Rows, actor: Actor, now: datetime) -> None:
    for row in rows:
        try:
            with transaction.atomic():
                _tell([row], subjects, actor, now)
        except OperationalError:
            # A row that a reaction writes is being worked on.
            ClockThreshold.objects.filter(pk=row.pk).update(next_at=now + AGAIN_AFTER)
        except Exception as problem:  # one bad row must not stop all clocks
            _postpone(row, problem, now)


def _tell(rows: list[ClockThreshold], subjects: Rows, actor: Actor, now: datetime) -> None:
    with prepared.cursor() as cursor:
        cursor.execute(_TOLD, [now, [row.pk for row in rows]])
    history.record_each(
        actor=actor,
        verb=verbs.THRESHOLD,
        happenings=[
            history.Happening(
                subject=subjects.get((row.clock.subject_type, row.clock.subject_id), row.clock),
                unit=row.clock.unit,
                data=_data(row, row.clock, now),
                also=(subjects.get((row.clock.about_type, row.clock.about_id or 0)),),
            )
            for row in rows
        ],
    )


def _data(row: ClockThreshold, clock: Clock, now: datetime) -> dict[str, Any]:
    reached = row.fire_at or now
    late = max(reached - clock.due_at, timedelta(0)) if clock.due_at else timedelta(0)
    return {
        "clock": clock.pk,
        "clock_code": clock.code,
        "code": row.code,
        "round": row.round,
        "label": clock.label,
        "threshold": row.label,
        "due": clock.due_at,
        "due_text": selectors.moment(clock, clock.due_at),
        "reached": reached,
        "late_minutes": int(late.total_seconds() // 60),
        "late_text": duration_text(late),
        "behind_minutes": int((now - reached).total_seconds() // 60),
        "stopped": clock.stopped_at is not None,
    }


def _postpone(row: ClockThreshold, problem: Exception, now: datetime) -> None:
    attempts = row.attempts + 1
    wait = min(timedelta(minutes=2 ** min(attempts, 6)), LONGEST_WAIT)
    log.error(
        "clock_threshold_failed", threshold=row.pk, clock=row.clock_id, attempts=attempts, exc_info=problem
    )
    ClockThreshold.objects.filter(pk=row.pk).update(
        attempts=attempts, next_at=now + wait, error=f"{type(problem).__name__}: {problem}"[:2000]
    )
