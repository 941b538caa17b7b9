"""Taking jobs back from workers that died: a killed worker's job would otherwise stay `doing` for ever."""

from __future__ import annotations

import logging

from django.db import connection, transaction

from zhize.kernel.jobs import running

logger = logging.getLogger("zhize.jobs")

HEARTBEAT_SECONDS = 5.0
STALLED_AFTER_SECONDS = 20.0
# A job that kills its worker again and again is poison. Earlier attempts do not count: a job may come back often
# because it waits for something.
MOST_STALLS = 3

_STALLED = """
    SELECT job.id, job.task_name, job.attempts
      FROM procrastinate_jobs job
      LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
     WHERE job.status = 'doing'
       AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %s))
     ORDER BY job.id
       FOR UPDATE OF job SKIP LOCKED
"""
_STALLS = "SELECT count(*) FROM jobs_jobfailure WHERE job_id = %s AND error LIKE 'WorkerLost%%'"


class WorkerLost(Exception):
    """The worker that ran the job stopped without saying how it ended."""


def reap() -> list[int]:
    """Give the jobs of silent workers back to the queue; poison ones end as failed. Returns their ids."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_STALLED, [STALLED_AFTER_SECONDS])
        rows = cursor.fetchall()
        for job_id, task_name, attempts in rows:
            cursor.execute(_STALLS, [job_id])
            stalls = (cursor.fetchone() or (0,))[0]
            poison = stalls + 1 >= MOST_STALLS
            lost = WorkerLost("the worker stopped in the middle of this job")
            running.note_failure(task_name, job_id, attempts + 1, lost, final=poison)
            if poison:
                cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", [job_id])
            else:
                _back_to_queue(job_id)
            logger.warning("job %s (%s) was taken back from a lost worker", job_id, task_name)
    return [row[0] for row in rows]


def _back_to_queue(job_id: int) -> None:
    """To the queue again, unless the same unique job already waits there: then that one does the work."""
    with connection.cursor() as inner:
        inner.execute(
            """
            SELECT EXISTS (
                SELECT 1 FROM procrastinate_jobs mine JOIN procrastinate_jobs waiting
                    ON waiting.queueing_lock = mine.queueing_lock AND waiting.status = 'todo'
                 WHERE mine.id = %s)
            """,
            [job_id],
        )
        replaced = (inner.fetchone() or (False,))[0]
        if replaced:
            inner.execute("SELECT procrastinate_finish_job_v1(%s, 'aborted', false)", [job_id])
        else:
            inner.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [job_id])
