from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from zhize.lib.businesstime import (
    NoWorkingHours,
    WorkCalendar,
    due,
    duration_text,
    parse_target,
    target_text,
    working_steps,
)
from zhize.lib.text import Text

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = WorkCalendar.of(
    "Asia/Shanghai",
    dict.fromkeys(range(5), "09:00-12:00, 13:00-18:00"),
    {date(2026, 3, 6): "", date(2026, 3, 7): "10:00-15:00"},
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("target", "start", "expected"),
    [
        ({"kind": "elapsed", "minutes": 1440}, "2026-03-07 20:00", "2026-03-08 20:00"),
        ({"kind": "elapsed", "minutes": 0}, "2026-03-07 20:00", "2026-03-07 20:00"),
        ({"kind": "working", "minutes": 600}, "2026-03-05 13:00", "2026-03-07 15:00"),
        ({"kind": "days", "days": 3}, "2026-03-02 10:00", "2026-03-05 18:00"),
        ({"kind": "days", "days": 10}, "2026-03-05 10:00", "2026-03-16 18:00"),
        ({"kind": "day_end"}, "2026-03-02 10:00", "2026-03-02 18:00"),
        ({"kind": "day_end"}, "2026-03-02 19:00", "2026-03-03 18:00"),
        ({"kind": "day_end", "days": 2}, "2026-03-05 19:00", "2026-03-09 18:00"),
        ({"kind": "by", "at": "17:30", "days": 0}, "2026-03-02 10:00", "2026-03-02 17:30"),
        ({"kind": "by", "at": "17:30", "days": 0}, "2026-03-02 17:31", "2026-03-03 17:30"),
        ({"kind": "by", "at": "17:30", "days": 0}, "2026-03-06 10:00", "2026-03-07 17:30"),
        ({"kind": "by", "at": "11:00", "days": 1}, "2026-03-05 10:00", "2026-03-07 11:00"),
        ({"kind": "by", "at": "11:00", "days": 2}, "2026-03-05 23:00", "2026-03-09 11:00"),
        ({"kind": "days", "at": "10:00", "days": 1}, "2026-03-02 15:00", "2026-03-03 10:00"),
        ({"kind": "days", "at": "10:00", "days": 1}, "2026-03-07 23:59", "2026-03-08 10:00"),  # a Sunday off
        ({"kind": "days", "at": "10:00", "days": 0}, "2026-03-07 10:01", "2026-03-08 10:00"),
        ({"kind": "elapsed", "seconds": 30}, "2026-03-02 10:00", "2026-03-02 10:00"),
        ({"kind": "working_days", "days": 2}, "2026-03-05 19:00", "2026-03-09 18:00"),
        ({"kind": "months", "months": 1}, "2026-01-31 10:00", "2026-03-02 18:00"),
        ({"kind": "months", "months": 2}, "2026-03-02 10:00", "2026-05-04 18:00"),
        ({"kind": "shift_end"}, "2026-03-02 10:00", "2026-03-02 18:00"),
        ({"kind": "shift_end", "before_minutes": 30}, "2026-03-02 10:00", "2026-03-02 17:30"),
        ({"kind": "shift_end", "before_minutes": 30}, "2026-03-02 17:40", "2026-03-02 18:00"),
        ({"kind": "shift_end"}, "2026-03-02 19:00", "2026-03-03 18:00"),
        ({"kind": "shift_end", "ends_at": "2026-03-02T22:00:00+08:00"}, "2026-03-02 19:00", "2026-03-02 22:00"),
        ({"kind": "period_end", "of": "week"}, "2026-03-02 10:00", "2026-03-07 15:00"),
        ({"kind": "period_end", "of": "month"}, "2026-03-02 10:00", "2026-03-31 18:00"),
        ({"kind": "period_end", "of": "month"}, "2026-05-30 10:00", "2026-06-01 18:00"),
        ({"kind": "period_end", "of": "ten_days"}, "2026-03-02 10:00", "2026-03-10 18:00"),
        ({"kind": "period_end", "of": "quarter"}, "2026-04-02 10:00", "2026-06-30 18:00"),
        ({"kind": "before", "date": "2026-03-31"}, "2026-03-02 10:00", "2026-03-31 18:00"),
        ({"kind": "before", "days": 1, "date": "2026-03-16"}, "2026-03-02 10:00", "2026-03-13 18:00"),
        ({"kind": "before", "days": 15, "date": "2026-03-31"}, "2026-03-02 10:00", "2026-03-16 18:00"),
        ({"kind": "before", "months": 1, "date": "2026-03-31"}, "2026-02-02 10:00", "2026-02-27 18:00"),
        ({"kind": "before", "working_days": 2, "date": "2026-03-16"}, "2026-03-02 10:00", "2026-03-12 18:00"),
        ({"kind": "before", "minutes": 30, "moment": "2026-03-03T20:00:00+08:00"}, "2026-03-02 10:00", "2026-03-03 19:30"),
        ({"kind": "before", "moment": "2026-03-03T20:00:00+08:00"}, "2026-03-02 10:00", "2026-03-03 20:00"),
        ({"kind": "before", "days": 1, "moment": "2026-03-04T20:00:00+08:00"}, "2026-03-02 10:00", "2026-03-03 18:00"),
    ],
)  # fmt: skip
def test_the_due_moment(target: dict[str, Any], start: str, expected: str) -> None:
    found = due(parse_target(target), at(start), OFFICE)
    assert found.at is not None
    assert found.at.tzinfo is UTC
    assert f"{found.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" == expected
    assert found.steps[-1].zh.startswith("到期：" + expected[:10])
    assert found.steps[-1].zh.endswith(expected[11:])
    assert start in found.steps[0].en
    assert all(step.zh and step.en for step in found.steps)


