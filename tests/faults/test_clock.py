"""A clock that jumps changes nothing of what is owed and told."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from tests.domains.cases.kit import take_in
from tests.kernel.calendars import build
from tests.kit.cast import Cast
from zhize.domains.duties import services as duties
from zhize.domains.duties import soundness
from zhize.domains.duties.models import Obligation
from zhize.domains.organisation import capabilities as caps
from zhize.domains.organisation import services as organisation
from zhize.kernel import access
from zhize.kernel.clocks import ticking
from zhize.kernel.history.models import Entry
from zhize.kernel.jobs import schedule
from zhize.kernel.jobs.models import Job
from zhize.kernel.org.models import Unit
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


def on_the_wall() -> Counter[tuple[object, ...]]:
    """The days and times by which the slots are named where they are owed."""
    rows = Obligation.objects.filter(slot__isnull=False, withdrawn=False).select_related("position__unit")
    return Counter(
        (
            row.duty_id,
            row.position_id,
            row.slot_holder_id,
            row.slot.astimezone(clock.zone(row.position.unit.timezone)).replace(tzinfo=None),
        )
        for row in rows
        if row.slot is not None and row.position is not None
    )


def test_a_unit_that_changes_its_time_zone_owes_everything_once(cast: Cast) -> None:
    """Left as it was, every day would be owed again under another name, begun and done ones too."""
    scheduled()
    before, moments = on_the_wall(), dict(Obligation.objects.values_list("pk", "due_at"))
    assert len(before) > 20 and set(before.values()) == {1}
    for zone in ("Asia/Urumqi", "Pacific/Auckland", "America/New_York", "Asia/Shanghai"):
        for unit in Unit.objects.all():
            organisation.update_unit(actor=build.admin(unit, caps.EDIT), unit=unit, timezone=zone)
        assert scheduled() and on_the_wall() == before
        assert list(soundness.missed()) == []
    assert dict(Obligation.objects.values_list("pk", "due_at")) == moments


def test_another_zone_of_the_installation_gives_no_number_twice(cast: Cast) -> None:
    """Set west it is yesterday again: what is told and owed does not begin anew."""
    cases, home = [take_in(cast)], clock.home()
    scheduled()
    owed, began = on_the_wall(), told()
    try:
        for zone in ("America/New_York", "Pacific/Auckland", home):
            clock.set_home(zone)
            cases.append(take_in(cast))
            scheduled()
            ticking.tick()
            assert on_the_wall() == owed
    finally:
        clock.set_home(home)
    assert len({case.number for case in cases}) == len(cases)
    assert told() == began
