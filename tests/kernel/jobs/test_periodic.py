"""Periodic jobs: one run for each slot however many workers there are, caught up after a stop, seen when late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from zhize.kernel import jobs
from zhize.kernel.jobs import registry, selectors

pytestmark = pytest.mark.django_db

Declare = Callable[..., list[dict[str, Any]]]
NINE = datetime(2026, 3, 2, 1, 0, 30, tzinfo=UTC)  # 09:00:30 in Shanghai


@pytest.fixture(autouse=True)
def only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """The schedules of the product itself are left out, so that the tests can count."""
    monkeypatch.setattr(registry, "SCHEDULES", registry.SCHEDULES)
    for name in list(registry.SCHEDULES):
        monkeypatch.delitem(registry.SCHEDULES, name)


def test_a_slot_is_queued_once(declare: Declare) -> None:
    calls = declare("tests.tick", periodic={"every_minutes": 5})
    with time_machine.travel(NINE, tick=False) as time:
        assert jobs.defer_due() == ["tests.tick"]
        assert jobs.defer_due() == []
        jobs.run_all()
        time.shift(timedelta(minutes=4, seconds=29))
        assert jobs.defer_due() == []
        time.shift(timedelta(seconds=1))
        assert jobs.defer_due() == ["tests.tick"]
        jobs.run_all()
    assert len(calls) == 2


def test_after_a_stop_one_run_follows_and_not_one_for_each_missed_slot(declare: Declare) -> None:
    calls = declare("tests.tick", periodic={"every_minutes": 1})
    with time_machine.travel(NINE, tick=False) as time:
        jobs.defer_due()
        jobs.run_all()
        time.shift(timedelta(hours=9))
        jobs.defer_due()
        jobs.run_all()
    assert len(calls) == 2


def test_slots_do_not_pile_up_while_no_worker_takes_them(declare: Declare) -> None:
    calls = declare("tests.tick", periodic={"every_minutes": 1})
    with time_machine.travel(NINE, tick=False) as time:
        for _minute in range(5):
            jobs.defer_due()
            time.shift(timedelta(minutes=1))
        jobs.run_all()
    assert len(calls) == 1


def test_a_cron_line_is_read_in_the_zone_of_the_installation(declare: Declare) -> None:
    calls = declare("tests.nightly", periodic={"cron": "10 0 * * *"})
    with time_machine.travel(NINE, tick=False) as time:
        assert jobs.defer_due() == []
        time.move_to(datetime(2026, 3, 2, 16, 9, 59, tzinfo=UTC))
        assert jobs.defer_due() == []
        time.move_to(datetime(2026, 3, 2, 16, 10, tzinfo=UTC))  # 00:10 on the third in Shanghai
        assert jobs.defer_due() == ["tests.nightly"]
        jobs.run_all()
    assert len(calls) == 1


def test_a_nightly_job_missed_while_nothing_ran_is_caught_up_in_the_morning(declare: Declare) -> None:
    calls = declare("tests.nightly", periodic={"cron": "10 0 * * *"})
    with time_machine.travel(NINE, tick=False) as time:
        jobs.defer_due()
        time.shift(timedelta(days=1))
        assert jobs.defer_due() == ["tests.nightly"]
        jobs.run_all()
    assert len(calls) == 1


def test_a_job_that_did_not_run_in_time_is_late_until_it_ran(declare: Declare) -> None:
    declare("tests.tick", periodic={"every_minutes": 1})
    with time_machine.travel(NINE, tick=False) as time:
        jobs.defer_due()
        jobs.run_all()
        assert not selectors.periodic()[0].late
        time.shift(timedelta(minutes=10))
        assert selectors.periodic()[0].late
        assert [job.name for job in selectors.overview().late] == ["tests.tick"]
        jobs.defer_due()
        assert selectors.periodic()[0].late
        jobs.run_all()
        assert not selectors.periodic()[0].late


def test_a_failing_periodic_job_becomes_late_and_shows_when_it_failed(declare: Declare) -> None:
    def fail() -> None:
        raise ValueError("no")

    declare("tests.tick", fail, periodic={"every_minutes": 1})
    with time_machine.travel(NINE, tick=False) as time:
        jobs.defer_due()
        jobs.run_all(keep_failures=True)
        time.shift(timedelta(minutes=10))
        shown = selectors.periodic()[0]
    assert shown.late
    assert shown.failed_at == NINE


@pytest.mark.parametrize(
    "wrong", [{}, {"every_minutes": 1, "cron": "* * * * *"}, {"cron": "noon"}, {"every_minutes": 0}]
)
def test_a_wrong_schedule_is_refused_when_declared(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"tests\.wrong"):
        registry.periodic("tests.wrong", **wrong)
