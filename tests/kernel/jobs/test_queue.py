"""A job is queued with the change that causes it, runs once, is retried with backoff and fails visibly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from zhize.kernel import jobs
from zhize.kernel.history.models import Entry
from zhize.kernel.jobs import running, selectors
from zhize.kernel.jobs.models import Job, JobFailure

pytestmark = pytest.mark.django_db

Declare = Callable[..., list[dict[str, Any]]]


def test_a_deferred_job_runs_with_its_arguments(declare: Declare) -> None:
    calls = declare("tests.greet")
    jobs.defer("tests.greet", name="李敏", times=2)
    assert calls == []
    assert jobs.run_all() == 1
    assert calls == [{"name": "李敏", "times": 2}]
    assert selectors.counts()["succeeded"] == 1


def test_a_job_of_a_rolled_back_change_was_never_queued(declare: Declare) -> None:
    calls = declare("tests.greet")
    with pytest.raises(RuntimeError), transaction.atomic():
        jobs.defer("tests.greet")
        raise RuntimeError
    jobs.run_all()
    assert calls == []


def test_a_name_that_nobody_declared_is_refused_at_once() -> None:
    with pytest.raises(jobs.UnknownTask):
        jobs.defer("tests.misspelt")


def test_a_unique_job_waits_once_and_may_be_queued_again_after_it_ran(declare: Declare) -> None:
    calls = declare("tests.tick")
    first = jobs.defer("tests.tick", unique="tick")
    assert jobs.defer("tests.tick", unique="tick") == first
    jobs.run_all()
    assert jobs.defer("tests.tick", unique="tick") != first
    jobs.run_all()
    assert len(calls) == 2


def test_a_later_job_waits_for_its_time(declare: Declare) -> None:
    calls = declare("tests.greet")
    now = datetime(2026, 3, 2, 1, tzinfo=UTC)
    with time_machine.travel(now, tick=False) as time:
        jobs.defer_later("tests.greet", at=now + timedelta(hours=1))
        jobs.run_all()
        assert calls == []
        time.shift(timedelta(hours=1))
        jobs.run_all()
    assert len(calls) == 1


def test_a_unique_later_job_keeps_the_earlier_of_two_times(declare: Declare) -> None:
    declare("tests.tick")
    now = datetime(2026, 3, 2, 1, tzinfo=UTC)
    jobs.defer_later("tests.tick", at=now + timedelta(hours=2), unique="tick")
    jobs.defer_later("tests.tick", at=now + timedelta(hours=1), unique="tick")
    jobs.defer_later("tests.tick", at=now + timedelta(hours=3), unique="tick")
    assert Job.objects.get(task_name="tests.tick").scheduled_at == now + timedelta(hours=1)


def test_a_job_may_queue_another_one(declare: Declare) -> None:
    second = declare("tests.second")
    declare("tests.first", lambda: jobs.defer("tests.second", step=2))
    jobs.defer("tests.first")
    assert jobs.run_all() == 2
    assert second == [{"step": 2}]


def test_failures_are_kept_and_the_job_tried_again_with_growing_pauses(declare: Declare) -> None:
    def fail() -> None:
        raise ValueError("纸卡住了")

    calls = declare("tests.print", fail, retries=2)
    job_id = jobs.defer("tests.print")
    with time_machine.travel(datetime(2026, 3, 2, 1, tzinfo=UTC), tick=False) as time:
        for pause in (0, 10, 20):
            time.shift(timedelta(seconds=pause - 1))
            jobs.run_all(keep_failures=True)
            tried = len(calls)
            time.shift(timedelta(seconds=1))
            jobs.run_all(keep_failures=True)
            assert len(calls) in {tried, tried + 1}
        assert len(calls) == 3
        assert [failure.final for failure in selectors.failures(job_id)] == [True, False, False]
        assert selectors.counts()["failed"] == 1
        time.shift(timedelta(days=1))
        jobs.run_all(keep_failures=True)
    assert len(calls) == 3
    assert JobFailure.objects.filter(error="ValueError: 纸卡住了").count() == 3
    assert "Traceback" in JobFailure.objects.filter(job_id=job_id)[0].detail


def test_the_final_failure_stands_in_history(declare: Declare) -> None:
    def fail() -> None:
        raise jobs.GiveUp("地址不存在")

    declare("tests.send", fail)
    jobs.defer("tests.send")
    jobs.run_all(keep_failures=True)
    entry = Entry.objects.get(verb="job.failed")
    assert "地址不存在" in entry.sentence()


def test_a_body_that_cannot_work_yet_comes_back_without_counting_as_failed(declare: Declare) -> None:
    now = datetime(2026, 3, 2, 1, tzinfo=UTC)
    with time_machine.travel(now, tick=False) as time:

        def body() -> None:
            if running.clock.now() == now:
                raise jobs.Postpone(now + timedelta(minutes=3))

        calls = declare("tests.later", body, retries=0)
        jobs.defer("tests.later")
        jobs.run_all()
        time.shift(timedelta(minutes=3))
        jobs.run_all()
    assert len(calls) == 2
    assert not JobFailure.objects.exists()
    assert selectors.counts()["succeeded"] == 1


def test_run_all_says_when_a_body_failed(declare: Declare) -> None:
    def fail() -> None:
        raise ValueError("no")

    declare("tests.print", fail)
    jobs.defer("tests.print")
    with pytest.raises(jobs.JobsFailed, match="no"):
        jobs.run_all()


def test_a_job_whose_body_a_release_dropped_ends_as_failed(declare: Declare) -> None:
    from zhize.kernel.jobs import registry

    declare("tests.gone")
    jobs.defer("tests.gone")
    registry.TASKS.pop("tests.gone")
    jobs.run_all(keep_failures=True)
    assert selectors.counts()["failed"] == 1
