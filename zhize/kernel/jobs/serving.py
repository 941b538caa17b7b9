"""The worker: takes jobs from the queue until it is told to stop, keeps the schedule, takes back lost jobs."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import procrastinate
import psycopg
from asgiref.sync import async_to_sync, sync_to_async
from django.db import DatabaseError, close_old_connections
from procrastinate import exceptions, psycopg_connector, sql
from procrastinate.contrib import django as queue_django
from procrastinate.contrib.django import django_connector
from procrastinate.contrib.django import utils as queue_utils

from zhize.kernel.jobs import reaping, running, schedule
from zhize.lib import clock

logger = logging.getLogger("zhize.jobs")

POLL_SECONDS = 2.0
HOUSEKEEPING_SECONDS = 5.0
RECONNECT_SECONDS = 2.0


class JobsFailed(AssertionError):
    """Raised by `run_all` when bodies failed; the first failure is its cause."""


def queue_app() -> procrastinate.App:
    """The process's procrastinate app with all declared tasks."""
    app = queue_django.app
    running.register_all(app)
    return app


def worker(concurrency: int = 2, *, stop_when_empty: bool = False) -> None:
    """Run jobs until SIGINT or SIGTERM (a running job is finished first). Blocks.

    `concurrency`: how many jobs at a time; each needs a database connection. `stop_when_empty`: return once
    nothing is due. A lost database connection is waited out.
    """
    asyncio.run(_serve(concurrency, stop_when_empty))


async def _serve(concurrency: int, stop_when_empty: bool) -> None:
    app = queue_app()
    signals = threading.current_thread() is threading.main_thread()
    with (
        ThreadPoolExecutor(concurrency, "zhize-job") as executor,
        ThreadPoolExecutor(1, "zhize-jobs-house") as house,
    ):
        housekeeping = None if stop_when_empty else asyncio.create_task(_keep_house(house))
        if stop_when_empty:
            await _in(house, _housekeeping)
        try:
            while True:
                try:
                    await _work(app, concurrency, executor, wait=not stop_when_empty, signals=signals)
                    return
                except (exceptions.ConnectorException, psycopg.Error) as error:
                    logger.warning("the worker lost the database; trying again: %s", _first_line(error))
                    await asyncio.sleep(RECONNECT_SECONDS)
        finally:
            if housekeeping:
                housekeeping.cancel()


async def _work(
    app: procrastinate.App, concurrency: int, executor: ThreadPoolExecutor, *, wait: bool, signals: bool
) -> None:
    connector = psycopg_connector.PsycopgConnector(
        kwargs=queue_utils.connector_params("default"), min_size=1, max_size=max(2, concurrency)
    )
    with app.replace_connector(connector):
        async with app.open_async():
            taker = running.Worker(
                app=app,
                name="worker",
                concurrency=concurrency,
                wait=wait,
                listen_notify=wait,
                install_signal_handlers=signals,
                fetch_job_polling_interval=POLL_SECONDS,
                update_heartbeat_interval=reaping.HEARTBEAT_SECONDS,
                stalled_worker_timeout=reaping.STALLED_AFTER_SECONDS,
                additional_context={"executor": executor},
            )
            await taker.run()


def _first_line(error: Exception) -> str:
    """Why, in one line a try: an outage of a night is no gigabyte of tracebacks."""
    return str(error.__cause__ or error).strip().partition("\n")[0]


async def _keep_house(executor: ThreadPoolExecutor) -> None:
    while True:
        try:
            await _in(executor, _housekeeping)
        except DatabaseError as error:
            logger.warning("housekeeping of the job queue failed; trying again: %s", _first_line(error))
        except Exception:
            logger.exception("housekeeping of the job queue failed; trying again")
        await asyncio.sleep(HOUSEKEEPING_SECONDS)


def _housekeeping() -> None:
    close_old_connections()
    try:
        reaping.reap()
        schedule.defer_due()
    finally:
        close_old_connections()


async def _in(executor: ThreadPoolExecutor, function: Any) -> None:
    await sync_to_async(function, thread_sensitive=False, executor=executor)()


def run_all(*, keep_failures: bool = False) -> int:
    """For tests: run what is queued and due now (by `lib.clock`) with the real worker, in this process and on
    this thread's database connection, so that it works inside a test's transaction. Returns how many ran.

    Raises JobsFailed when a body failed, unless `keep_failures`; jobs waiting for a retry stay queued.
    """
    outcomes: list[Exception | None] = []
    app = queue_app()
    async_to_sync(_drain)(app, outcomes)
    failures = [error for error in outcomes if error is not None]
    if failures and not keep_failures:
        raise JobsFailed(f"{len(failures)} jobs failed, first: {failures[0]!r}") from failures[0]
    return len(outcomes)


_TAKE_BY_OUR_CLOCK = """
    WITH taken AS (
        UPDATE procrastinate_jobs SET status = 'doing', worker_id = %(worker_id)s
         WHERE id = (SELECT id FROM procrastinate_jobs
                      WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= %(now)s)
                      ORDER BY priority DESC, id LIMIT 1)
     RETURNING *)
    SELECT taken.* FROM (SELECT 1) AS always LEFT JOIN taken ON true
"""


class _OnThisConnection(django_connector.DjangoConnector):
    """Works on Django's own connection (which hands JSON columns out as text) and by `lib.clock`."""

    def execute_query_one(self, query: Any, **arguments: Any) -> dict[str, Any]:
        if query == sql.queries["fetch_job"]:
            query, arguments = _TAKE_BY_OUR_CLOCK, {"worker_id": arguments["worker_id"], "now": clock.now()}
        return super().execute_query_one(query, **arguments)

    def _dictfetch(self, cursor: Any) -> Iterator[dict[str, Any]]:
        for row in super()._dictfetch(cursor):
            if isinstance(row.get("args"), str):
                row["args"] = json.loads(row["args"])
            yield row


async def _drain(app: procrastinate.App, outcomes: list[Exception | None]) -> None:
    with app.replace_connector(_OnThisConnection()):
        await _take_all(app, outcomes)


async def _take_all(app: procrastinate.App, outcomes: list[Exception | None]) -> None:
    taker = running.Worker(
        app=app,
        name="tests",
        concurrency=1,
        wait=False,
        listen_notify=False,
        install_signal_handlers=False,
        additional_context={"outcomes": outcomes},
    )
    await taker.run()
