"""What a planned slot costs and keeps: one row until it opens, its clock then, and nothing looked up where nothing changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.domains.duties.cast import Centre
from tests.domains.duties.test_recurring import DAILY, MONTHLY, SYSTEM, at, dues, put, run
from tests.domains.duties.test_rosters import week
from tests.kernel.calendars import build
from zhize.domains.duties import selectors
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation, SlotPlan
from zhize.domains.duties.services import library
from zhize.kernel import clocks, history
from zhize.kernel.clocks.models import Clock
from zhize.kernel.history.models import EntrySubject
from zhize.kernel.org.models import Appointment


class TestClocks:
    def test_a_slot_has_none_before_it_opens_and_is_told_like_any_other_after(
        self, centre: Centre, now: Any
    ) -> None:
        daily = put(centre, "patrol", DAILY)
        run()
        ahead = Obligation.objects.filter(duty=daily, opened_at__gt=at("2026-03-02T09:00"))
        assert (
            ahead.count() == ahead.filter(clock=None).count() == ahead.filter(plan__isnull=False).count() > 20
        )
        assert not EntrySubject.objects.filter(subject_type="duties.obligation").exists()
        row = ahead.earliest("slot")
        assert [entry.verb for entry in history.timeline(row)] == ["duty.scheduled"]
        assert "03-03 周二 18:00" in str(selectors.explain(row)[-1].zh)
        # The worker stood still over the whole day: all three rungs are told when it is there again.
        now.move_to(at("2026-03-04T00:00"))
        clocks.tick()
        row.refresh_from_db()
        assert row.clock is not None
        told = [entry.data["code"] for entry in history.timeline(row).filter(verb="clock.threshold")]
        assert sorted(told) == ["due", "next", "remind"]
        clocks.tick()
        assert Clock.objects.filter(subject_id=row.pk).count() == 1

    def test_what_was_over_when_it_was_planned_is_not_told(self, centre: Centre, now: Any) -> None:
        daily = put(centre, "patrol", DAILY)
        run(ahead_days=0)
        now.move_to(at("2026-03-05T09:00"))
        run(ahead_days=0)
        clocks.tick()
        rows = Obligation.objects.filter(
            duty=daily, due_at__lt=at("2026-03-05T00:00"), slot__gt=at("2026-03-02T12:00")
        )
        assert rows.filter(clock__isnull=False).count() == rows.count() == 2
        assert not [row for row in rows if history.timeline(row).filter(verb="clock.threshold").exists()]

    def test_whoever_moves_a_slot_ahead_gives_it_its_clock(self, centre: Centre) -> None:
        put(centre, "patrol", DAILY)
        run()
        row = Obligation.objects.filter(clock=None).earliest("slot")
        duties.move_due(actor=SYSTEM, obligation=row, due_at=at("2026-03-09T18:00"), reason="改期")
        row.refresh_from_db()
        assert row.clock is not None
        assert row.due_at == row.clock.due_at == at("2026-03-09T18:00")


class TestFollowing:
    def test_nothing_is_looked_up_where_nothing_changed(self, centre: Centre) -> None:
        for number in range(6):
            put(centre, f"duty{number}", DAILY if number % 2 else MONTHLY)
        run()
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert run() == 0
        # The positions, their holders and the calendar once, the duties once, and no slot but those that open.
        assert len(seen) < 15
        assert [query for query in seen if "duties_obligation" in query["sql"]] == [
            query for query in seen if "FOR UPDATE" in query["sql"]
        ]

    @pytest.mark.req("DUT-02")
    def test_what_opens_further_ahead_is_added_once(self, centre: Centre, now: Any) -> None:
        daily = put(centre, "patrol", DAILY)
        run(ahead_days=7)
        now.move_to(at("2026-03-20T09:00"))
        assert run(ahead_days=7) == 14
        assert run(ahead_days=3) == 0
        assert len(dues(daily)) == len(set(dues(daily))) == 20

    def test_a_new_holder_and_a_new_version_are_seen(self, centre: Centre, now: Any) -> None:
        daily = put(centre, "patrol", DAILY)
        run(ahead_days=6)
        Appointment.objects.filter(position=centre.positions["officer"]).update(
            to_on=at("2026-03-03T00:00").date()
        )
        fresh = build.person("赵新")
        Appointment.objects.create(
            person=fresh,
            position=centre.positions["officer"],
            kind="primary",
            from_on=at("2026-03-04T00:00").date(),
        )
        run(ahead_days=6)
        planned = Obligation.objects.filter(duty=daily, ended_at=None).order_by("slot")
        assert [row.holder.name for row in planned if row.holder] == ["孙丽", "孙丽", "赵新", "赵新", "赵新"]
        library.change_duty(actor=SYSTEM, duty=daily, reason="改", rule={**DAILY, "before_minutes": 30})
        run(ahead_days=6)
        assert dues(daily, ended_at=None) == ["03-02 18:00", *(f"03-{day:02d} 17:30" for day in (3, 4, 5, 6))]

    def test_what_is_taken_back_is_one_entry_in_all_timelines(self, centre: Centre, now: Any) -> None:
        daily = put(centre, "patrol", DAILY)
        run()
        now.move_to(at("2026-03-02T10:00"))
        duties.end_duty(actor=SYSTEM, duty=daily, reason="不再巡查")
        history.deliver_all()
        gone = Obligation.objects.filter(duty=daily, withdrawn=True)
        assert gone.count() > 20
        verbs = [[entry.verb for entry in history.timeline(row)] for row in gone[:2]]
        assert verbs == [["duty.taken_back", "duty.scheduled"]] * 2
        assert not Clock.objects.filter(subject_id__in=gone.values("pk")).exists()


class TestRows:
    def test_all_slots_of_a_version_are_one_statement_and_one_plan(self, centre: Centre) -> None:
        daily = put(centre, "patrol", DAILY)
        for number in range(5):
            build.appoint(build.person(), build.position(build.unit(f"team{number}", centre.unit), "officer"))
        with CaptureQueriesContext(connection) as seen:
            run(only=[daily.pk], ahead_days=10)
        inserts = [query for query in seen if query["sql"].startswith("INSERT INTO duties_obligation")]
        assert len(inserts) == SlotPlan.objects.count() == 1
        assert Obligation.objects.filter(duty=daily).values("position").distinct().count() == 6

    def test_one_duty_in_a_time_is_found_by_its_index(self, centre: Centre) -> None:
        daily = put(centre, "patrol", DAILY)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        rows = Obligation.objects.filter(
            duty=daily, due_at__gte=at("2026-03-02T00:00"), due_at__lt=at("2026-04-01T00:00")
        )
        plan = rows.order_by("due_at").explain()
        assert "duties_duty_due" in plan
        assert "Sort" not in plan


class TestWorkdaysOnly:
    @pytest.mark.req("DUT-04")
    def test_a_shift_on_a_day_off_owes_nothing_that_is_for_working_days(self, centre: Centre) -> None:
        week(centre, "孙丽")
        duty = put(centre, "log", {**DAILY, "workdays_only": True})
        run(ahead_days=6)
        # Wednesday is her day off, the weekend is the calendar's.
        assert dues(duty) == [f"03-{day:02d} 21:00" for day in (2, 3, 5, 6)]
