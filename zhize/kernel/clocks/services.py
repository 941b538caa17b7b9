"""Start, pause, resume, stop, move and recompute a clock.

Who may do it was decided for the row the clock belongs to by the service that calls; here only `recompute` asks
for a right of its own. Every change stands in that row's timeline, and in the timeline of the row it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access, calendars, history
from zhize.kernel.access import Actor
from zhize.kernel.clocks import capabilities, ledger, limits, selectors, verbs
from zhize.kernel.clocks.limits import Limit, Moment
from zhize.kernel.clocks.models import Clock, ClockChange, ClockInterval, Outcome
from zhize.kernel.clocks.thresholds import Threshold, rearm, rows_of, withdraw
from zhize.kernel.db import DomainError, Invalid, atomic, copying, guarded_update, prepared
from zhize.kernel.org.models import Unit
from zhize.lib import clock as time
from zhize.lib.businesstime import duration_text
from zhize.lib.text import Text

LABEL = Text("时限", "Time limit")
Rows = Iterable[models.Model]


class NotRunning(DomainError):
    code = "clock.not_running"
    message = _("这个时限没有在计时。")


class NotPaused(DomainError):
    code = "clock.not_paused"
    message = _("这个时限没有暂停。")


class NotPausable(DomainError):
    code = "clock.not_pausable"
    message = _("约定的时刻不能暂停，只能改期。")


class Closed(DomainError):
    code = "clock.closed"
    message = _("这个时限已经结束，不再变动。")


@atomic
def start(
    subject: models.Model,
    *,
    target: Mapping[str, Any] | Limit,
    unit: Unit,
    actor: Actor,
    thresholds: Iterable[Threshold | Mapping[str, Any]] = (),
    at: datetime | None = None,
    code: str = "due",
    label: Text = LABEL,
    about: models.Model | None = None,
) -> Clock:
    """Start a clock of `subject` under the unit's calendar as it is now. Announces clock.started.

    `at` may lie in the past (a mail received earlier). Raises Invalid for a target that cannot be read and for a
    start in the future; the database refuses a second open clock of the same row and code.
    """
    drawn = draw(target=target, unit=unit, at=at, code=code, label=label)
    rows, told = begin(drawn, subject, actor=actor, thresholds=thresholds, about=about)
    history.record_each(actor=actor, happenings=[told], rows=rows)
    return drawn


def draw(
    *,
    target: Mapping[str, Any] | Limit,
    unit: Unit,
    at: datetime | None = None,
    code: str = "due",
    label: Text = LABEL,
    pk: int | None = None,
) -> Clock:
    """A clock with its due time and its id (`pk`, where it was reserved), not written yet: for a row that is written with both.

    Raises as `start`.
    """
    begun, limit = _past(at), limits.parse(target)
    version = calendars.version_for(unit)
    return Clock(
        pk=pk or copying.reserve(Clock, 1)[0],
        code=code,
        label=label.as_dict(),
        unit=unit,
        calendar_version=version,
        target=limits.as_json(limit),
        started_at=begun,
        due_at=ledger.due_at(ledger.Ledger(limit, begun), calendars.of_version(version)),
    )


def begin(
    clock: Clock,
    subject: models.Model,
    *,
    actor: Actor,
    thresholds: Iterable[Threshold | Mapping[str, Any]] = (),
    about: models.Model | None = None,
) -> tuple[list[models.Model], history.Happening]:
    """What was drawn as the clock of `subject`: the rows to write, itself first, and what to record of them."""
    clock.subject_type, clock.subject_id = subject._meta.label_lower, subject.pk
    if about is not None:
        clock.about_type, clock.about_id = about._meta.label_lower, about.pk
    begun = clock.started_at
    running = ClockInterval(clock=clock, kind=ClockInterval.RUN, from_at=begun, by=actor.label[:120])
    book = ledger.Ledger(limits.parse(clock.target), begun)
    points = rows_of(clock, book, selectors.calendar_of(clock), thresholds)
    return [clock, running, *points], _told(clock, verbs.STARTED, (subject, about))


@atomic
def pause(clock: Clock, *, reason: str, actor: Actor, at: datetime | None = None) -> Clock:
    """Stop the time for a while. Needs a reason; raises NotRunning, NotPausable (a fixed moment). Announces clock.paused.

    Open thresholds are withdrawn until it is resumed, except those that were reached before `at`.
    """
    moment = _locked(clock, at)
    if clock.outcome != Outcome.RUNNING:
        raise NotRunning
    if isinstance(limits.parse(clock.target), Moment):
        raise NotPausable
    if not reason.strip():
        raise Invalid({"reason": _("请写明暂停的原因。")})
    moment = _close_interval(clock, moment)
    interval = {
        "kind": ClockInterval.PAUSE,
        "from_at": moment,
        "reason": reason[:300],
        "by": actor.label[:120],
    }
    ClockInterval.objects.create(clock=clock, **interval)
    _computed(clock, outcome=Outcome.PAUSED)
    _record(clock, verbs.PAUSED, actor, note=reason)
    return clock


@atomic
def resume(clock: Clock, *, actor: Actor, reason: str = "", at: datetime | None = None) -> Clock:
    """Let the time run again; due moment and open thresholds move by the pause. Announces clock.resumed."""
    moment = _locked(clock, at)
    if clock.outcome != Outcome.PAUSED:
        raise NotPaused
    paused = clock.intervals.get(to_at__isnull=True)
    moment = _close_interval(clock, moment)
    interval = {"kind": ClockInterval.RUN, "from_at": moment, "reason": reason[:300], "by": actor.label[:120]}
    ClockInterval.objects.create(clock=clock, **interval)
    _computed(clock, outcome=Outcome.RUNNING)
    length = duration_text(moment - paused.from_at)
    _record(clock, verbs.RESUMED, actor, data={"length": length}, note=reason)
    return clock


@atomic
def stop(clock: Clock, *, actor: Actor, at: datetime | None = None, rows: Rows = ()) -> Clock:
    """The matter is done: met, or late when after the due moment. Final. Announces clock.stopped.

    Thresholds reached before the stop are still told (a stopped worker hides nothing); later ones never. `rows`: the
    rows it belongs to and is about, as far as the caller has them in hand.
    """
    moment = _locked(clock, at)
    with prepared.cursor() as cursor:
        cursor.execute(_STOP, {"pk": clock.pk, "at": moment, "late": Outcome.LATE, "met": Outcome.MET})
        [[moment, outcome]] = cursor.fetchall()
    clock.stopped_at, clock.outcome, clock.version = moment, outcome, clock.version + 1
    behind = max(moment - clock.due_at, timedelta(0)) if clock.due_at else timedelta(0)
    data = {"outcome_text": selectors.OUTCOMES[outcome], "late_minutes": int(behind.total_seconds() // 60)}
    _record(clock, verbs.STOPPED, actor, data=data, rows=_hers(clock, rows))
    return clock


# The open stretch ends not before it began, and what would be reached later is told no more. The clock is locked.
_STOP = """
    WITH ended AS (
        UPDATE clocks_clockinterval SET to_at = greatest(%(at)s, from_at)
         WHERE clock_id = %(pk)s AND to_at IS NULL RETURNING to_at),
    withdrawn AS (
        UPDATE clocks_clockthreshold SET next_at = NULL FROM ended
         WHERE clock_id = %(pk)s AND fired_at IS NULL AND next_at IS NOT NULL AND fire_at > ended.to_at)
    UPDATE clocks_clock
       SET stopped_at = ended.to_at, version = version + 1,
           outcome = CASE WHEN ended.to_at > due_at THEN %(late)s ELSE %(met)s END
      FROM ended WHERE id = %(pk)s RETURNING stopped_at, outcome