def test_no_limit_has_no_due_moment() -> None:
    found = due(parse_target({"kind": "none"}), at("2026-03-02 10:00"), OFFICE)
    assert found.at is None
    assert found.steps[-1] == Text("时限：不限时", "Limit: no time limit")


def test_the_steps_say_how_it_was_computed() -> None:
    found = due(parse_target({"kind": "working", "minutes": 600}), at("2026-03-05 10:00"), OFFICE)
    assert [step.zh for step in found.steps] == [
        "起算：2026-03-05 周四 10:00",
        "时限：10 小时工作时间",
        "2026-03-05 周四：10:00–12:00、13:00–18:00，计 7 小时",
        "2026-03-06 周五：不上班",
        "2026-03-07 周六：10:00–13:00，计 3 小时",
        "到期：2026-03-07 周六 13:00",
    ]
    assert found.steps[2].en == "Thu 2026-03-05: 10:00–12:00, 13:00–18:00, 7 h"


def test_moving_to_the_next_working_day_is_said() -> None:
    steps = due(parse_target({"kind": "days", "days": 3}), at("2026-03-05 10:00"), OFFICE).steps
    assert [step.en for step in steps][2:] == [
        "Last day: Sun 2026-03-08",
        "No work on that day, so the next working day",
        "Due Mon 2026-03-09 18:00",
    ]
    steps = due(parse_target({"kind": "by", "at": "09:30", "days": 1}), at("2026-03-07 10:00"), OFFICE).steps
    assert steps[2].zh == "2026-03-08 周日：不上班，不计"


def test_long_stretches_are_shortened() -> None:
    steps = working_steps(OFFICE, at("2026-03-09 09:00"), at("2026-06-30 18:00"))
    assert len(steps) == 13
    assert steps[6].zh.startswith("……其间 102 天")


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "elapsed"},
        {"kind": "elapsed", "minutes": -1},
        {"kind": "elapsed", "minutes": True},
        {"kind": "elapsed", "minutes": 1.5},
        {"kind": "by", "days": 1},
        {"kind": "by", "at": "25:00"},
        {"kind": "soon"},
        {"kind": "none", "minutes": 3},
        {},
    ],
)
def test_bad_targets_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        parse_target(bad)


