"""The real worker on committed jobs: a killed one loses nothing, a poison job ends, two run side by side."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from zhize.kernel import jobs
from zhize.kernel.jobs import reaping, selectors
from zhize.kernel.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)

Declare = Callable[..., list[dict[str, Any]]]
Start = Callable[[bool], "subprocess.Popen[str]"]

# A worker process of its own on the tests' database. Its one task says that it runs, and one worker then waits to be
# killed.
PROGRAM = """
import threading
import django
from django.db import connections
django.setup()
connections["default"].settings_dict.update({settings!r})
from zhize.kernel import jobs
from zhize.kernel.jobs import reaping, serving
reaping.HEARTBEAT_SECONDS, reaping.STALLED_AFTER_SECONDS = 0.3, 1.0
serving.HOUSEKEEPING_SECONDS = 0.3

@jobs.task("tests.slow")
def slow(name):
    print(name, flush=True)
    if {hang}:
        threading.Event().wait()

jobs.worker(1)
"""
PATIENCE = 60


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[subprocess.Popen[str]] = []
    keys = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    settings = {key: connection.settings_dict[key] for key in keys}

    def run(hang: bool) -> subprocess.Popen[str]:
        program = PROGRAM.format(settings=settings, hang=hang)
        command = [sys.executable, "-c", program]
        running.append(subprocess.Popen(command, env=dict(os.environ), stdout=subprocess.PIPE, text=True))
        return running[-1]

    yield run
    for process in running:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def says(process: subprocess.Popen[str]) -> str:
    """The next line of a worker, waited for."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
    assert ready, "the worker said nothing in time"
    return process.stdout.readline().strip()


def test_a_job_of_a_killed_worker_is_run_by_the_next_one(start: Start, declare: Declare) -> None:
    declare("tests.slow")
    job_id = jobs.defer("tests.slow", name="a")
    first = start(True)
    assert says(first) == "a"
    first.kill()
    first.wait()
    assert selectors.counts()["running"] == 1
    second = start(False)
    assert says(second) == "a"
    second.send_signal(signal.SIGTERM)
    assert second.wait(PATIENCE) == 0
    assert Job.objects.get(pk=job_id).status == "succeeded"
    assert selectors.failures(job_id)[0].error.startswith("WorkerLost")


def test_a_job_that_keeps_killing_its_worker_ends_as_failed(declare: Declare) -> None:
    declare("tests.poison")
    job_id = jobs.defer("tests.poison")
    for _death in range(reaping.MOST_STALLS):
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL WHERE id = %s", [job_id]
            )
        assert reaping.reap() == [job_id]
    assert selectors.counts()["failed"] == 1
    assert selectors.failures(job_id)[0].final


def test_a_job_that_came_back_often_is_not_taken_for_poison(declare: Declare) -> None:
    declare("tests.patient", retries=0)
    job_id = jobs.defer("tests.patient")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = 9 WHERE id = %s", [job_id])
    reaping.reap()
    assert selectors.counts()["retrying"] == 1


def test_the_jobs_of_a_living_worker_are_left_alone(declare: Declare) -> None:
    declare("tests.slow")
    jobs.defer("tests.slow", name="a")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT worker_id FROM procrastinate_register_worker_v1())"
        )
    assert reaping.reap() == []


def test_a_worker_runs_everything_that_is_due_and_returns(declare: Declare) -> None:
    calls = declare("tests.greet")
    for number in range(20):
        jobs.defer("tests.greet", number=number)
    jobs.worker(4, stop_when_empty=True)
    assert sorted(call["number"] for call in calls) == list(range(20))


def test_a_unique_job_queued_again_while_it_fails_does_not_get_stuck(declare: Declare) -> None:
    def fail_once() -> None:
        if len(calls) == 1:
            jobs.defer("tests.tick", unique="tick")
            raise ValueError("first")

    calls = declare("tests.tick", fail_once)
    jobs.defer("tests.tick", unique="tick")
    jobs.worker(1, stop_when_empty=True)
    assert len(calls) == 2
    counts = selectors.counts()
    assert (counts["running"], counts["succeeded"] >= 1, counts["cancelled"]) == (0, True, 1)


def test_a_unique_job_is_not_taken_before_the_change_that_asked_for_it_can_be_seen(declare: Declare) -> None:
    """The second asker found the job waiting; a worker that took it now would miss the asker's change."""
    calls = declare("tests.tick")
    jobs.defer("tests.tick", unique="tick")
    taken = threading.Thread(target=jobs.worker, args=(1,), kwargs={"stop_when_empty": True})
    with transaction.atomic():
        jobs.defer("tests.tick", unique="tick")
        taken.start()
        taken.join()
        assert calls == []
    jobs.worker(1, stop_when_empty=True)
    assert len(calls) == 1
