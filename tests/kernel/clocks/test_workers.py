"""Several workers tick at once: each threshold is told once, and nobody waits for another."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction

from tests.kernel.calendars import build
from zhize.kernel import access, clocks
from zhize.kernel.clocks import capabilities, ticking
from zhize.kernel.clocks.models import ClockThreshold
from zhize.kernel.clocks.thresholds import Threshold
from zhize.kernel.history.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY_9 = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def started(count: int):
    unit = build.unit()
    actor = access.system(capabilities.TICK)
    return [
        clocks.start(
            unit,
            target={"kind": "elapsed", "minutes": 60},
            unit=unit,
            actor=actor,
            code=f"c{number}",
            thresholds=[Threshold("due", after_minutes=0)],
        )
        for number in range(count)
    ]


def in_thread(work, problems):
    def run():
        try:
            work()
        except BaseException as problem:
            problems.append(problem)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_two_workers_at_once_tell_each_threshold_once():
    with time_machine.travel(MONDAY_9, tick=False) as now:
        started(30)
        now.move_to(MONDAY_9 + timedelta(hours=2))
        barrier, problems, counts = threading.Barrier(2), [], []

        def work():
            barrier.wait()
            counts.extend(ticking._batch(5) for _ in range(10))

        threads = [in_thread(work, problems) for _ in range(2)]
        for thread in threads:
            thread.join(30)
    assert problems == []
    assert sum(counts) == 30
    assert Entry.objects.filter(verb="clock.threshold").count() == 30
    assert not ClockThreshold.objects.filter(fired_at__isnull=True).exists()


def test_a_clock_that_is_being_stopped_is_left_for_the_next_tick():
    """The ticker never waits for a clock that somebody holds, so the two cannot block each other."""
    with time_machine.travel(MONDAY_9, tick=False) as now:
        held, free = started(2)
        now.move_to(MONDAY_9 + timedelta(hours=2))
        problems, counts = [], []
        with transaction.atomic():
            clocks.Clock.objects.select_for_update().get(pk=held.pk)
            thread = in_thread(lambda: counts.append(clocks.tick()), problems)
            thread.join(20)
            assert not thread.is_alive()
        assert (problems, counts) == ([], [1])
        assert free.thresholds.get().fired_at is not None
        assert clocks.tick() == 1


def test_a_worker_that_dies_in_mid_batch_loses_nothing():
    with time_machine.travel(MONDAY_9, tick=False) as now:
        started(3)
        now.move_to(MONDAY_9 + timedelta(hours=2))
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            ticking._batch(50)
            raise KeyboardInterrupt
        assert Entry.objects.filter(verb="clock.threshold").count() == 0
        assert clocks.tick() == 3


def test_the_ticker_gives_way_to_somebody_who_holds_what_a_reaction_would_write():
    """Somebody at work holds the subject and will want its clock; the ticker holds the clock and wants the subject."""
    from zhize.kernel import history
    from zhize.kernel.history import facts
    from zhize.kernel.org.models import Unit

    @history.on("clock.threshold")
    def write_subject(entry):
        Unit.objects.filter(pk=entry.subject_id).update(short_name="late")

    try:
        with time_machine.travel(MONDAY_9, tick=False) as now:
            (held,) = started(1)
            now.move_to(MONDAY_9 + timedelta(hours=2))
            problems, counts = [], []
            with transaction.atomic():
                Unit.objects.select_for_update().get(pk=held.subject_id)
                thread = in_thread(lambda: counts.append(clocks.tick()), problems)
                thread.join(20)
                assert not thread.is_alive()
            assert (problems, counts) == ([], [1])
            row = held.thresholds.get()
            assert (row.fired_at, row.attempts, row.error) == (None, 0, "")
            now.move_to(MONDAY_9 + timedelta(hours=2, minutes=1))
            assert clocks.tick() == 1
            assert Unit.objects.get(pk=held.subject_id).short_name == "late"
    finally:
        facts._on["clock.threshold"].remove(write_subject)
