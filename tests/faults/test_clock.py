"""A clock that jumps changes nothing of what is owed and told."""

from __future__ import annotations

from datetime import timedelta

from tests.domains.cases.kit import take_in
from tests.kit.cast import Cast
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.kernel import access
from zhize.kernel.clocks import ticking
from zhize.kernel.history.models import Entry
from zhize.kernel.jobs import schedule
from zhize.kernel.jobs.models import Job
from zhize.lib import clock


def told() -> int:
    return Entry.objects.filter(verb="clock.threshold").count()


def slots() -> set[tuple[object, ...]]:
    rows = Obligation.objects.filter(slot__isnull=False, withdrawn=False)
    return set(rows.values_list("duty_version", "position", "slot"))


def scheduled(ahead: int = 3) -> set[tuple[object, ...]]:
    duties.schedule(actor=access.system("duties.schedule"), ahead_days=ahead)
    return slots()


def test_a_clock_set_back_and_forth_owes_and_tells_everything_once(cast: Cast) -> None:
    now = clock.now()
    take_in(cast)
    first = scheduled()
    # A week: two days may be a weekend on which nothing is owed.
    ahead = now + timedelta(days=7)
    with clock.simulating(ahead):
        ticking.tick()
        later = scheduled()
        after_a_week = told()
        assert after_a_week > 0 and first < later
    # Set back by a week (an hour is only less of the same): nothing is told again, nothing is taken back or doubled.
    ticking.tick()
    assert told() == after_a_week
    assert scheduled() == later
    with clock.simulating(ahead):
        ticking.tick()
        assert told() == after_a_week
        assert scheduled() == later


def test_periodic_jobs_are_claimed_once_however_the_clock_goes(cast: Cast) -> None:
    now = clock.now()
    schedule.defer_due(now)
    assert schedule.defer_due(now) == []
    due = schedule.defer_due(now + timedelta(days=10))
    assert len(due) == len(set(due)) > 5
    # What a stopped worker missed is one run each, which catches up by itself.
    assert Job.objects.filter(status="todo", task_name="clocks.tick").count() == 1
    assert schedule.defer_due(now + timedelta(hours=1)) == []
    assert schedule.defer_due(now + timedelta(days=10)) == []
