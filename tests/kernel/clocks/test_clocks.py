"""Clocks on rows: start, pause, resume, stop, move, recompute, explain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from tests.kernel.calendars import build
from zhize.kernel import access, calendars, clocks, history
from zhize.kernel.calendars import capabilities as calendar_capabilities
from zhize.kernel.calendars import services as calendar_services
from zhize.kernel.clocks import capabilities, services, ticking
from zhize.kernel.clocks.models import Clock, ClockInterval
from zhize.kernel.clocks.thresholds import Threshold
from zhize.kernel.db import Invalid, Outrun, Refused
from zhize.lib.text import Text

pytestmark = pytest.mark.django_db
MONDAY_9 = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
DAY = {"kind": "elapsed", "minutes": 1440}
LADDER = [
    Threshold("remind", before_minutes=240),
    Threshold("due", after_minutes=0),
    Threshold("next", after_minutes=480),
]


@pytest.fixture
def now():
    with time_machine.travel(MONDAY_9, tick=False) as traveller:
        yield traveller


@pytest.fixture
def unit(now):
    return build.unit()


def system():
    return access.system(capabilities.TICK)


def start(unit, target=DAY, thresholds=LADDER, **more):
    return clocks.start(unit, target=target, unit=unit, actor=system(), thresholds=thresholds, **more)


def told(unit):
    return [
        (entry.data["code"], entry.data["late_minutes"])
        for entry in history.timeline(unit).filter(verb="clock.threshold").order_by("pk")
    ]


class TestStart:
    def test_due_and_thresholds_are_computed_and_kept(self, unit):
        clock = start(unit)
        assert clock.due_at == MONDAY_9 + timedelta(hours=24)
        fire = dict(clock.thresholds.values_list("code", "next_at"))
        assert fire["remind"] == clock.due_at - timedelta(hours=4)
        assert fire["due"] == clock.due_at
        assert "到期 2026-03-03 周二 09:00" in history.timeline(unit).first().sentence()

    def test_a_threshold_before_the_start_is_never_told(self, unit, now):
        clock = start(unit, target={"kind": "elapsed", "minutes": 15})
        assert clock.thresholds.get(code="remind").next_at is None
        assert clocks.tick() == 0

    def test_one_open_clock_for_each_code(self, unit):
        start(unit)
        with pytest.raises((IntegrityError, Outrun)), transaction.atomic():
            start(unit)
        start(unit, code="other")

    def test_the_start_may_lie_in_the_past_not_in_the_future(self, unit):
        assert start(unit, at=MONDAY_9 - timedelta(hours=2)).due_at == MONDAY_9 + timedelta(hours=22)
        with pytest.raises(Invalid):
            start(unit, code="x", at=MONDAY_9 + timedelta(minutes=1))

    def test_without_a_limit_nothing_is_told(self, unit, now):
        clock = start(unit, target={"kind": "none"})
        assert clock.due_at is None
        now.move_to(MONDAY_9 + timedelta(days=400))
        assert clocks.tick() == 0
        assert clocks.stop(clock, actor=system()).outcome == "met"


class TestPause:
    def test_a_pause_moves_due_and_open_thresholds(self, unit, now):
        clock = start(unit)
        now.move_to(MONDAY_9 + timedelta(hours=2))
        clocks.pause(clock, reason="等客户回复", actor=system())
        assert (clock.outcome, clock.due_at) == ("paused", None)
        assert set(clock.thresholds.values_list("next_at", flat=True)) == {None}
        now.move_to(MONDAY_9 + timedelta(days=3, hours=2))
        assert clocks.tick() == 0
        clocks.resume(clock, actor=system())
        assert clock.due_at == MONDAY_9 + timedelta(days=4)
        assert clock.thresholds.get(code="due").next_at == clock.due_at
        sentences = [entry.sentence() for entry in history.timeline(unit)]
        assert any("等客户回复" in text for text in sentences)
        assert any("暂停 3 天" in text for text in sentences)

    def test_what_was_late_before_the_pause_stays_late(self, unit, now):
        clock = start(unit)
        now.move_to(MONDAY_9 + timedelta(hours=25))
        clocks.pause(clock, reason="等配件", actor=system())
        now.move_to(MONDAY_9 + timedelta(hours=50))
        clocks.resume(clock, actor=system())
        assert clock.due_at == MONDAY_9 + timedelta(hours=24)
        assert clocks.stop(clock, actor=system()).outcome == "late"

    def test_refusals(self, unit):
        clock = start(unit)
        with pytest.raises(Invalid):
            clocks.pause(clock, reason=" ", actor=system())
        with pytest.raises(services.NotPaused):
            clocks.resume(clock, actor=system())
        clocks.pause(clock, reason="x", actor=system())
        with pytest.raises(services.NotRunning):
            clocks.pause(clock, reason="x", actor=system())
        promise = start(unit, code="promise", target={"kind": "moment", "at": MONDAY_9 + timedelta(days=2)})
        with pytest.raises(services.NotPausable):
            clocks.pause(promise, reason="x", actor=system())

    def test_the_ledger_grows_and_never_changes(self, unit, now):
        clock = start(unit)
        clocks.pause(clock, reason="x", actor=system())
        clocks.resume(clock, actor=system())
        assert list(clock.intervals.values_list("kind", flat=True)) == ["run", "pause", "run"]
        ended = clock.intervals.filter(to_at__isnull=False)
        with pytest.raises((IntegrityError, Outrun)), transaction.atomic():
            ended.update(reason="anders")
        with pytest.raises((IntegrityError, Outrun)), transaction.atomic():
            ended.delete()


class TestStop:
    def test_in_time_is_met_and_nothing_more_is_told(self, unit, now):
        clock = start(unit)
        now.move_to(MONDAY_9 + timedelta(hours=3))
        assert clocks.stop(clock, actor=system()).outcome == "met"
        now.move_to(MONDAY_9 + timedelta(days=9))
        assert clocks.tick() == 0

    def test_after_due_is_late_by_so_many_minutes(self, unit, now):
        clock = start(unit)
        now.move_to(MONDAY_9 + timedelta(hours=25))
        assert clocks.stop(clock, actor=system()).outcome == "late"
        entry = history.timeline(unit).filter(verb="clock.stopped").get()
        assert entry.data["late_minutes"] == 60

    def test_a_moment_before_due_counts_although_it_is_recorded_later(self, unit, now):
        clock = start(unit)
        now.move_to(MONDAY_9 + timedelta(hours=30))
        assert clocks.stop(clock, actor=system(), at=MONDAY_9 + timedelta(hours=23)).outcome == "met"

    def test_a_closed_clock_never_changes(self, unit, now):
        clock = clocks.stop(start(unit), actor=system())
        for act in (
            lambda: clocks.stop(clock, actor=system()),
            lambda: clocks.pause(clock, reason="x", actor=system()),
            lambda: clocks.move_due(clock, MONDAY_9 + timedelta(days=9), reason="x", actor=system()),
            lambda: clocks.recompute(clock, reason="x", actor=system()),
        ):
            with pytest.raises(services.Closed):
                act()
        with pytest.raises((IntegrityError, Outrun)), transaction.atomic():
            Clock.objects.filter(pk=clock.pk).update(due_at=MONDAY_9)
        with pytest.raises((IntegrityError, Outrun)), transaction.atomic():
            ClockInterval.objects.filter(clock=clock).update(from_at=MONDAY_9)

    def test_cancelled_counts_neither_as_met_nor_late(self, unit, now):
        clock = start(unit)
        now.move_to(MONDAY_9 + timedelta(days=2))
        assert clocks.cancel(clock, actor=system(), reason="并入另一件").outcome == "cancelled"
        assert clocks.tick() == 0


class TestTick:
    def test_each_threshold_is_told_once_at_its_moment(self, unit, now):
        start(unit)
        for hours in (19, 20, 20, 24, 24, 31, 32, 32, 99):
            now.move_to(MONDAY_9 + timedelta(hours=hours))
            clocks.tick()
        assert told(unit) == [("remind", 0), ("due", 0), ("next", 480)]

    def test_after_downtime_all_are_told_in_order_and_say_how_late_the_telling_is(self, unit, now):
        start(unit)
        now.move_to(MONDAY_9 + timedelta(days=5))
        assert clocks.tick() == 3
        assert clocks.tick() == 0
        assert [code for code, _ in told(unit)] == ["remind", "due", "next"]
        entry = history.timeline(unit).filter(verb="clock.threshold").last()
        assert entry.data["behind_minutes"] == 100 * 60

    def test_what_cannot_be_started_does_not_keep_the_others_from_telling(self, unit, now, monkeypatch):
        def broken(_moment: datetime) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(ticking, "_starters", [broken])
        start(unit)
        now.move_to(MONDAY_9 + timedelta(hours=21))
        assert clocks.tick() == 1

    def test_what_was_reached_before_the_stop_is_told_after_downtime(self, unit, now):
        clock = start(unit)
        now.move_to(MONDAY_9 + timedelta(hours=26))
        clocks.stop(clock, actor=system())
        clocks.tick()
        assert told(unit) == [("remind", 0), ("due", 0)]
        assert all(entry.data["stopped"] for entry in history.timeline(unit).filter(verb="clock.threshold"))

    def test_it_stands_in_the_timeline_of_the_row_it_is_about(self, unit, now):
        case = build.unit()
        start(unit, about=case)
        now.move_to(MONDAY_9 + timedelta(hours=24))
        clocks.tick()
        verbs = list(history.timeline(case).values_list("verb", flat=True))
        assert verbs == ["clock.threshold", "clock.threshold", "clock.started"]

    def test_one_that_fails_does_not_stop_the_others_and_is_tried_again(self, unit, now):
        other = build.unit()
        bad = start(unit)
        start(other)
        broken = [True]

        @history.on("clock.threshold")
        def refuse(entry):
            if broken[0] and entry.subject_id == unit.pk and entry.subject_type == "org.unit":
                raise RuntimeError("no")

        try:
            now.move_to(MONDAY_9 + timedelta(hours=20))
            clocks.tick()
            assert told(other) == [("remind", 0)]
            assert told(unit) == []
            row = bad.thresholds.get(code="remind")
            assert (row.attempts, row.error, row.fired_at) == (1, "RuntimeError: no", None)
            assert clocks.tick() == 0
            broken[0] = False
            now.move_to(MONDAY_9 + timedelta(hours=20, minutes=3))
            clocks.tick()
            assert told(unit) == [("remind", 0)]
        finally:
            from zhize.kernel.history import facts

            facts._on["clock.threshold"].remove(refuse)

    def test_a_batch_takes_a_bounded_number_of_queries_for_each(
        self, unit, now, django_assert_max_num_queries
    ):
        for number in range(20):
            start(unit, code=f"c{number}", thresholds=[Threshold("due", after_minutes=0)])
        now.move_to(MONDAY_9 + timedelta(days=2))
        with django_assert_max_num_queries(20 * 10 + 8):
            assert clocks.tick() == 20


class TestMove:
    def test_a_moved_due_time_is_recorded_and_arms_the_ladder_again(self, unit, now):
        clock = start(unit)
        now.move_to(MONDAY_9 + timedelta(hours=24))
        clocks.tick()
        clocks.move_due(clock, MONDAY_9 + timedelta(hours=72), reason="客户同意周四", actor=system())
        assert clock.due_at == MONDAY_9 + timedelta(hours=72)
        assert clock.moves.get().due_before == MONDAY_9 + timedelta(hours=24)
        assert "客户同意周四" in history.timeline(unit).first().sentence()
        now.move_to(MONDAY_9 + timedelta(hours=90))
        clocks.tick()
        assert [code for code, _ in told(unit)] == ["remind", "due", "remind", "due", "next"]

    def test_refusals(self, unit):
        clock = start(unit)
        with pytest.raises(Invalid):
            clocks.move_due(clock, MONDAY_9 + timedelta(hours=72), reason="", actor=system())
        with pytest.raises(Invalid):
            clocks.move_due(clock, MONDAY_9 - timedelta(hours=1), reason="x", actor=system())


class TestCalendarVersions:
    def test_a_running_clock_keeps_its_version_until_it_is_recomputed(self, unit, now):
        editor = access.system(calendar_capabilities.REFRESH)
        calendar = calendar_services.create(actor=editor, unit=unit, name="中心")
        clock = start(unit, target={"kind": "working", "minutes": 540})
        assert clock.due_at == MONDAY_9 + timedelta(hours=9)
        calendar_services.change(
            actor=editor, calendar=calendar, weekly={"wed": "09:00-18:00"}, reason="只开周三"
        )
        clock.refresh_from_db()
        assert clock.due_at == MONDAY_9 + timedelta(hours=9)
        clocks.recompute(clock, actor=system(), reason="新的上班时间")
        assert clock.due_at == datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
        assert clock.moves.get().calendar_before.number == 1
        assert "第 2 版" not in history.timeline(unit).first().sentence()
        assert "新的上班时间" in history.timeline(unit).first().sentence()

    def test_recomputing_is_a_right_of_its_own(self, unit):
        clock = start(unit)
        with pytest.raises(Refused):
            clocks.recompute(clock, actor=build.admin(unit, capabilities.VIEW), reason="x")


class TestReading:
    def test_used_and_left(self, unit, now):
        clock = start(unit, target={"kind": "working", "minutes": 600})
        now.move_to(MONDAY_9 + timedelta(hours=8))
        found = clocks.reading(clock)
        assert (found.used, found.left) == (timedelta(hours=8), timedelta(hours=2))
        now.move_to(MONDAY_9 + timedelta(hours=26))
        assert clocks.reading(clock).left == timedelta(hours=-1)
        assert clocks.reading(clock).late

    def test_a_paused_clock_says_what_is_left(self, unit, now):
        clock = start(unit)
        now.move_to(MONDAY_9 + timedelta(hours=8))
        clocks.pause(clock, reason="x", actor=system())
        now.move_to(MONDAY_9 + timedelta(hours=48))
        found = clocks.reading(clock)
        assert found.left == timedelta(hours=16)
        assert found.paused


class TestExplain:
    def test_working_time_is_told_day_by_day(self, unit, now):
        now.move_to(datetime(2026, 3, 6, 6, 0, tzinfo=UTC))  # Friday 14:00
        clock = start(unit, target={"kind": "working", "minutes": 480})
        lines = [line.zh for line in clocks.explain(clock)]
        assert any("2026-03-07 周六" in line and "不上班" in line for line in lines)
        assert lines[-1].endswith("2026-03-09 周一 13:00")
        assert all(isinstance(line, Text) and line.en for line in clocks.explain(clock))

    def test_pauses_moves_and_outcome_are_told(self, unit, now):
        clock = start(unit)
        now.move_to(MONDAY_9 + timedelta(hours=1))
        clocks.pause(clock, reason="等客户", actor=system())
        now.move_to(MONDAY_9 + timedelta(hours=3))
        clocks.resume(clock, actor=system())
        clocks.move_due(clock, MONDAY_9 + timedelta(hours=40), reason="约好周三", actor=system())
        clocks.stop(clock, actor=system())
        text = "\n".join(line.zh for line in clocks.explain(clock))
        for piece in ("暂停：", "等客户", "不计 2 小时", "改期", "约好周三", "按时", "用时 1 小时"):
            assert piece in text

    def test_a_provisional_year_is_named(self, unit, now):
        now.move_to(datetime(2026, 12, 31, 6, 0, tzinfo=UTC))
        clock = start(unit, target={"kind": "working", "minutes": 1200})
        assert any("2027 年国家放假安排尚未公布" in line.zh for line in clocks.explain(clock))
        assert calendars.warnings(unit)

    def test_a_fixed_number_of_queries(self, unit, now, django_assert_max_num_queries):
        clock = Clock.objects.select_related("calendar_version__calendar").get(pk=start(unit).pk)
        with django_assert_max_num_queries(5):
            clocks.explain(clock)
