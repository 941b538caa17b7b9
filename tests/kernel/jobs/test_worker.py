"""The real worker on committed jobs: a killed one loses nothing, a poison job ends, two run side by side."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from zhize.kernel import jobs
from zhize.kernel.jobs import reaping, selectors

pytestmark = pytest.mark.django_db(transaction=True)

Declare = Callable[..., list[dict[str, Any]]]

# A worker process of its own on the tests' database. Its one task leaves a mark and then waits to be killed,
# the first time only.
PROGRAM = """
import os, sys, time, pathlib
import django
from django.conf import settings
from django.db import connections
django.setup()
connections["default"].settings_dict.update({settings!r})
from zhize.kernel import jobs
from zhize.kernel.jobs import reaping, serving
reaping.HEARTBEAT_SECONDS, reaping.STALLED_AFTER_SECONDS = 0.3, 1.0
serving.HOUSEKEEPING_SECONDS = 0.3
marks = pathlib.Path({marks!r})

@jobs.task("tests.slow")
def slow(name):
    mark = marks / f"{{name}}-{{len(list(marks.glob(name + '-*')))}}"
    mark.touch()
    if mark.name.endswith("-0") and {hang}:
        time.sleep(60)

jobs.worker(1)
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[bool], subprocess.Popen[bytes]]]:
    running: list[subprocess.Popen[bytes]] = []
    keys = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    settings = {key: connection.settings_dict[key] for key in keys}

    def run(hang: bool) -> subprocess.Popen[bytes]:
        program = PROGRAM.format(settings=settings, marks=str(tmp_path), hang=hang)
        running.append(subprocess.Popen([sys.executable, "-c", program], env=dict(os.environ)))
        return running[-1]

    yield run
    for process in running:
        process.kill()
        process.wait()


def _until(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def test_a_job_of_a_killed_worker_is_run_by_the_next_one(
    start: Callable[[bool], subprocess.Popen[bytes]], declare: Declare, tmp_path: Path
) -> None:
    declare("tests.slow")
    job_id = jobs.defer("tests.slow", name="a")
    first = start(True)
    _until((tmp_path / "a-0").exists)
    first.kill()
    first.wait()
    assert selectors.counts()["running"] == 1
    second = start(False)
    _until(lambda: selectors.counts()["succeeded"] >= 1 and (tmp_path / "a-1").exists())
    assert selectors.failures(job_id)[0].error.startswith("WorkerLost")
    second.send_signal(signal.SIGTERM)
    assert second.wait(20) == 0


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
