"""Readings for the monitor page: what waits, runs, failed, is tried again, and which periodic jobs are late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery
from procrastinate.contrib.django.models import ProcrastinateEvent

from zhize.kernel import access
from zhize.kernel.history.models import Reaction
from zhize.kernel.jobs import reaping, schedule
from zhize.kernel.jobs.models import Job, JobFailure, PeriodicRun
from zhize.kernel.jobs.registry import SCHEDULES
from zhize.lib import clock

# So many failures take a minute: what passes by itself is over by then, mostly.
NAMED_AFTER = 5

State = Literal["queued", "waiting", "running", "retrying", "succeeded", "failed", "cancelled"]
STATES: tuple[State, ...] = ("queued", "waiting", "running", "retrying", "succeeded", "failed", "cancelled")


@dataclass(frozen=True)
class Periodic:
    """A periodic job on the monitor page. `late`: its newest slot was not served in time."""

    name: str
    rule: str
    slot: datetime | None
    next_slot: datetime
    succeeded_at: datetime | None
    failed_at: datetime | None
    seconds: float | None
    late: bool


@dataclass(frozen=True)
class Overview:
    """The figures at the top of the monitor page. `oldest_wait` is how long the oldest due job has waited."""

    counts: dict[State, int]
    oldest_wait: timedelta
    workers: int
    late: list[Periodic]
    failed_reactions: int


def overview() -> Overview:
    """All figures of the monitor page, in a fixed number of queries."""
    return Overview(
        counts=counts(),
        oldest_wait=oldest_wait(),
        workers=live_workers(),
        late=[job for job in periodic() if job.late],
        failed_reactions=failed_reactions().count(),
    )


def counts() -> dict[State, int]:
    """How many jobs are in each state. Succeeded ones are kept for a few days only."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT CASE
                     WHEN status = 'todo' AND attempts > 0 THEN 'retrying'
                     WHEN status = 'todo' AND scheduled_at > now() THEN 'waiting'
                     WHEN status = 'todo' THEN 'queued'
                     WHEN status = 'doing' THEN 'running'
                     WHEN status IN ('succeeded', 'failed') THEN status::text
                     ELSE 'cancelled'
                   END AS state, count(*)
              FROM procrastinate_jobs GROUP BY 1
            """
        )
        found = dict(cursor.fetchall())
    return {state: found.get(state, 0) for state in STATES}


def jobs(actor: access.Actor, state: State | None = None) -> QuerySet[Job]:
    """The jobs in a state (all without one), newest first, with `queued_at`, `changed_at` and the last `error`."""
    events = ProcrastinateEvent.objects.filter(job_id=OuterRef("pk"))
    rows = Job.objects.visible_to(actor).annotate(
        queued_at=Subquery(events.filter(type="deferred").order_by("id").values("at")[:1]),
        changed_at=Subquery(events.exclude(type="scheduled").order_by("-id").values("at")[:1]),
        error=Subquery(JobFailure.objects.filter(job_id=OuterRef("pk")).order_by("-id").values("error")[:1]),
    )
    now = clock.now()
    later = Q(scheduled_at__gt=now)
    chosen = {
        None: Q(),
        "queued": Q(status="todo", attempts=0) & ~later,
        "waiting": Q(status="todo", attempts=0) & later,
        "retrying": Q(status="todo", attempts__gt=0),
        "running": Q(status="doing"),
        "succeeded": Q(status="succeeded"),
        "failed": Q(status="failed"),
        "cancelled": Q(status__in=["cancelled", "aborted"]),
    }[state]
    return rows.filter(chosen).order_by("-pk")


def state_of(job: Job) -> State:
    """The state as the monitor page names it."""
    if job.status == "todo":
        if job.attempts:
            return "retrying"
        return "waiting" if job.scheduled_at and job.scheduled_at > clock.now() else "queued"
    known: dict[str, State] = {"doing": "running", "succeeded": "succeeded", "failed": "failed"}
    return known.get(job.status, "cancelled")


def failures(job_id: int) -> QuerySet[JobFailure]:
    """Every failed attempt of a job, newest first, with the traceback in `detail`."""
    return JobFailure.objects.filter(job_id=job_id).order_by("-pk")


def failed_reactions() -> QuerySet[Reaction]:
    """Reactions to facts that fail again and again or were given up; those given up first, then the newest."""
    ailing = Q(state=Reaction.FAILED) | Q(state=Reaction.QUEUED, attempts__gte=NAMED_AFTER)
    return Reaction.objects.filter(ailing).select_related("entry").order_by("state", "-pk")


def periodic(now: datetime | None = None) -> list[Periodic]:
    """Every declared periodic job with its last and next run."""
    now = now or clock.now()
    zone = schedule.zone()
    rows = {row.name: row for row in PeriodicRun.objects.filter(name__in=list(SCHEDULES))}
    found = []
    for plan in sorted(SCHEDULES.values(), key=lambda plan: plan.name):
        row = rows.get(plan.name)
        due = plan.slot(now - plan.late_after, zone)
        served = (row.succeeded_at or row.since) if row else None
        found.append(
            Periodic(
                name=plan.name,
                rule=str(plan),
                slot=row.slot if row else None,
                next_slot=plan.next_slot(now, zone),
                succeeded_at=row.succeeded_at if row else None,
                failed_at=row.failed_at if row else None,
                seconds=row.seconds if row else None,
                late=served is None or served < due,
            )
        )
    return found


def live_workers() -> int:
    """How many workers gave a sign of life lately (by the database's clock)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)",
            [reaping.STALLED_AFTER_SECONDS],
        )
        row = cursor.fetchone()
    return int(row[0])


def oldest_wait() -> timedelta:
    """How long the oldest job that could run now has been waiting; zero when none waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT now() - min(COALESCE(job.scheduled_at, queued.at))
              FROM procrastinate_jobs job
              JOIN LATERAL (SELECT min(at) AS at FROM procrastinate_events WHERE job_id = job.id) queued ON true
             WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())
            """
        )
        row = cursor.fetchone()
    return row[0] if row and row[0] else timedelta()
