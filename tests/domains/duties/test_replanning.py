"""What is planned ahead follows the calendar as it becomes known, as long as nobody could begin it."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.domains.duties.cast import Centre
from tests.domains.duties.test_recurring import DAILY, at, dues, put, run
from tests.domains.duties.test_rosters import roster
from zhize.domains.duties.models import Obligation
from zhize.kernel import access
from zhize.kernel.calendars import services as calendars
from zhize.kernel.calendars.official import Special


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
