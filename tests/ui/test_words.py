"""How times, durations, money and phones are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import timezone, translation
from django.utils.translation import gettext

from zhize.lib.text import Text
from zhize.ui import html, words

NOW = datetime(2026, 11, 23, 6, 5, tzinfo=UTC)  # 14:05 in Shanghai


@pytest.fixture(autouse=True)
def _shanghai() -> object:
    with (
        time_machine.travel(NOW, tick=False),
        timezone.override("Asia/Shanghai"),
        translation.override("zh-hans"),
    ):
        yield


@pytest.mark.parametrize(
    ("span", "written"),
    [
        (timedelta(seconds=20), "不到 1 分钟"),
        (timedelta(minutes=45), "45 分钟"),
        (timedelta(hours=3, minutes=20), "3 小时 20 分"),
        (timedelta(hours=4), "4 小时"),
        (timedelta(days=1, hours=2, minutes=30), "1 天 2 小时"),
        (timedelta(days=2), "2 天"),
    ],
)
def test_a_duration_has_at_most_two_units(span: timedelta, written: str) -> None:
    assert words.duration(span.total_seconds()) == written


def test_remaining_and_overdue() -> None:
    assert words.remaining(NOW + timedelta(hours=3, minutes=20)) == "还剩 3 小时 20 分"
    assert words.remaining(NOW - timedelta(days=1)) == "已超 1 天"


def test_remaining_in_english() -> None:
    with translation.override("en"):
        assert words.remaining(NOW + timedelta(hours=3, minutes=20)) == "3 h 20 min left"


def test_what_is_kept_for_one_language_is_never_worded_in_another() -> None:
    due, day = NOW + timedelta(hours=7, minutes=7), (NOW - timedelta(days=1)).date()

    def written() -> tuple[str, str, str]:
        return words.duration(7 * 60 + 7), words.remaining(due), words.when(day)

    @words.kept_by_language
    def yes(language: str | None) -> str:
        return gettext("是")

    with translation.override("en"), words.in_one_setting() as held, translation.override("zh-hans"):
        among_others = written(), yes(held.language)
    with translation.override("en"):
        assert among_others == (written(), yes("en"))
        assert among_others == (("7 min", "7 h 7 min left", "Yesterday"), "Yes")
    assert written() == ("7 分钟", "还剩 7 小时 7 分", "昨天")
    assert yes("zh-hans") == "是"


@pytest.mark.parametrize(
    ("due", "warn", "stopped", "level"),
    [
        (NOW + timedelta(days=1), None, None, "calm"),
        (NOW + timedelta(minutes=40), None, None, "amber"),
        (NOW + timedelta(hours=5), NOW - timedelta(minutes=1), None, "amber"),
        (NOW - timedelta(minutes=1), None, None, "red"),
        (NOW - timedelta(minutes=1), None, NOW, "grey"),
    ],
)
def test_time_has_one_scale(
    due: datetime, warn: datetime | None, stopped: datetime | None, level: str
) -> None:
    assert words.due_level(due, warn_at=warn, stopped_at=stopped) == level


@pytest.mark.parametrize(
    ("moment", "short"),
    [
        (NOW, "今天 14:05"),
        (NOW - timedelta(days=1), "昨天 14:05"),
        (NOW + timedelta(days=1), "明天 14:05"),
        (NOW - timedelta(days=9), "11月14日 14:05"),
        (datetime(2025, 3, 2, 1, 0, tzinfo=UTC), "2025年3月2日"),
    ],
)
def test_moments_as_an_office_writes_them(moment: datetime, short: str) -> None:
    assert words.when(moment) == short


def test_the_day_is_that_of_the_unit_not_of_greenwich() -> None:
    # 23:30 in London is already tomorrow in Shanghai.
    assert words.when(datetime(2026, 11, 22, 16, 30, tzinfo=UTC)) == "今天 00:30"
    assert words.when(date(2026, 11, 24)) == "明天"


def test_money_and_phones() -> None:
    assert words.money(Decimal("1234.5")) == "¥1,234.50"
    assert words.money(Decimal("-3")) == "-¥3.00"
    assert words.money(Decimal("9"), "USD") == "USD 9.00"
    assert words.mask_phone("13800132277") == "138****2277"
    assert words.mask_phone("02165432277") == "021****2277"
    assert words.mask_phone("95588") == "*****"
    assert "2277" not in words.mask_phone("2277")


def test_texts_follow_the_language() -> None:
    text = Text("受理", "Accept")
    assert words.in_language(text) == "受理"
    with translation.override("en"):
        assert words.in_language(text) == "Accept"
        assert words.in_language({"zh": "受理", "en": "Accept"}) == "Accept"
    with translation.override("zh-hant"):
        assert words.in_language(Text("处理中", "x")) == "處理中"


def test_what_comes_from_people_is_escaped() -> None:
    bad = "<script>alert(1)</script>"
    for made in (html.person(bad), html.state(bad, "new"), html.tags([bad]), html.icon("x", label=bad)):
        assert "<script>" not in made


def test_a_clock_speaks_for_itself() -> None:
    running = SimpleNamespace(due_at=NOW + timedelta(hours=2), stopped_at=None, outcome="running")
    paused = SimpleNamespace(due_at=NOW, stopped_at=None, outcome="paused")
    late = SimpleNamespace(due_at=NOW - timedelta(hours=2), stopped_at=NOW, outcome="late")
    assert "data-due" in html.due(running)
    assert "计时暂停" in html.due(paused)
    assert "迟 2 小时" in html.due(late) and "data-due" not in html.due(late)
    assert html.due(None) == html.EMPTY


def test_avatars_show_the_surname() -> None:
    assert words.initial("王芳") == "王"
    assert words.initial("Wang Fang") == "WF"
    assert words.initial("") == "·"
