"""A clock that jumps changes nothing of what is owed and told."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from tests.domains.cases.kit import take_in
from tests.kernel.calendars import build
from tests.kit.cast import Cast
from zhize.domains.duties import services as duties
from zhize.domains.duties import soundness
from zhize.domains.duties.models import Duty, Obligation
from zhize.domains.duties.recurring import LONGEST
from zhize.domains.duties.services import rezoning, scheduling
from zhize.domains.organisation import capabilities as caps
from zhize.domains.organisation import services as organisation
from zhize.kernel import access
from zhize.kernel.clocks import ticking
from zhize.kernel.history.models import Entry
from zhize.kernel.jobs import schedule
from zhize.kernel.jobs.models import Job
from zhize.kernel.org.models import Appointment, Unit
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


def move(zone: str) -> None:
    for unit in Unit.objects.all():
        organisation.update_unit(actor=build.admin(unit, caps.EDIT), unit=unit, timezone=zone)


def test_a_unit_that_changes_its_time_zone_owes_everything_once(cast: Cast) -> None:
    """Left as it was, every day would be owed again under another name, begun and done ones too."""
    scheduled()
    before, moments = on_the_wall(), dict(Obligation.objects.values_list("pk", "due_at"))
    assert len(before) > 20 and set(before.values()) == {1}
    for zone in ("Asia/Urumqi", "Pacific/Auckland", "America/New_York", "Asia/Shanghai"):
        move(zone)
        assert scheduled() and on_the_wall() == before
        assert list(soundness.missed()) == []
    assert dict(Obligation.objects.values_list("pk", "due_at")) == moments


def test_a_zone_that_changes_while_planning_runs_doubles_nothing(cast: Cast) -> None:
    """The run has looked up where the duties are owed when the zone changes: it goes on by the new one."""
    scheduled()
    actor, now = access.system("duties.schedule"), clock.now()
    run = scheduling.Run(now)
    duties_there = list(Duty.objects.filter(obligations__slot__isnull=False).distinct().order_by("pk")[:8])
    before = on_the_wall()
    for duty in duties_there:
        run.places(duty)
    with CaptureQueriesContext(connection) as asked:
        move("America/New_York")
    assert any('FOR NO KEY UPDATE OF "duties_duty"' in query["sql"] for query in asked)
    Duty.objects.update(planned_until=None, planned_for="")
    for duty in duties_there:
        scheduling._schedule_duty(duty.pk, actor, now, now + timedelta(days=3), run)
    assert on_the_wall() == before


def test_what_planning_looks_at_no_more_keeps_its_slot_in_another_zone(cast: Cast) -> None:
    held = Appointment.objects.values("position__code")
    weekly = Duty.objects.filter(current__rule__every="week", position_code__in=held).order_by("pk")
    actor, there = access.system("duties.schedule"), {duty.pk for duty in weekly[:2]}
    with clock.simulating(clock.now() + timedelta(days=600)):
        duties.schedule(actor=actor, ahead_days=3, only=there)
        rows = Obligation.objects.filter(duty__in=there, slot__isnull=False)
        before = {pk: slot for pk, slot in rows.values_list("pk", "slot") if slot is not None}
        move("America/New_York")
        after = dict(rows.values_list("pk", "slot"))
        moved = {slot for pk, slot in before.items() if slot != after[pk]}
        # A week, because the positions do not end on the same day.
        assert min(before.values()) + timedelta(days=30) < min(moved)
        assert max(before.values()) - LONGEST - timedelta(days=8) < min(moved)
        duties.schedule(actor=actor, ahead_days=3, only=there)
        assert set(before) == set(rows.values_list("pk", flat=True))


def test_an_hour_that_the_clocks_skip_or_repeat_makes_no_conflict(cast: Cast) -> None:
    """In New York there is no 02:30 on 8 March 2026, and 01:30 on 1 November 2026 comes twice: the first is meant."""
    scheduled(7)
    groups = Obligation.objects.filter(slot__isnull=False, withdrawn=False, slot_holder=None).order_by()
    most = groups.values("duty_version", "position", "position__unit").annotate(rows=Count("pk"))
    whose = most.order_by("-rows")[0]
    rows = groups.filter(duty_version=whose["duty_version"], position=whose["position"])
    home = clock.zone("Asia/Shanghai")
    half_hours = [(3, 8, 2), (3, 8, 3), (11, 1, 1)]
    walls = [datetime(2026, month, day, hour, 30, tzinfo=home) for month, day, hour in half_hours]
    chosen = list(rows.order_by("pk").values_list("pk", flat=True)[:3])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL zhize.maintenance = 'on'")
        for pk, wall in zip(chosen, walls, strict=True):
            rows.filter(pk=pk).update(slot=wall)
        cursor.execute("SET LOCAL zhize.maintenance = 'off'")
    with clock.simulating(datetime(2026, 3, 1, tzinfo=UTC)):
        rezoning.keep_the_wall(
            actor=access.system("duties.schedule"),
            unit=whose["position__unit"],
            before="Asia/Shanghai",
            after="America/New_York",
        )
    found = [rows.get(pk=pk).slot for pk in chosen]
    skipped = datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert found == [skipped, skipped + timedelta(microseconds=1), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)]


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
