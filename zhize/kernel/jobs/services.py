"""What a person may do to a job: have it tried again, or take it out of the queue."""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, atomic
from zhize.kernel.jobs import capabilities
from zhize.kernel.jobs.models import Job


class NotFailed(DomainError):
    """Only a failed job, or one that waits for its next attempt, can be tried at once."""

    code = "job.not_failed"
    message = _("只有失败或等待重试的任务才能再试。")


class NotWaiting(DomainError):
    """A job that runs or has ended cannot be taken out of the queue."""

    code = "job.not_waiting"
    message = _("任务已经开始或结束，不能取消。")


class AlreadyQueued(DomainError):
    """The same unique job is waiting already; it will do the work."""

    code = "job.already_queued"
    message = _("同样的任务已在排队，不必重试。")


@atomic
def retry(*, actor: Actor, job_id: int, note: str = "") -> Job:
    """Put a failed job (or one waiting out a failure) back to be run now. Refused for any other state."""
    job = access.fetch(actor, Job, job_id, capabilities.MANAGE)
    with connection.cursor() as cursor:
        if job.queueing_lock and job.status == "failed":
            cursor.execute(
                "SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo'",
                [job.queueing_lock],
            )
            if cursor.fetchone():
                raise AlreadyQueued
        cursor.execute(
            """
            UPDATE procrastinate_jobs SET status = 'todo', scheduled_at = NULL
             WHERE id = %s AND (status = 'failed' OR status = 'todo' AND scheduled_at IS NOT NULL)
            """,
            [job_id],
        )
        if not cursor.rowcount:
            raise NotFailed
        # Inserted jobs announce themselves to the workers; one that is put back does so here.
        cursor.execute(
            "SELECT pg_notify('procrastinate_any_queue_v1', json_build_object('type', 'job_inserted', 'job_id', %s)::text)",
            [job_id],
        )
    history.record(actor=actor, verb="job.retried", subject=job, note=note)
    job.refresh_from_db()
    return job


@atomic
def cancel(*, actor: Actor, job_id: int, note: str = "") -> Job:
    """Take a job that has not started out of the queue. Refused when it runs or has ended."""
    job = access.fetch(actor, Job, job_id, capabilities.MANAGE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_cancel_job_v1(%s, false, false)", [job_id])
        row = cursor.fetchone()
    if row is None or row[0] is None:
        raise NotWaiting
    history.record(actor=actor, verb="job.cancelled", subject=job, note=note)
    job.refresh_from_db()
    return job
