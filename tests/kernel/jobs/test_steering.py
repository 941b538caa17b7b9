"""Retry and cancel from the monitor page: who may, when, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from zhize.kernel import access, jobs
from zhize.kernel.db import NotFound, Refused
from zhize.kernel.history.models import Entry
from zhize.kernel.jobs import selectors, services

pytestmark = pytest.mark.django_db

Declare = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def admin() -> access.Actor:
    return access.system(access.system_actor("tests.admin", caps={"job.view", "job.manage"}))


@pytest.fixture
def onlooker() -> access.Actor:
    return access.system(access.system_actor("tests.onlooker", caps={"job.view"}))


@pytest.fixture
def failed_job(declare: Declare) -> int:
    broken = [True]

    def body() -> None:
        if broken.pop() if broken else False:
            raise jobs.GiveUp("坏了")

    declare("tests.break", body)
    job_id = jobs.defer("tests.break")
    jobs.run_all(keep_failures=True)
    return job_id


def test_a_failed_job_can_be_tried_again(admin: access.Actor, failed_job: int) -> None:
    assert [job.pk for job in selectors.jobs(admin, "failed")] == [failed_job]
    assert selectors.jobs(admin, "failed")[0].error == "GiveUp: 坏了"
    services.retry(actor=admin, job_id=failed_job)
    jobs.run_all()
    assert [job.pk for job in selectors.jobs(admin, "succeeded")] == [failed_job]
    assert Entry.objects.filter(verb="job.retried", subject_id=failed_job).exists()


def test_whoever_may_only_look_is_refused_and_nothing_changes(
    onlooker: access.Actor, failed_job: int
) -> None:
    with pytest.raises(Refused):
        services.retry(actor=onlooker, job_id=failed_job)
    assert selectors.counts()["failed"] == 1
    assert not Entry.objects.filter(verb="job.retried").exists()


def test_whoever_may_not_look_does_not_learn_that_it_exists(failed_job: int) -> None:
    stranger = access.system(access.system_actor("tests.stranger", caps=()))
    assert list(selectors.jobs(stranger)) == []
    with pytest.raises(NotFound):
        services.cancel(actor=stranger, job_id=failed_job)


def test_a_waiting_job_can_be_cancelled_and_never_runs(admin: access.Actor, declare: Declare) -> None:
    calls = declare("tests.greet")
    job_id = jobs.defer("tests.greet")
    services.cancel(actor=admin, job_id=job_id, note="不需要了")
    jobs.run_all()
    assert calls == []
    assert [selectors.state_of(job) for job in selectors.jobs(admin)] == ["cancelled"]


def test_a_finished_job_can_neither_be_cancelled_nor_retried(admin: access.Actor, declare: Declare) -> None:
    declare("tests.greet")
    job_id = jobs.defer("tests.greet")
    jobs.run_all()
    with pytest.raises(services.NotWaiting):
        services.cancel(actor=admin, job_id=job_id)
    with pytest.raises(services.NotFailed):
        services.retry(actor=admin, job_id=job_id)


def test_a_failed_unique_job_is_not_doubled_by_a_retry(admin: access.Actor, declare: Declare) -> None:
    def fail() -> None:
        raise jobs.GiveUp("坏了")

    declare("tests.break", fail)
    job_id = jobs.defer("tests.break", unique="one")
    jobs.run_all(keep_failures=True)
    jobs.defer("tests.break", unique="one")
    with pytest.raises(services.AlreadyQueued):
        services.retry(actor=admin, job_id=job_id)
