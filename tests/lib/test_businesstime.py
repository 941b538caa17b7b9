from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhize.lib.businesstime import Hours, HoursError, NoWorkingHours, WorkCalendar, parse_hours

SHANGHAI = "Asia/Shanghai"
OFFICE = WorkCalendar.of(
    SHANGHAI,
    dict.fromkeys(range(5), "09:00-12:00, 13:00-18:00"),
    {date(2026, 3, 6): "", date(2026, 3, 7): "10:00-15:00"},
)
NIGHT = WorkCalendar.of(SHANGHAI, {0: "22:00-06:00", 1: "05:00-09:00"})
ALWAYS = WorkCalendar.of(SHANGHAI, always_open=True)


def at(text: str, zone: str = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def show(moment: datetime, zone: str = SHANGHAI) -> str:
    assert moment.tzinfo is UTC
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


class TestHours:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("09:00-18:00", [Hours(540, 1080)]),
            ("13:30–18:00、9:00-12:00", [Hours(540, 720), Hours(810, 1080)]),
            ("09\uff1a00\u201412\uff1a00\uff0c13\uff1a00-14:00", [Hours(540, 720), Hours(780, 840)]),
            ("22:00-06:00", [Hours(1320, 1800)]),
            ("00:00-24:00", [Hours(0, 1440)]),
            ("00:00-00:00", [Hours(0, 1440)]),
            ("", []),
        ],
    )
    def test_are_read_from_text(self, text: str, expected: list[Hours]) -> None:
        assert list(parse_hours(text)) == expected

    @pytest.mark.parametrize(
        "text", ["9-18", "09:00", "09:61-10:00", "25:00-26:00", "09:00-12:00,11:59-13:00", "x"]
    )
    def test_that_make_no_sense_are_refused(self, text: str) -> None:
        with pytest.raises(HoursError):
            parse_hours(text)

    def test_are_shown_as_they_are_written(self) -> None:
        assert [str(hours) for hours in parse_hours("22:00-06:00,09:00-12:00,13:00-21:00")] == [
            "09:00-12:00",
            "13:00-21:00",
            "22:00-06:00",
        ]
        assert str(Hours(0, 1440)) == "00:00-24:00"

    def test_weekdays_end_at_sunday(self) -> None:
        with pytest.raises(HoursError):
            WorkCalendar.of(SHANGHAI, {7: "09:00-18:00"})


class TestAddWorking:
    @pytest.mark.parametrize(
        ("start", "minutes", "expected"),
        [
            ("2026-03-02 09:00", 60, "2026-03-02 10:00"),
            ("2026-03-02 09:00", 180, "2026-03-02 12:00"),
            ("2026-03-02 09:00", 181, "2026-03-02 13:01"),
            ("2026-03-02 12:30", 30, "2026-03-02 13:30"),
            ("2026-03-02 09:00", 480, "2026-03-02 18:00"),
            ("2026-03-02 07:00", 481, "2026-03-03 09:01"),
            ("2026-03-05 17:30", 60, "2026-03-07 10:30"),
            ("2026-03-07 14:00", 120, "2026-03-09 10:00"),
            ("2026-03-08 03:00", 0, "2026-03-08 03:00"),
            ("2026-03-02 09:00", 480 * 4 + 300 + 480, "2026-03-09 18:00"),
        ],
    )
    def test_table(self, start: str, minutes: int, expected: str) -> None:
        assert show(OFFICE.add_working(at(start), minutes)) == expected

    def test_a_night_shift_belongs_to_its_first_day_and_overlaps_count_once(self) -> None:
        assert show(NIGHT.add_working(at("2026-03-02 21:00"), 120)) == "2026-03-03 00:00"
        assert show(NIGHT.add_working(at("2026-03-02 22:00"), 8 * 60 + 1)) == "2026-03-03 06:01"
        assert NIGHT.working_minutes(at("2026-03-02 00:00"), at("2026-03-04 00:00")) == 11 * 60
        assert show(NIGHT.add_working(at("2026-03-03 01:00"), 60)) == "2026-03-03 02:00"
        assert show(NIGHT.day_end(date(2026, 3, 2))) == "2026-03-03 06:00"

    def test_always_open_ignores_the_clock(self) -> None:
        assert show(ALWAYS.add_working(at("2026-03-07 23:00"), 120)) == "2026-03-08 01:00"
        assert ALWAYS.working_minutes(at("2026-03-07 23:00"), at("2026-03-08 01:00")) == 120

    def test_without_hours_it_says_so(self) -> None:
        closed = WorkCalendar.of(SHANGHAI, {})
        with pytest.raises(NoWorkingHours):
            closed.add_working(at("2026-03-02 09:00"), 1)
        with pytest.raises(NoWorkingHours):
            closed.next_working_day(date(2026, 3, 2))
        with pytest.raises(NoWorkingHours):
            closed.subtract_working_time(at("2026-03-02 09:00"), timedelta(minutes=1))
        with pytest.raises(NoWorkingHours):
            closed.day_end(date(2026, 3, 2))
        with pytest.raises(NoWorkingHours):
            OFFICE.add_working(at("9998-12-01 09:00"), 10_000_000)
        assert closed.working_minutes(at("2026-03-02 09:00"), at("2026-04-02 09:00")) == 0

    def test_moments_must_be_aware_and_amounts_positive(self) -> None:
        with pytest.raises(ValueError, match="aware"):
            OFFICE.add_working(datetime(2026, 3, 2, 9), 1)  # noqa: DTZ001
        with pytest.raises(ValueError, match="forwards"):
            OFFICE.add_working(at("2026-03-02 09:00"), -1)


