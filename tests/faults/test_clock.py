"""A clock that jumps, and a database that lives in another zone, change nothing of what is owed and counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from tests.domains.cases.kit import take_in
from tests.kit.cast import Cast
from zhize.domains.duties import selectors
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.reports import dashboard
from zhize.kernel import access, history
from zhize.kernel.clocks import ticking
from zhize.kernel.history.models import Entry
from zhize.kernel.jobs import schedule
from zhize.kernel.jobs.models import Job
from zhize.lib import clock

SHANGHAI = ZoneInfo("Asia/Shanghai")


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
    with clock.simulating(now + timedelta(days=2)):
        ticking.tick()
        later = scheduled()
        after_two_days = told()
        assert after_two_days > 0 and first < later
    # Set back by two days (an hour is only less of the same): nothing is told again, nothing is taken back or doubled.
    ticking.tick()
    assert told() == after_two_days
    assert scheduled() == later
    with clock.simulating(now + timedelta(days=2)):
        ticking.tick()
        assert told() == after_two_days
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


def test_the_zone_of_the_database_counts_for_nothing(cast: Cast) -> None:
    """Just after midnight in Shanghai every other zone has another day: figures and days stay the same."""
    midnight = datetime.combine(clock.today() + timedelta(days=1), datetime.min.time(), SHANGHAI)
    actor = cast.actor("wangfang")

    def figures() -> object:
        day = midnight.date()
        board = selectors.board.board(actor, selectors.board.Span(cast.centre, day, day), "position")
        return (
            selectors.my_day(actor),
            board,
            dashboard.computed(cast.centre),
            history.timeline(cast.centre).count(),
        )

    with clock.simulating(midnight + timedelta(minutes=1)), timezone.override(SHANGHAI):
        case = take_in(cast)
        scheduled()
        seen = []
        for zone in ("UTC", "Pacific/Kiritimati", "America/New_York"):
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('TimeZone', %s, true)", [zone])
            seen.append(repr(figures()))
    assert seen[0] == seen[1] == seen[2]
    assert case.number.split("-")[1] == (midnight + timedelta(minutes=1)).strftime("%Y%m%d")
