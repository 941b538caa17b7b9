"""The days that rules name, and what working calendars make of them. Times are Shanghai's wall clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhize.lib.businesstime.calendar import WorkCalendar
from zhize.lib.recurrence import Rule, Slot, slots

WEEK = dict.fromkeys(range(5), "09:00-18:00")
# 2026: National Day on weekdays off; Saturday 10 October and Saturday 28 February are worked.
SPECIAL = {
    **{date(2026, 10, day): "" for day in range(1, 8)},
    date(2026, 2, 28): "09:00-18:00",
    date(2026, 10, 10): "09:00-18:00",
}
OFFICE = WorkCalendar.of("Asia/Shanghai", WEEK, SPECIAL)
PLAIN = WorkCalendar.of("Asia/Shanghai", WEEK)
ALWAYS = WorkCalendar.of("Asia/Shanghai", always_open=True)


def due(rule: Rule, first: date, last: date, calendar: WorkCalendar = PLAIN) -> list[str]:
    zone = ZoneInfo("Asia/Shanghai")
    return [f"{slot.due_at.astimezone(zone):%m-%d %H:%M}" for slot in slots(rule, first, last, calendar)]


@pytest.mark.req("DUT-04")
def test_by_the_30th_of_february_2026_is_due_on_friday_the_27th() -> None:
    rule = Rule("month", "by", month_days=(30,))
    assert due(rule, date(2026, 2, 1), date(2026, 2, 28)) == ["02-27 18:00"]


def test_a_make_up_workday_keeps_the_day() -> None:
    rule = Rule("month", "by", month_days=(30,))
    assert due(rule, date(2026, 2, 1), date(2026, 2, 28), OFFICE) == ["02-28 18:00"]


@pytest.mark.req("DUT-04")
@pytest.mark.parametrize(
    ("rule", "first", "last", "expected"),
    [
        (Rule("month", "on", month_days=(26,)), date(2026, 7, 1), date(2026, 9, 30), ["07-27 18:00", "08-26 18:00", "09-28 18:00"]),
        (Rule("month", "by", month_days=(5,)), date(2026, 10, 1), date(2026, 10, 31), ["09-30 18:00"]),
        (Rule("month", "on", month_days=(5,)), date(2026, 10, 1), date(2026, 10, 31), ["10-08 18:00"]),
        (Rule("month", "period_end"), date(2026, 1, 1), date(2026, 3, 31), ["01-30 18:00", "02-28 18:00", "03-31 18:00"]),
        (Rule("month", "period_end", offset_days=5), date(2026, 3, 1), date(2026, 3, 31), ["03-05 18:00"]),
        (Rule("quarter", "period_end"), date(2026, 1, 1), date(2026, 12, 31), ["03-31 18:00", "06-30 18:00", "09-30 18:00", "12-31 18:00"]),
        (Rule("half_year", "period_end", months=(6, 12)), date(2026, 1, 1), date(2026, 12, 31), ["06-30 18:00", "12-31 18:00"]),
        (Rule("year", "period_end", months=(1,)), date(2026, 1, 1), date(2026, 12, 31), ["01-30 18:00"]),
        (Rule("quarter", "by", month_days=(10,)), date(2026, 1, 1), date(2026, 12, 31), ["01-09 18:00", "04-10 18:00", "07-10 18:00", "10-10 18:00"]),
        (Rule("week", "on", weekdays=(4,)), date(2026, 9, 28), date(2026, 10, 11), ["10-08 18:00", "10-09 18:00"]),
        (Rule("week", "by", weekdays=(4,), at=time(17)), date(2026, 9, 28), date(2026, 10, 4), ["09-30 17:00"]),
        (Rule("week", "period_end"), date(2026, 3, 2), date(2026, 3, 8), ["03-06 18:00"]),
        (Rule("day", "shift_end", before_minutes=30), date(2026, 3, 6), date(2026, 3, 9), ["03-06 17:30", "03-09 17:30"]),
    ],
)  # fmt: skip
def test_what_a_rule_owes(rule: Rule, first: date, last: date, expected: list[str]) -> None:
    assert due(rule, first, last, OFFICE) == expected


def test_the_31st_the_last_day_and_leap_years() -> None:
    last = Rule("month", "by", month_days=(31,))
    assert due(last, date(2028, 2, 1), date(2028, 4, 30), ALWAYS) == [
        "03-01 00:00",
        "04-01 00:00",
        "05-01 00:00",
    ]
    assert [slot.day for slot in slots(last, date(2028, 2, 1), date(2028, 2, 29), ALWAYS)] == [
        date(2028, 2, 29)
    ]
    twice = Rule("month", "by", month_days=(30, -1))
    days = [slot.day for slot in slots(twice, date(2026, 2, 1), date(2026, 3, 31), PLAIN)]
    assert days == [date(2026, 2, 28), date(2026, 3, 30), date(2026, 3, 31)]


def test_a_year_without_published_holidays_is_provisional() -> None:
    rule = Rule("month", "by", month_days=(5,))
    found = list(slots(rule, date(2026, 12, 1), date(2027, 1, 31), PLAIN, unpublished={2027}))
    assert [slot.provisional for slot in found] == [False, True]


@pytest.mark.req("DUT-09")
def test_random_times_differ_between_days_and_stay_the_same_for_a_slot() -> None:
    rule = Rule("day", "shift_end", at_random=True)
    asked = [
        list(slots(rule, date(2026, 3, 2), date(2026, 3, 13), PLAIN, seed="quality:1")) for _ in range(2)
    ]
    assert asked[0] == asked[1]
    times = {slot.not_before_at.time() for slot in asked[0] if slot.not_before_at}
    assert len(times) > 5
    assert all(slot.not_before_at and slot.opens_at < slot.not_before_at < slot.due_at for slot in asked[0])


@pytest.mark.req("DUT-04")
@pytest.mark.parametrize(
    ("rule", "first", "last", "expected"),
    [
        # 上旬, 中旬, 下旬; half months. Saturday 28 February is worked, Sunday 31 May is not.
        (Rule("ten_days", "period_end"), date(2026, 2, 1), date(2026, 2, 28), ["02-10 18:00", "02-20 18:00", "02-28 18:00"]),
        (Rule("ten_days", "period_start"), date(2026, 3, 1), date(2026, 3, 31), ["02-28 18:00", "03-11 18:00", "03-20 18:00"]),
        (Rule("half_month", "period_end"), date(2026, 5, 1), date(2026, 5, 31), ["05-15 18:00", "05-29 18:00"]),
        (Rule("half_month", "by", nth_working_day=2), date(2026, 10, 1), date(2026, 10, 31), ["10-09 18:00", "10-19 18:00"]),
        # On or before the first day of the period.
        (Rule("year", "period_start"), date(2026, 12, 1), date(2027, 1, 31), ["01-01 18:00"]),
        (Rule("quarter", "period_start"), date(2026, 1, 1), date(2026, 12, 31), ["01-01 18:00", "04-01 18:00", "07-01 18:00", "09-30 18:00"]),
        (Rule("month", "period_start"), date(2026, 8, 1), date(2026, 8, 31), ["07-31 18:00"]),
        (Rule("year", "period_start", months=(4,)), date(2026, 1, 1), date(2026, 12, 31), ["04-01 18:00"]),
        # Counted working days.
        (Rule("month", "by", nth_working_day=3), date(2026, 10, 1), date(2026, 10, 31), ["10-10 18:00"]),
        (Rule("month", "on", nth_working_day=1, at=time(10)), date(2026, 2, 1), date(2026, 3, 31), ["02-02 10:00", "03-02 10:00"]),
        (Rule("month", "by", nth_working_day=-1), date(2026, 5, 1), date(2026, 5, 31), ["05-29 18:00"]),
        (Rule("quarter", "by", nth_working_day=-2), date(2026, 1, 1), date(2026, 3, 31), ["03-30 18:00"]),
        (Rule("month", "period_end", offset_working_days=3), date(2026, 2, 1), date(2026, 2, 28), ["03-04 18:00"]),
        (Rule("month", "on", weekdays=(0,), nth_weekday=2), date(2026, 3, 1), date(2026, 4, 30), ["03-09 18:00", "04-13 18:00"]),
        (Rule("month", "on", weekdays=(4,), nth_weekday=-1), date(2026, 3, 1), date(2026, 3, 31), ["03-27 18:00"]),
        # Every nth.
        (Rule("week", "on", weekdays=(0,), interval=2, starting=date(2026, 3, 4)), date(2026, 3, 1), date(2026, 4, 5), ["03-02 18:00", "03-16 18:00", "03-30 18:00"]),
        (Rule("week", "period_end", interval=2, starting=date(2026, 3, 4)), date(2026, 3, 1), date(2026, 4, 5), ["02-28 18:00", "03-13 18:00", "03-27 18:00"]),
        (Rule("month", "by", month_days=(5,), interval=2), date(2026, 1, 1), date(2026, 6, 30), ["01-05 18:00", "03-05 18:00", "05-05 18:00"]),
        (Rule("day", "on", interval=2, starting=date(2026, 3, 2)), date(2026, 3, 2), date(2026, 3, 13), ["03-02 18:00", "03-04 18:00", "03-06 18:00", "03-09 18:00", "03-10 18:00", "03-12 18:00"]),
        # Several times a day, before and after, free days by their own word.
        (Rule("day", "by", times=(time(9, 30), time(16))), date(2026, 3, 6), date(2026, 3, 9), ["03-06 09:30", "03-06 16:00", "03-09 09:30", "03-09 16:00"]),
        (Rule("day", "shift_start", before_minutes=15), date(2026, 3, 6), date(2026, 3, 6), ["03-06 08:45"]),
        (Rule("day", "shift_end", after_minutes=30), date(2026, 3, 6), date(2026, 3, 6), ["03-06 18:30"]),
        (Rule("day", "by", at=time(20), before_minutes=10), date(2026, 3, 6), date(2026, 3, 6), ["03-06 19:50"]),
        (Rule("month", "by", month_days=(5,), on_free_day="later"), date(2026, 10, 1), date(2026, 10, 31), ["10-08 18:00"]),
        (Rule("month", "on", month_days=(5,), on_free_day="earlier"), date(2026, 10, 1), date(2026, 10, 31), ["09-30 18:00"]),
        (Rule("month", "by", month_days=(5,), on_free_day="keep"), date(2026, 10, 1), date(2026, 10, 31), ["10-05 18:00"]),
        (Rule("day", "by", on_free_day="keep"), date(2026, 3, 6), date(2026, 3, 9), ["03-06 18:00", "03-07 18:00", "03-08 18:00", "03-09 18:00"]),
        (Rule("shift", "shift_end"), date(2026, 3, 6), date(2026, 3, 9), ["03-06 18:00", "03-09 18:00"]),
        # The turn of the year, the 31st, the 29th of February.
        (Rule("year", "period_end", offset_days=10), date(2027, 1, 1), date(2027, 12, 31), ["01-08 18:00"]),
        (Rule("year", "on", month_days=(29,), months=(2,)), date(2028, 1, 1), date(2029, 12, 31), ["02-29 18:00", "02-28 18:00"]),
    ],
)  # fmt: skip
def test_what_the_further_rules_owe(rule: Rule, first: date, last: date, expected: list[str]) -> None:
    assert due(rule, first, last, OFFICE) == expected


def test_what_must_be_met_before_a_period_is_seen_a_month_before() -> None:
    (year,) = slots(Rule("year", "period_start"), date(2027, 1, 1), date(2027, 1, 31), PLAIN)
    zone = ZoneInfo("Asia/Shanghai")
    assert f"{year.opens_at.astimezone(zone):%Y-%m-%d}" == "2026-12-01"
    assert (year.first, year.last) == (date(2027, 1, 1), date(2027, 12, 31))
    (week,) = slots(Rule("week", "period_start"), date(2026, 3, 9), date(2026, 3, 9), PLAIN)
    assert f"{week.opens_at.astimezone(zone):%m-%d}" == "03-02"


@pytest.mark.req("DUT-04")
def test_a_roster_says_when_shifts_begin_and_end_and_who_has_a_day_off() -> None:
    zone = ZoneInfo("Asia/Shanghai")

    def shift(day: int, begin: int, hours: int) -> tuple[datetime, datetime]:
        start = datetime(2026, 3, day, begin, tzinfo=zone)
        return start, start + timedelta(hours=hours)

    # Friday off, Saturday a night shift, Sunday two shifts, Monday not known.
    days = {6: (), 7: (shift(7, 22, 8),), 8: (shift(8, 8, 8), shift(8, 16, 8)), 9: None}
    asked = {"roster": lambda day: days[day.day]}
    end = list(
        slots(Rule("day", "shift_end", before_minutes=30), date(2026, 3, 6), date(2026, 3, 9), PLAIN, **asked)
    )
    assert [f"{slot.due_at.astimezone(zone):%m-%d %H:%M}" for slot in end] == [
        "03-08 05:30",
        "03-08 23:30",
        "03-09 17:30",
    ]
    each = list(slots(Rule("shift", "shift_end"), date(2026, 3, 6), date(2026, 3, 9), PLAIN, **asked))
    assert [f"{slot.named:%d %H:%M} {slot.due_at.astimezone(zone):%d %H:%M}" for slot in each] == [
        "07 22:00 08 06:00",
        "08 08:00 08 16:00",
        "08 16:00 09 00:00",
        "09 09:00 09 18:00",
    ]


RULES = st.sampled_from(
    [
        Rule("day", "shift_end"),
        Rule("week", "by", weekdays=(0, 4)),
        Rule("week", "period_end"),
        Rule("month", "by", month_days=(5, 31)),
        Rule("month", "on", month_days=(26,)),
        Rule("month", "period_end", offset_days=5),
        Rule("quarter", "period_end", offset_days=10),
        Rule("half_year", "by", month_days=(-1,)),
        Rule("year", "by", month_days=(29,), months=(2,)),
        Rule("day", "on", interval=3),
        Rule("day", "by", times=(time(9), time(15))),
        Rule("shift", "shift_end"),
        Rule("week", "by", weekdays=(2,), interval=2),
        Rule("ten_days", "period_end", offset_days=2),
        Rule("half_month", "by", nth_working_day=-1),
        Rule("month", "period_end", offset_working_days=5),
        Rule("month", "on", nth_working_day=3),
        Rule("quarter", "period_start", interval=2),
    ]
)


@given(RULES, st.dates(date(2024, 1, 1), date(2029, 1, 1)), st.integers(0, 500), st.integers(0, 500))
def test_asked_in_pieces_or_at_once_the_slots_are_the_same(
    rule: Rule, first: date, one: int, two: int
) -> None:
    middle = date.fromordinal(first.toordinal() + one)
    last = date.fromordinal(middle.toordinal() + two)
    after = date.fromordinal(middle.toordinal() + 1)
    whole: list[Slot] = list(slots(rule, first, last, OFFICE))
    assert whole == [*slots(rule, first, middle, OFFICE), *slots(rule, after, last, OFFICE)]
    assert len({slot.named for slot in whole}) == len(whole)
    assert [slot.opens_at for slot in whole] == sorted(slot.opens_at for slot in whole)
    assert all(slot.opens_at <= slot.due_at and slot.first <= slot.last for slot in whole)
