"""The 136 recurring duties of the catalogue fall due in 2026 and 2027 when its text says so.

`calendar_2026_2027.yaml` was written from requirements §4 and the State Council's calendar by a plain reading of its own;
nothing in it was computed by what it tests.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ruamel.yaml import YAML

from zhize.domains.duties import seeding
from zhize.domains.duties.recurring import rule_of
from zhize.domains.duties.services import library
from zhize.kernel.calendars.official import library_days
from zhize.kernel.clocks import limits
from zhize.kernel.packs import loader
from zhize.lib import businesstime, recurrence
from zhize.lib.businesstime import WorkCalendar
from zhize.lib.recurrence import Slot

ZONE = ZoneInfo("Asia/Shanghai")
EXPECTED = YAML(typ="safe").load(Path(__file__).with_name("calendar_2026_2027.yaml").read_text("utf-8"))
ROWS = [f"CAL-{number:03}" for number in range(1, 137)]


@cache
def duties() -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """The rules of the shipped packs by row of the catalogue, each as the library stores it."""
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for name in loader.shipped():
        for duty in loader.load(loader.find(name)).items("duties"):
            rule = library.content_of(seeding.stored(duty))["rule"]
            for ref in duty.refs:
                if ref.startswith("CAL-"):
                    found.setdefault(ref, []).append((duty.code, rule))
    return found


@cache
def office() -> WorkCalendar:
    """Monday to Friday 09:00-18:00 with the official days of 2025 and 2026; 2027 is not published."""
    special = {
        day.date: "" if day.kind == "holiday" else "09:00-18:00"
        for year in (2025, 2026)
        for day in library_days(year)
    }
    return WorkCalendar.of("Asia/Shanghai", dict.fromkeys(range(5), "09:00-18:00"), special)


def listed(name: str, year: int) -> list[str]:
    """The due days of a pattern that the year names, as ISO dates."""
    told = EXPECTED["days"][name][year]
    if isinstance(told, dict):
        return [
            f"{year}-{month:02}-{int(day):02}" for month, days in told.items() for day in str(days).split()
        ]
    return [day if len(day) == 10 else f"{year}-{day}" for day in told.split()]


def patterns(ref: str) -> set[tuple[str, str]]:
    """What the row owes: days and time."""
    told = EXPECTED["rows"].get(ref)
    parts = [part.split() for part in told.split(",")] if told else []
    return {(part[0], part[1] if len(part) > 1 else "18:00") for part in parts}


def found(rule: dict[str, Any], year: int) -> list[Slot]:
    days = recurrence.slots(
        rule_of(rule), date(year, 1, 1), date(year, 12, 31), office(), unpublished={2027}, seed="1:1"
    )
    return list(days)


def said(slots: list[Slot]) -> list[str]:
    return [f"{slot.due_at.astimezone(ZONE):%Y-%m-%d %H:%M}" for slot in slots]


@pytest.mark.req("DUT-01", "DUT-04")
@pytest.mark.parametrize("ref", ROWS)
def test_every_recurring_duty_is_due_when_the_catalogue_says(ref: str) -> None:
    wanted, met = patterns(ref), set()
    for code, rule in duties()[ref]:
        if "every" not in rule:
            assert ref in EXPECTED["events"], f"{code} is no recurring duty"
            continue
        fitting = {
            (name, clock)
            for name, clock in wanted
            if all(
                said(found(rule, year)) == [f"{day} {clock}" for day in listed(name, year)]
                for year in (2026, 2027)
            )
        }
        assert fitting, f"{code} is due {said(found(rule, 2026))[:12]} …, not as {sorted(wanted)}"
        met |= fitting
    # A row may be several duties; none of its dates may be owed by nobody.
    assert {name for name, _clock in met} == {name for name, _clock in wanted}
    assert wanted or ref in EXPECTED["events"]


@pytest.mark.req("DUT-01", "DUT-04")
@pytest.mark.parametrize("ref", sorted(EXPECTED["events"]))
def test_what_an_event_begins_is_due_when_the_catalogue_says(ref: str) -> None:
    told = EXPECTED["events"][ref]
    (rule,) = [rule for _code, rule in duties()[ref] if "every" not in rule]
    if "opened_as" in told:
        # Its domain opens it with the day of its own.
        assert (rule["opened_as"], rule.get("target")) == (told["opened_as"], None)
        return
    target = dict(rule["target"]) | ({"date": told["named"]} if "named" in told else {})
    begun = datetime.fromisoformat(told["at"]).replace(tzinfo=ZONE)
    limit = limits.parse(target)
    assert not isinstance(limit, limits.Moment)
    due = businesstime.due(limit, begun, office()).at
    assert due is not None
    assert f"{due.astimezone(ZONE):%Y-%m-%d %H:%M}" == told["due"]


@pytest.mark.req("DUT-02")
@pytest.mark.parametrize("ref", sorted(EXPECTED["rows"]))
def test_2027_is_marked_provisional_and_2026_is_not(ref: str) -> None:
    for _code, rule in duties()[ref]:
        if "every" in rule:
            assert not any(
                slot.provisional for slot in found(rule, 2026) if slot.due_at.astimezone(ZONE).year == 2026
            )
            assert all(slot.provisional for slot in found(rule, 2027))


@pytest.mark.req("DUT-09")
def test_a_check_at_no_fixed_time_comes_at_other_times_every_day() -> None:
    ((_code, rule),) = duties()["CAL-027"]
    times = {
        (slot.not_before_at - timedelta(hours=1)).time() for slot in found(rule, 2026) if slot.not_before_at
    }
    assert len(times) > 100
    assert all(slot.not_before_at and slot.not_before_at < slot.due_at for slot in found(rule, 2026))


def test_what_comes_after_half_past_three_does() -> None:
    ((_code, rule),) = duties()["CAL-107"]
    assert {
        f"{slot.not_before_at.astimezone(ZONE):%H:%M}" for slot in found(rule, 2026) if slot.not_before_at
    } == {"15:30"}


def test_the_data_names_every_row_once() -> None:
    assert sorted({*EXPECTED["rows"], *EXPECTED["events"]}) == ROWS
    assert set(duties()) == set(ROWS)
    used = {name for ref in EXPECTED["rows"] for name, _clock in patterns(ref)}
    assert used == set(EXPECTED["days"])