class TestDays:
    def test_exceptions_replace_the_week(self) -> None:
        assert not OFFICE.is_working_day(date(2026, 3, 6))
        assert OFFICE.is_working_day(date(2026, 3, 7))
        assert not OFFICE.is_working_day(date(2026, 3, 8))
        assert OFFICE.next_working_day(date(2026, 3, 5)) == date(2026, 3, 7)
        assert OFFICE.previous_working_day(date(2026, 3, 9)) == date(2026, 3, 7)
        assert OFFICE.working_day_on_or_before(date(2026, 3, 8)) == date(2026, 3, 7)
        assert OFFICE.working_day_on_or_after(date(2026, 3, 7)) == date(2026, 3, 7)
        assert OFFICE.nth_working_day_after(date(2026, 3, 5), 2) == date(2026, 3, 9)
        assert OFFICE.nth_working_day_after(date(2026, 3, 6), 0) == date(2026, 3, 7)

    def test_a_day_has_a_start_and_an_end(self) -> None:
        assert show(OFFICE.day_start(date(2026, 3, 7))) == "2026-03-07 10:00"
        assert show(OFFICE.day_end(date(2026, 3, 7))) == "2026-03-07 15:00"
        assert show(ALWAYS.day_end(date(2026, 3, 7))) == "2026-03-08 00:00"

    @pytest.mark.parametrize(
        ("start", "days", "expected"),
        [
            ("2026-03-02 09:00", 3, "2026-03-05 18:00"),  # CAS-08: accepted Monday, due Thursday end of work
            ("2026-03-03 09:00", 3, "2026-03-07 15:00"),  # Friday is a holiday, Saturday a make-up workday
            ("2026-03-05 23:30", 3, "2026-03-09 18:00"),  # Sunday: next working day
            ("2026-03-02 09:00", 0, "2026-03-02 18:00"),
            ("2026-03-02 18:30", 0, "2026-03-03 18:00"),
        ],
    )
    def test_within_days_is_due_when_work_ends(self, start: str, days: int, expected: str) -> None:
        assert show(OFFICE.end_of_working_day_after(at(start), days)) == expected

    @pytest.mark.parametrize(
        ("moment", "opening"),
        [
            ("2026-03-02 08:00", "2026-03-02 09:00"),
            ("2026-03-02 09:00", "2026-03-02 09:00"),
            ("2026-03-02 11:59", "2026-03-02 11:59"),
            ("2026-03-02 12:00", "2026-03-02 13:00"),
            ("2026-03-05 18:00", "2026-03-07 10:00"),
        ],
    )
    def test_the_next_opening(self, moment: str, opening: str) -> None:
        assert show(OFFICE.next_opening(at(moment))) == opening
        assert OFFICE.is_open(at(moment)) is (moment == opening)