"""


@atomic
def cancel(
    clock: Clock, *, actor: Actor, reason: str | Text = "", at: datetime | None = None, rows: Rows = ()
) -> Clock:
    """The matter fell away: no outcome counts and nothing more is told. Final. Announces clock.cancelled. `rows`: as `stop`."""
    moment = _close_interval(clock, _locked(clock, at))
    guarded_update(clock, stopped_at=moment, outcome=Outcome.CANCELLED)
    withdraw(clock)
    _record(clock, verbs.CANCELLED, actor, note=reason, rows=_hers(clock, rows))
    return clock


@atomic
def move_due(clock: Clock, due_at: datetime, *, reason: str, actor: Actor) -> Clock:
    """Set another due moment, with a reason; thresholds that lie ahead again are armed anew. Announces clock.moved."""
    now = _locked(clock, None)
    if clock.outcome != Outcome.RUNNING:
        raise NotRunning
    if not reason.strip():
        raise Invalid({"reason": _("请写明改期的原因。")})
    if due_at.tzinfo is None or due_at <= clock.started_at:
        raise Invalid({"due_at": _("新的到期时间要晚于起算时间。")})
    before = clock.due_at
    _computed(clock, moved_at=now, moved_due_at=due_at)
    _changed(clock, ClockChange.MOVED, now, before, reason, actor)
    data = {"before": before, "before_text": selectors.moment(clock, before)}
    _record(clock, verbs.MOVED, actor, data=data, note=reason)
    return clock


@atomic
def recompute(clock: Clock, *, actor: Actor, reason: str) -> Clock:
    """Bind an open clock to its unit's present calendar version and compute it again. Announces clock.recomputed.

    Raises Refused, Closed, and Invalid without a reason. Nothing happens when the version is the same.
    """
    access.require(actor, capabilities.RECOMPUTE, clock)
    now = _locked(clock, None)
    if not reason.strip():
        raise Invalid({"reason": _("请写明重新计算的原因。")})
    before, version = clock.due_at, calendars.version_for(clock.unit)
    old = clock.calendar_version
    if version.pk == old.pk:
        return clock
    before_text = selectors.moment(clock, before)
    _computed(clock, calendar_version=version)
    _changed(clock, ClockChange.RECOMPUTED, now, before, reason, actor, calendar_before=old)
    data = {"before": before, "before_text": before_text, "calendar": str(version)}
    _record(clock, verbs.RECOMPUTED, actor, data=data, note=reason)
    return clock


def _hers(clock: Clock, rows: Rows) -> tuple[models.Model | None, models.Model | None] | None:
    """The rows the clock belongs to and is about, when the caller gave all of them; None: they are read."""
    found = {(row._meta.label_lower, row.pk): row for row in rows}
    subject = found.get((clock.subject_type, clock.subject_id))
    about = found.get((clock.about_type, clock.about_id or 0))
    return None if subject is None or (about is None and clock.about_id is not None) else (subject, about)


def _past(at: datetime | None) -> datetime:
    now = time.now()
    if at is not None and at > now:
        raise Invalid({"at": _("时间不能在将来。")})
    return at or now


def _locked(clock: Clock, at: datetime | None) -> datetime:
    """Lock and re-read the clock, so that two people cannot both stop it. Raises Closed. Returns the moment."""
    moment = _past(at)
    selectors.lock(clock)
    if not clock.is_open:
        raise Closed
    return moment


def _close_interval(clock: Clock, moment: datetime) -> datetime:
    """End the open stretch of the ledger, not before it began. Returns the moment it ended."""
    with prepared.cursor() as cursor:
        cursor.execute(
            "UPDATE clocks_clockinterval SET to_at = greatest(%s, from_at)"
            " WHERE clock_id = %s AND to_at IS NULL RETURNING to_at",
            [moment, clock.pk],
        )
        [[ended]] = cursor.fetchall()
    return cast("datetime", ended)


def _computed(clock: Clock, **changes: Any) -> None:
    """Write the changes with the due moment that follows from them, and move the open thresholds."""
    for name, value in changes.items():
        setattr(clock, name, value)
    book, calendar = selectors.ledger_of(clock), selectors.calendar_of(clock)
    guarded_update(clock, **changes, due_at=ledger.due_at(book, calendar))
    rearm(clock, book, calendar, again="moved_at" in changes)


def _changed(
    clock: Clock,
    kind: str,
    at: datetime,
    before: datetime | None,
    reason: str,
    actor: Actor,
    calendar_before: Any = None,
) -> None:
    ClockChange.objects.create(
        clock=clock,
        kind=kind,
        at=at,
        due_before=before,
        due_after=clock.due_at,
        calendar_before=calendar_before,
        reason=reason[:300],
        by=actor.label[:120],
    )


def _record(
    clock: Clock,
    verb: str,
    actor: Actor,
    *,
    data: Mapping[str, Any] | None = None,
    note: str | Text = "",
    rows: tuple[models.Model | None, ...] | None = None,
) -> None:
    """The entry on the row the clock belongs to; it also stands in the timeline of the row it is about."""
    if rows is None:
        found = selectors.rows_of([clock])
        rows = (
            found.get((clock.subject_type, clock.subject_id)),
            found.get((clock.about_type, clock.about_id or 0)),
        )
    told = _told(clock, verb, rows, data, note)
    history.record_each(actor=actor, happenings=[told])


def _told(
    clock: Clock,
    verb: str,
    rows: tuple[models.Model | None, ...],
    data: Mapping[str, Any] | None = None,
    note: str | Text = "",
) -> history.Happening:
    """What the entry says of the clock of the first of the rows, which is about the second."""
    subject, about = rows
    told = {
        "clock": clock.pk,
        "clock_code": clock.code,
        "label": clock.label,
        "due": clock.due_at,
        "due_text": selectors.moment(clock, clock.due_at),
        "outcome": clock.outcome,
        **(data or {}),
    }
    return history.Happening(
        subject if subject is not None else clock,
        data=told,
        note=note,
        unit=clock.unit,
        also=(about,) if about is not None else (),
        marks=(clock,),
        verb=verb,
    )
