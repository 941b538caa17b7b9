"""What is planned ahead follows the calendar as it becomes known, as long as nobody could begin it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.domains.duties.cast import Centre
from tests.domains.duties.test_recurring import DAILY, SYSTEM, at, dues, put, run
from tests.domains.duties.test_rosters import PER_SHIFT, roster
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.kernel import access
from zhize.kernel.calendars import services as calendars
from zhize.kernel.calendars.official import Special
from zhize.kernel.org.models import Appointment


def publish(*days: str) -> None:
    """The holidays of 2031."""
    listed = [Special(date.fromisoformat(day), "holiday") for day in days]
    calendars.load_official(actor=access.system("calendars.refresh"), days={2031: listed}, source="test")


class TestPublishedHolidays:
    def test_what_moves_before_its_period_can_be_done_before_it(self, centre: Centre, now: Any) -> None:
        now.move_to(at("2030-12-20T09:00"))
        monthly = put(centre, "first", {"every": "month", "due": "by", "month_days": [1]})
        run()
        assert dues(monthly, provisional=True) == ["01-01 18:00"]
        publish("2031-01-01")
        run()
        row = Obligation.objects.get(duty=monthly, slot=at("2031-01-01T00:00"), ended_at=None)
        assert (row.due_at, row.opened_at) == (at("2030-12-31T18:00"), at("2030-12-31T00:00"))

    def test_the_earliest_time_moves_along(self, centre: Centre, now: Any) -> None:
        now.move_to(at("2030-12-20T09:00"))
        rule = {"every": "month", "due": "by", "month_days": [3], "not_before": "15:30:00"}
        monthly = put(centre, "check", rule)
        run()
        publish("2031-01-02", "2031-01-03")
        run()
        row = Obligation.objects.get(duty=monthly, slot=at("2031-01-03T00:00"), ended_at=None)
        assert (row.due_at, row.not_before_at) == (at("2031-01-01T18:00"), at("2031-01-01T15:30"))

    def test_whoever_is_rostered_keeps_the_hours_of_the_shift(self, centre: Centre, now: Any) -> None:
        now.move_to(at("2030-12-20T09:00"))
        shifts = [(f"2031-01-{day:02d}T13:00", 8) for day in range(1, 11)]
        roster(centre, "孙丽", *shifts)
        daily = put(centre, "cash", DAILY)
        run(ahead_days=20)
        publish("2031-01-02", "2031-01-03")
        run(ahead_days=20)
        found = dues(daily, ended_at=None, slot__gte=at("2031-01-01T00:00"))
        assert found == [f"01-{day:02d} 21:00" for day in range(1, 10)]


class TestOwnDays:
    def test_days_that_the_unit_sets_itself_are_followed_where_nothing_has_begun(
        self, centre: Centre
    ) -> None:
        daily = put(centre, "patrol", DAILY)
        weekly = put(centre, "summary", {"every": "week", "due": "by", "weekdays": ["fri"]})
        run(ahead_days=13)
        calendar = calendars.version_for(centre.unit).calendar
        days = [
            calendars.OwnDay(date(2026, 3, 7), "workday", hours="09:00-12:00"),
            calendars.OwnDay(date(2026, 3, 13), "holiday"),
        ]
        calendars.change(
            actor=access.system("calendars.refresh"), calendar=calendar, days=days, reason="厂休"
        )
        run(ahead_days=13)
        found = dues(daily, ended_at=None)
        assert "03-07 12:00" in found
        assert "03-13 18:00" not in found
        assert len(found) == len(set(found)) == 10
        assert dues(weekly, ended_at=None) == ["03-06 18:00", "03-12 18:00"]
        assert run(ahead_days=13) == 0


class TestChangedRules:
    """What earlier versions owe still stands for as many slots of the new one, and for no more."""

    def test_the_rest_of_the_week_is_owed_when_the_duty_is_worded_anew(
        self, centre: Centre, now: Any
    ) -> None:
        days = {"every": "week", "due": "on", "weekdays": ["mon", "wed", "fri"]}
        duty = put(centre, "round", days)
        run(ahead_days=6)
        now.move_to(at("2026-03-03T10:00"))
        put(centre, "round", days, weight=3)
        run(ahead_days=5)
        assert dues(duty, ended_at=None) == ["03-02 18:00", "03-04 18:00", "03-06 18:00"]

    def test_one_excused_time_of_a_day_does_not_excuse_the_other(self, centre: Centre, now: Any) -> None:
        twice = {"every": "day", "due": "by", "times": ["10:00:00", "16:00:00"]}
        duty = put(centre, "patrol", twice)
        run(ahead_days=1)
        row = Obligation.objects.get(duty=duty, slot=at("2026-03-03T10:00"))
        duties.excuse(actor=SYSTEM, obligation=row, reason="停电")
        now.move_to(at("2026-03-02T12:00"))
        put(centre, "patrol", twice, weight=3)
        run(ahead_days=1)
        assert dues(duty, state="open") == ["03-02 10:00", "03-02 16:00", "03-03 16:00"]

    def test_the_later_shift_of_the_day_is_owed_still(self, centre: Centre, now: Any) -> None:
        roster(centre, "孙丽", ("2026-03-02T08:00", 6), ("2026-03-02T16:00", 6))
        duty = put(centre, "desk", PER_SHIFT)
        run(ahead_days=1)
        now.move_to(at("2026-03-02T12:00"))
        put(centre, "desk", PER_SHIFT, weight=3)
        run(ahead_days=1)
        assert dues(duty, ended_at=None, due_at__lt=at("2026-03-03T00:00")) == ["03-02 14:00", "03-02 22:00"]

    def test_a_week_somebody_settled_ahead_is_settled_under_another_rule(
        self, centre: Centre, now: Any
    ) -> None:
        duty = put(centre, "report", {"every": "week", "due": "by", "weekdays": ["fri"]})
        run(ahead_days=20)
        row = Obligation.objects.get(duty=duty, slot=at("2026-03-13T00:00"))
        duties.excuse(actor=SYSTEM, obligation=row, reason="不办")
        now.move_to(at("2026-03-03T10:00"))
        put(centre, "report", {"every": "week", "due": "by", "weekdays": ["thu"]})
        for _again in range(2):
            run(ahead_days=19)
            assert dues(duty, withdrawn=False) == ["03-06 18:00", "03-13 18:00", "03-19 18:00"]


class TestNeverHeld:
    @pytest.mark.req("DUT-02")
    def test_what_was_planned_for_a_position_before_its_first_holder_is_taken_back(
        self, centre: Centre, now: Any
    ) -> None:
        daily = put(centre, "patrol", DAILY)
        run(ahead_days=3)
        done = Obligation.objects.get(duty=daily, slot=at("2026-03-02T00:00"))
        duties.hand_in(actor=centre.actor("孙丽"), obligation=done, note="办了")
        given = Obligation.objects.get(duty=daily, slot=at("2026-03-03T00:00"))
        duties.reassign(
            actor=centre.actor("王芳"), obligation=given, to=centre.people["王芳"], reason="这天由我巡查"
        )
        held = Appointment.objects.filter(position=centre.positions["officer"])
        # Nobody held it: the appointment was entered by mistake, and begins on Thursday.
        held.update(from_on=date(2026, 3, 5))
        run(ahead_days=3)
        assert dues(daily, withdrawn=False) == ["03-02 18:00", "03-03 18:00", "03-05 18:00"]
        held.delete()
        duties.plan_anew(actor=SYSTEM)
        run(ahead_days=3)
        assert dues(daily, withdrawn=False) == ["03-02 18:00", "03-03 18:00"]
        assert Obligation.objects.get(pk=done.pk).state == "done"