class TestDaylightSaving:
    BERLIN = WorkCalendar.of("Europe/Berlin", dict.fromkeys(range(7), "00:00-08:00"))

    def test_the_short_night_is_short_and_the_long_one_long(self) -> None:
        for day, hours in ((28, 8), (29, 7)):
            start = at(f"2026-03-{day} 00:00", "Europe/Berlin")
            assert self.BERLIN.working_minutes(start, start + timedelta(hours=12)) == hours * 60
        start = at("2026-10-25 00:00", "Europe/Berlin")
        assert self.BERLIN.working_minutes(start, start + timedelta(hours=12)) == 9 * 60
        assert show(self.BERLIN.add_working(start, 9 * 60), "Europe/Berlin") == "2026-10-25 08:00"

    def test_hours_in_the_skipped_hour_never_turn_around(self) -> None:
        gap = WorkCalendar.of("Europe/Berlin", {6: "02:15-02:45, 02:50-03:30"})
        start = at("2026-03-29 00:00", "Europe/Berlin")
        assert gap.working_minutes(start, start + timedelta(hours=12)) == 30
        assert show(gap.day_start(date(2026, 3, 29)), "Europe/Berlin") == "2026-03-29 03:00"
        assert show(gap.at(date(2026, 3, 29), time(2, 30)), "Europe/Berlin") == "2026-03-29 03:00"


calendars = st.builds(
    WorkCalendar.of,
    st.sampled_from([SHANGHAI, "Europe/Berlin", "America/New_York", "UTC"]),
    st.dictionaries(
        st.integers(0, 6),
        st.sampled_from(
            ["09:00-12:00,13:30-18:00", "22:00-06:00", "00:00-24:00", "01:30-02:30", "08:00-08:01", ""]
        ),
    ),
    st.dictionaries(
        st.dates(date(2026, 3, 1), date(2026, 4, 5)), st.sampled_from(["", "10:00-15:00", "20:00-04:00"])
    ),
    st.booleans(),
)
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
moments = st.integers(0, 35 * 86400).map(lambda seconds: BEGIN + timedelta(seconds=seconds))


class TestLaws:
    @settings(max_examples=150, deadline=None)
    @given(calendars, moments, st.integers(0, 40_000))
    def test_adding_and_measuring_agree(self, calendar: WorkCalendar, start: datetime, minutes: int) -> None:
        amount = timedelta(minutes=minutes)
        try:
            end = calendar.add_working_time(start, amount)
        except NoWorkingHours:
            assert not calendar.always_open
            return
        assert calendar.working_time(start, end) == amount
        if minutes:
            assert calendar.working_time(start, end - timedelta(seconds=1)) < amount
            back = calendar.subtract_working_time(end, amount)
            assert back >= start
            assert calendar.working_time(back, end) == amount

    @settings(max_examples=100, deadline=None)
    @given(calendars, moments, moments, moments)
    def test_stretches_add_up(self, calendar: WorkCalendar, a: datetime, b: datetime, c: datetime) -> None:
        a, b, c = sorted((a, b, c))
        assert calendar.working_time(a, b) + calendar.working_time(b, c) == calendar.working_time(a, c)
        assert calendar.working_time(a, c) <= c - a
        assert calendar.working_time(c, a) == timedelta(0)

    @settings(max_examples=100, deadline=None)
    @given(calendars, moments, moments)
    def test_minute_by_minute_gives_the_same(self, calendar: WorkCalendar, a: datetime, b: datetime) -> None:
        a, b = (moment.replace(second=0, microsecond=0) for moment in sorted((a, b)))
        b = min(b, a + timedelta(hours=30))
        counted = 0
        moment = a
        while moment < b:
            counted += _open_slowly(calendar, moment)
            moment += timedelta(minutes=1)
        assert calendar.working_minutes(a, b) == counted


def _open_slowly(calendar: WorkCalendar, moment: datetime) -> bool:
    """The same question, answered minute by minute."""
    if calendar.always_open:
        return True
    zone = ZoneInfo(calendar.zone)
    local = moment.astimezone(zone)
    for back in (0, 1):
        day = local.date() - timedelta(days=back)
        for hours in calendar.hours_on(day):
            midnight = datetime.combine(day, time(0))
            start, end = (
                (midnight + timedelta(minutes=minutes)).replace(tzinfo=zone).astimezone(UTC)
                for minutes in (hours.start, hours.end)
            )
            if start <= moment < end:
                return True
    return False


def test_a_year_is_quick() -> None:
    calendar = WorkCalendar.of(SHANGHAI, dict.fromkeys(range(5), "09:00-12:00, 13:00-18:00"))
    start = at("2026-03-02 09:00")
    begun = perf_counter()
    for _ in range(20):
        calendar.add_working(start, 250 * 480)
    assert perf_counter() - begun < 2
