"""Calendars: inherited, versioned, with official holidays and make-up workdays."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction

from tests.kernel.calendars import build
from zhize.kernel import access, calendars, history
from zhize.kernel.calendars import capabilities, official, selectors, services
from zhize.kernel.calendars.models import Calendar, CalendarVersion
from zhize.kernel.calendars.services import OwnDay
from zhize.kernel.db import Invalid, Refused
from zhize.lib.text import Text

pytestmark = pytest.mark.django_db
SHANGHAI_9 = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
EDIT = (capabilities.VIEW, capabilities.EDIT)


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(SHANGHAI_9, tick=False):
        yield


def system():
    return access.system(capabilities.REFRESH)


class TestInheritance:
    def test_a_unit_without_a_calendar_uses_the_nearest_above_it(self):
        company = build.unit()
        centre = build.unit(parent=company)
        team = build.unit(parent=centre)
        services.create(actor=system(), unit=company, name="公司", weekly={"mon": "09:00-17:00"})
        assert calendars.for_unit(team).is_working_day(date(2026, 3, 3)) is False
        services.create(actor=system(), unit=centre, name="中心", weekly={"tue": "08:00-12:00"})
        assert calendars.for_unit(team).is_working_day(date(2026, 3, 3)) is True
        assert calendars.for_unit(company).is_working_day(date(2026, 3, 3)) is False

    def test_without_any_calendar_the_standard_week_and_official_days_hold(self):
        found = calendars.for_unit(build.unit())
        assert [found.is_working_day(date(2026, 3, day)) for day in (6, 7, 8, 9)] == [
            True,
            False,
            False,
            True,
        ]
        assert found.is_working_day(date(2026, 10, 1)) is False
        assert found.is_working_day(date(2026, 10, 10)) is True

    def test_resolving_and_building_is_bounded(self, django_assert_max_num_queries):
        team = build.unit(parent=build.unit(parent=build.unit()))
        services.create(actor=system(), unit=team, name="班组", reason="x")
        with django_assert_max_num_queries(2):
            calendars.for_unit(team)
        with django_assert_max_num_queries(1):
            calendars.for_unit(team)


@pytest.mark.req("ORG-17")
class TestDays:
    def test_weekends_holidays_and_make_up_days_of_the_unit(self):
        unit = build.unit()
        services.create(actor=system(), unit=unit, name="周末双休")
        calendar = calendars.for_unit(unit)
        assert calendar.is_working_day(date(2026, 2, 28)) is True  # 调休, a Saturday
        assert [str(hours) for hours in calendar.hours_on(date(2026, 2, 28))] == ["09:00-18:00"]
        assert calendar.is_working_day(date(2026, 2, 18)) is False  # 春节, a Wednesday
        assert calendar.is_working_day(date(2026, 3, 7)) is False

    def test_a_due_time_on_saturday_of_a_mon_fri_unit_is_shifted(self):
        """By-rules take the last working day before, others the next one (§0)."""
        unit = build.unit()
        services.create(actor=system(), unit=unit, name="周末双休")
        calendar = calendars.for_unit(unit)
        saturday = date(2026, 3, 7)
        assert calendar.working_day_on_or_before(saturday) == date(2026, 3, 6)
        assert calendar.working_day_on_or_after(saturday) == date(2026, 3, 9)
        # Three days from Wednesday end on Saturday, so they end with the work of Monday.
        wednesday = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
        assert calendar.end_of_working_day_after(wednesday, 3) == datetime(2026, 3, 9, 10, 0, tzinfo=UTC)

    def test_units_that_follow_nobody_have_no_official_days(self):
        unit = build.unit()
        services.create(actor=system(), unit=unit, name="自定", follows_official=False)
        assert calendars.for_unit(unit).is_working_day(date(2026, 2, 18)) is True

    def test_round_the_clock(self):
        unit = build.unit()
        services.create(actor=system(), unit=unit, name="控制中心", weekly={}, always_open=True)
        assert calendars.for_unit(unit).is_working_day(date(2026, 2, 18)) is True

    def test_several_intervals_and_make_up_hours(self):
        unit = build.unit()
        week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-12:00,13:30-18:00")
        services.create(actor=system(), unit=unit, name="午休", weekly=week, makeup_hours="10:00-16:00")
        calendar = calendars.for_unit(unit)
        assert [str(hours) for hours in calendar.hours_on(date(2026, 3, 3))] == ["09:00-12:00", "13:30-18:00"]
        assert [str(hours) for hours in calendar.hours_on(date(2026, 2, 28))] == ["10:00-16:00"]


class TestVersions:
    def test_a_change_makes_a_version_and_leaves_the_old_one(self):
        unit = build.unit()
        calendar = services.create(actor=system(), unit=unit, name="中心")
        first = selectors.current(calendar)
        second = services.change(
            actor=system(), calendar=calendar, weekly={"mon": "10:00-19:00"}, reason="夏令时间"
        )
        assert (first.number, second.number) == (1, 2)
        assert calendars.of_version(first).is_working_day(date(2026, 3, 3)) is True
        assert calendars.of_version(second).is_working_day(date(2026, 3, 3)) is False
        said = history.timeline(calendar).first()
        assert said.verb == "calendar.changed"
        assert "第 2 版：夏令时间" in said.sentence()

    def test_a_change_that_changes_nothing_makes_no_version(self):
        calendar = services.create(actor=system(), unit=build.unit(), name="中心")
        services.change(actor=system(), calendar=calendar, weekly=None, reason="没有变化")
        assert calendar.versions.count() == 1

    def test_an_older_moment_sees_the_older_version(self):
        unit = build.unit()
        calendar = services.create(actor=system(), unit=unit, name="中心")
        with time_machine.travel(datetime(2026, 3, 9, tzinfo=UTC), tick=False):
            services.change(
                actor=system(), calendar=calendar, weekly={"mon": "10:00-19:00"}, reason="夏令时间"
            )
            assert calendars.version_of(unit, SHANGHAI_9).number == 1
            assert calendars.version_of(unit).number == 2
        assert calendars.version_of(unit, datetime(2020, 1, 1, tzinfo=UTC)).number == 1

    def test_the_database_refuses_to_change_a_version(self):
        calendar = services.create(actor=system(), unit=build.unit(), name="中心")
        with pytest.raises(IntegrityError), transaction.atomic():
            CalendarVersion.objects.filter(calendar=calendar).update(always_open=True)
        with pytest.raises(IntegrityError), transaction.atomic():
            selectors.current(calendar).days.all().delete()

    def test_own_days_win_and_stay_through_other_changes(self):
        unit = build.unit()
        calendar = services.create(actor=system(), unit=unit, name="中心")
        services.set_day(
            actor=system(),
            calendar=calendar,
            day=OwnDay(date(2026, 10, 1), "hours", "08:00-12:00", "值班"),
            reason="国庆值班",
        )
        services.change(actor=system(), calendar=calendar, weekly={"mon": "08:00-17:00"}, reason="提前上班")
        assert [str(hours) for hours in calendars.for_unit(unit).hours_on(date(2026, 10, 1))] == [
            "08:00-12:00"
        ]
        services.clear_day(actor=system(), calendar=calendar, on=date(2026, 10, 1), reason="取消值班")
        assert calendars.for_unit(unit).is_working_day(date(2026, 10, 1)) is False


class TestRefusals:
    def test_only_who_may_edit_the_unit(self):
        ours, theirs = build.unit(), build.unit()
        actor = build.admin(ours, *EDIT)
        with pytest.raises(Refused), transaction.atomic():
            services.create(actor=actor, unit=theirs, name="别人的")
        assert not Calendar.objects.filter(unit=theirs).exists()
        calendar = services.create(actor=actor, unit=ours, name="自己的")
        stranger = build.admin(theirs, *EDIT)
        with pytest.raises(Refused):
            services.change(actor=stranger, calendar=calendar, weekly={}, reason="x")
        with pytest.raises(Refused):
            services.load_official(actor=actor, days={}, source="x")

    @pytest.mark.parametrize(
        ("fields", "where"),
        [
            ({"weekly": {"mon": "9-18"}}, "weekly.mon"),
            ({"weekly": {"mon": "09:00-12:00,11:00-13:00"}}, "weekly.mon"),
            ({"weekly": {"xxx": "09:00-12:00"}}, "weekly"),
            ({"weekly": {"mon": ""}}, "weekly"),
            ({"days": [OwnDay(date(2026, 5, 1), "hours")]}, "days"),
            ({"days": [OwnDay(date(2026, 5, 1), "nonsense")]}, "days"),
            ({"days": [OwnDay(date(2026, 5, 1), "holiday"), OwnDay(date(2026, 5, 1), "workday")]}, "days"),
        ],
    )
    def test_what_cannot_be_read_is_named(self, fields, where):
        with pytest.raises(Invalid) as refusal:
            services.create(actor=system(), unit=build.unit(), name="错", **fields)
        assert where in refusal.value.errors

    def test_a_change_needs_a_reason_and_a_unit_has_one_calendar(self):
        unit = build.unit()
        calendar = services.create(actor=system(), unit=unit, name="中心")
        with pytest.raises(Invalid):
            services.change(actor=system(), calendar=calendar, weekly={"mon": "09:00-10:00"}, reason=" ")
        with pytest.raises(Invalid):
            services.create(actor=system(), unit=unit, name="又一个")


class TestOfficialYears:
    def test_an_unpublished_year_is_provisional_and_says_so(self):
        unit = build.unit()
        calendar = services.create(actor=system(), unit=unit, name="中心")
        view = calendars.year_view(selectors.current(calendar), 2027)
        assert view.provisional
        assert "2027" in view.warning.zh
        assert calendars.year_view(selectors.current(calendar), 2026).warning is None
        assert calendars.warnings(unit) == []
        with time_machine.travel(datetime(2026, 11, 23, tzinfo=UTC), tick=False):
            assert [type(text) for text in calendars.warnings(unit)] == [Text]

    def test_the_year_view_counts_days(self):
        calendar = services.create(actor=system(), unit=build.unit(), name="中心")
        view = calendars.year_view(selectors.current(calendar), 2026)
        assert len(view.months) == 12
        assert sum(len(month.days) for month in view.months) == 365
        february = view.months[1]
        assert february.lead == 6
        assert february.working_days == 16
        spring = february.days[17]
        assert (spring.kind, spring.source, spring.name.zh, spring.working) == (
            "holiday",
            "official",
            "春节",
            False,
        )
        assert view.months[2].days[1].today

    def test_a_loaded_file_makes_versions_and_replaces_provisional_days(self):
        unit = build.unit()
        guess = OwnDay(date(2027, 2, 6), "holiday", name="春节(暂定)", provisional=True)
        own = OwnDay(date(2027, 5, 12), "holiday", name="司庆")
        calendar = services.create(actor=system(), unit=unit, name="中心", days=[guess, own])
        text = "date,kind,name\n2027-01-01,休,元旦\n2027/02/08,holiday,春节\n2027-02-14,班,春节\n"
        days = official.read_file("2027.csv", text)
        changed = services.load_official(actor=system(), days=days, source="2027.csv")
        assert calendar in changed
        found = calendars.for_unit(unit)
        assert found.is_working_day(date(2027, 1, 1)) is False
        assert found.is_working_day(date(2027, 2, 14)) is True
        kept = {row.date for row in selectors.own_days(selectors.current(calendar))}
        assert kept == {own.date}
        assert selectors.check_year(2027).source == "2027.csv"
        assert selectors.check_year(2027).behind == ()
        assert services.load_official(actor=system(), days=days, source="2027.csv") == []

    def test_yaml_with_spans(self):
        text = "holidays:\n  - {from: 2027-10-01, to: 2027-10-07, name: 国庆节}\nworkdays: [2027-10-09]\n"
        days = official.read_file("2027.yaml", text)[2027]
        assert [day.kind for day in days] == ["holiday"] * 7 + ["workday"]

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("a.csv", "day,kind\n2027-01-01,休\n"),
            ("a.csv", "date,kind\n2027-13-01,休\n"),
            ("a.csv", "date,kind\n2027-01-01,?\n"),
            ("a.csv", "date,kind\n2027-01-01,休\n2027-01-01,班\n"),
            ("a.csv", "date,kind\n"),
            ("a.yaml", "holidays: [2027-01-01"),
            ("a.yaml", "- 1\n"),
            ("a.yaml", "holidays: [{from: 2027-01-03, to: 2027-01-01}]\n"),
        ],
    )
    def test_a_file_that_cannot_be_read_is_refused(self, name, text):
        with pytest.raises(Invalid):
            official.read_file(name, text)

    def test_library_years_agree_with_the_published_make_up_days_of_2026(self):
        workdays = {day.date for day in official.library_days(2026) if day.kind == "workday"}
        expected = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
        assert sorted(day.isoformat() for day in workdays) == expected
        assert official.library_days(2099) == []


class TestCommand:
    def test_load_then_check(self, tmp_path, capsys):
        from django.core.management import CommandError, call_command

        services.create(actor=system(), unit=build.unit(), name="中心")
        with pytest.raises(CommandError, match="not published"):
            call_command("calendar", "check", "2027")
        file = tmp_path / "2027.csv"
        file.write_text("date,kind\n2027-01-01,休\n", encoding="utf-8")
        call_command("calendar", "load", str(file))
        call_command("calendar", "check", "2027")
        assert "2027: 1 days off, 0 make-up workdays (2027.csv)" in capsys.readouterr().out

    def test_a_bad_file_changes_nothing(self, tmp_path):
        from django.core.management import CommandError, call_command

        with pytest.raises(CommandError):
            call_command("calendar", "load", str(tmp_path / "missing.csv"))
        assert selectors.check_year(2027).published is False