def test_targets_survive_json_and_can_be_read_aloud() -> None:
    for data in (
        {"kind": "elapsed", "minutes": 90},
        {"kind": "working", "minutes": 30},
        {"kind": "days", "days": 3},
        {"kind": "days", "days": 1, "at": "10:00:00"},
        {"kind": "days", "days": 3, "at": "10:00:00"},
        {"kind": "day_end", "days": 0},
        {"kind": "day_end", "days": 2},
        {"kind": "by", "at": "17:30:00", "days": 0},
        {"kind": "by", "at": "17:30:00", "days": 1},
        {"kind": "elapsed", "minutes": 0, "seconds": 45},
        {"kind": "working_days", "days": 5},
        {"kind": "months", "months": 2},
        {"kind": "shift_end", "before_minutes": 0},
        {"kind": "shift_end", "before_minutes": 30},
        {"kind": "period_end", "of": "half_month"},
        {"kind": "before"},
        {"kind": "before", "months": 1},
        {"kind": "before", "working_days": 2, "date": "2026-04-01"},
        {"kind": "before", "minutes": 30, "moment": "2026-04-01T12:00:00Z"},
        {"kind": "none"},
    ):
        target = parse_target(data)
        assert target.model_dump(mode="json", exclude_none=True) == data
        assert target_text(target).zh
        assert target_text(target).en
    assert target_text(parse_target({"kind": "by", "at": "17:30", "days": 1})).zh == "第 1 个工作日 17:30 前"
    next_day = target_text(parse_target({"kind": "days", "at": "10:00", "days": 1}))
    assert (next_day.zh, next_day.en) == (
        "次日 10:00 前（不论是否上班）",
        "by 10:00 the next day (day off or not)",
    )


def test_a_calendar_without_hours_is_an_error_only_where_hours_are_needed() -> None:
    closed = WorkCalendar.of("Asia/Shanghai", {})
    assert due(parse_target({"kind": "elapsed", "minutes": 5}), at("2026-03-02 10:00"), closed).at
    with pytest.raises(NoWorkingHours):
        due(parse_target({"kind": "days", "days": 3}), at("2026-03-02 10:00"), closed)


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "0 秒", "0 s"),
        (59, "59 秒", "59 s"),
        (60, "1 分钟", "1 min"),
        (3600, "1 小时", "1 h"),
        (12_000, "3 小时 20 分", "3 h 20 min"),
        (90_000, "25 小时", "25 h"),
        (180_000, "2 天 2 小时", "2 d 2 h"),
        (-4200, "-1 小时 10 分", "-1 h 10 min"),
    ],
)
def test_durations(seconds: int, zh: str, en: str) -> None:
    assert duration_text(timedelta(seconds=seconds)) == Text(zh, en)


@pytest.mark.parametrize(
    ("target", "zh", "en"),
    [
        ({"kind": "elapsed", "seconds": 90}, "1 分 30 秒（连续计时，含夜间和休息日）", "1 min 30 s (around the clock)"),
        ({"kind": "working_days", "days": 5}, "5 个工作日内（当天下班前）", "within 5 working days (by the end of work)"),
        ({"kind": "shift_end", "before_minutes": 30}, "当班结束前 30 分钟", "30 min before the shift ends"),
        ({"kind": "period_end", "of": "month"}, "本月内（最后一个工作日下班前）", "by the end of the month (its last working day)"),
        ({"kind": "before", "months": 1}, "事件所定日期前 1 个月", "1 months before the date that the event names"),
        ({"kind": "before", "days": 15, "date": "2026-04-01"}, "2026-04-01 周三前 15 天", "15 days before Wed 2026-04-01"),
        ({"kind": "before"}, "不晚于事件所定日期", "not later than the date that the event names"),
    ],
)  # fmt: skip
def test_the_further_targets_in_words(target: dict[str, Any], zh: str, en: str) -> None:
    said = target_text(parse_target(target))
    assert (said.zh, said.en) == (zh, en)


def test_how_a_date_before_another_was_found_is_told() -> None:
    found = due(
        parse_target({"kind": "before", "days": 1, "date": "2026-03-16"}), at("2026-03-02 10:00"), OFFICE
    )
    assert [step.zh for step in found.steps] == [
        "起算：2026-03-02 周一 10:00",
        "时限：2026-03-16 周一前 1 天",
        "最后一天：2026-03-15 周日",
        "当天不上班，提前到上一个工作日",
        "到期：2026-03-13 周五 18:00",
    ]
    assert due(parse_target({"kind": "before", "days": 1}), at("2026-03-02 10:00"), OFFICE).at is None
