"""Running one job: the body in a thread with a database connection, failures kept, retries with backoff."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from procrastinate import exceptions, job_context, retry
from procrastinate import jobs as queue_jobs
from procrastinate import worker as queue_worker

from zhize.kernel import access, history
from zhize.kernel.db import atomic
from zhize.kernel.jobs import capabilities
from zhize.kernel.jobs.models import Job, JobFailure, PeriodicRun
from zhize.kernel.jobs.registry import SCHEDULES, TASKS, Task
from zhize.lib import clock

logger = logging.getLogger("zhize.jobs")

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)


class GiveUp(Exception):
    """Raised by a body that knows that trying again is useless: the job fails at once."""


class Postpone(Exception):
    """Raised by a body that cannot do its work before `at` (aware). `error`: the failure it waits out, if any.

    Comes back as often as it is raised; the body itself counts and gives up.
    """

    def __init__(self, at: datetime, error: str = "") -> None:
        self.at = at
        self.error = error
        super().__init__(error or at.isoformat())


class Backoff(retry.BaseRetryStrategy):
    """Waits 10 s, 20 s, 40 s … at most an hour between attempts, then lets the job fail."""

    def __init__(self, retries: int) -> None:
        self.retries = retries

    def get_retry_decision(
        self, *, exception: BaseException, job: queue_jobs.Job
    ) -> retry.RetryDecision | None:
        if isinstance(exception, Postpone):
            return retry.RetryDecision(retry_at=exception.at)
        if isinstance(exception, GiveUp) or job.attempts >= self.retries:
            return None
        return retry.RetryDecision(retry_at=clock.now() + wait(job.attempts))


def wait(attempts: int) -> timedelta:
    """How long to wait after `attempts` earlier attempts and one more failure."""
    doubled: int = 2 ** min(attempts, 16)
    return min(LONGEST_WAIT, FIRST_WAIT * doubled)


def body_of(task: Task) -> Callable[..., Any]:
    """The coroutine that the queue runs for `task`."""

    async def run(context: job_context.JobContext, **args: Any) -> None:
        extra = context.additional_context
        executor: ThreadPoolExecutor | None = extra.get("executor")
        call = sync_to_async(execute, thread_sensitive=executor is None, executor=executor)
        outcome: Exception | None = None
        try:
            await call(task, context.job.id or 0, context.job.attempts, args, inline=executor is None)
        except Exception as error:
            only_waits = isinstance(error, Postpone) and not error.error
            outcome = None if only_waits else error
            raise
        finally:
            if "outcomes" in extra:
                extra["outcomes"].append(outcome)

    run.__name__ = run.__qualname__ = f"run {task.name}"
    return run


def execute(task: Task, job_id: int, attempts: int, args: dict[str, Any], *, inline: bool = False) -> None:
    """Call the body. A failure is written down (in its own transaction) and raised again."""
    if not inline:
        close_old_connections()
    started = time.perf_counter()
    try:
        if task.name in SCHEDULES:
            PeriodicRun.objects.filter(name=task.name).update(started_at=clock.now())
        task.function(**args)
        if task.name in SCHEDULES:
            taken = time.perf_counter() - started
            PeriodicRun.objects.filter(name=task.name).update(succeeded_at=clock.now(), seconds=taken)
    except Postpone as wish:
        if wish.error:
            note_failure(task.name, job_id, attempts + 1, wish, final=False)
        raise
    except Exception as error:
        final = isinstance(error, GiveUp) or attempts >= task.retries
        note_failure(task.name, job_id, attempts + 1, error, final=final)
        raise
    finally:
        if not inline:
            close_old_connections()


def note_failure(task_name: str, job_id: int, attempt: int, error: BaseException, *, final: bool) -> None:
    """Keep why an attempt failed, for the monitor page. Never raises: the failure itself matters more."""
    text = f"{type(error).__name__}: {error}"[:300].replace("\x00", "")
    detail = "".join(traceback.format_exception(error))[-8000:].replace("\x00", "")
    now = clock.now()
    try:
        with atomic():
            JobFailure.objects.create(
                job_id=job_id,
                task_name=task_name,
                attempt=attempt,
                error=text,
                detail=detail,
                final=final,
                at=now,
            )
            if task_name in SCHEDULES:
                PeriodicRun.objects.filter(name=task_name).update(failed_at=now)
            job = Job.objects.filter(pk=job_id).first() if final else None
            # A failed delivery of this very news must not make news again.
            if job is not None and task_name != "history.deliver":
                worker = access.system(capabilities.WORKER)
                history.record(actor=worker, verb="job.failed", subject=job, data={"error": text})
    except Exception:
        logger.exception("the failure of job %s (%s) could not be noted", job_id, task_name)


class Worker(queue_worker.Worker):
    """Procrastinate's worker, with two ends that would otherwise leave a job stuck in `doing`."""

    async def _persist_job_status(
        self,
        job: queue_jobs.Job,
        status: queue_jobs.Status,
        retry_decision: retry.RetryDecision | None,
        context: job_context.JobContext,
        job_result: job_context.JobResult | None,
    ) -> None:
        try:
            await super()._persist_job_status(job, status, retry_decision, context, job_result)
        except exceptions.UniqueViolation:
            # While this job ran, the same unique job was queued again: that one does the work now.
            await super()._persist_job_status(job, queue_jobs.Status.ABORTED, None, context, job_result)
        except exceptions.ConnectorException:
            # Taken over by another worker after a missed heartbeat, or the database is away: the reaper decides.
            logger.warning(
                "the end of job %s (%s) could not be written", job.id, job.task_name, exc_info=True
            )


def register_all(app: Any) -> None:
    """Make every declared task known to the procrastinate app (again harmless)."""
    for task in TASKS.values():
        if task.name not in app.tasks:
            app.task(
                name=task.name,
                queue=task.queue,
                priority=task.priority,
                retry=Backoff(task.retries),
                pass_context=True,
            )(body_of(task))
