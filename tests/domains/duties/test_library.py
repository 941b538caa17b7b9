"""The library of duties: what stands in it, who sees it, and what its pages say."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.domains.cases.kit import browser
from tests.kit.cast import Cast
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Duty, Obligation
from zhize.domains.duties.selectors import duty as reads
from zhize.domains.duties.selectors import library, occurrences
from zhize.kernel import access
from zhize.lib import clock
from zhize.lib.text import Text

MONDAY_9 = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def now(cast: Cast) -> Any:
    with time_machine.travel(MONDAY_9, tick=False) as traveller:
        yield traveller


def duty(code: str) -> Duty:
    return Duty.objects.select_related("current", "unit").get(code=code)


def page(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.mark.req("DUT-01")
def test_every_duty_stands_with_position_rule_evidence_receiver_clause_and_source(
    cast: Cast, now: Any
) -> None:
    text = page(browser(cast, "wangfang"), "/duties/", chip="active", q="CAL-069", size="200")
    for piece in ("日常业务巡查", "客户大使", "每日下班前", "巡查记录", "客户服务主管"):
        assert piece in text
    rows = library.library(cast.actor("wangfang")).filter(active=True)
    assert rows.count() == Duty.objects.filter(active=True).count() > 40
    assert all(library.rule_of_duty(row).zh and library.rule_of_duty(row).en for row in rows)
    assert all(row.clause_count for row in rows)


def test_filters_find_by_position_kind_setting_and_words(cast: Cast, now: Any) -> None:
    client = browser(cast, "wangfang")
    ambassador = cast.position("ambassador").pk
    by_position = page(client, "/duties/", position=str(ambassador), kind="recurring", size="200")
    assert "日常业务巡查" in by_position
    assert "投诉24小时内答复" not in by_position
    patrol = duty("daily_patrol")
    duties.change_duty(actor=cast.actor("wangfang"), duty=patrol, reason="加权", weight=4)
    own = page(client, "/duties/", setting="own")
    assert "日常业务巡查" in own
    assert "投诉24小时内答复" not in own
    assert "日常业务巡查" in page(client, "/duties/", chip="active", q=reads.clauses(patrol)[0].text[:8])
    assert "日常业务巡查" not in page(client, "/duties/", chip="ended")


def test_a_form_is_named_by_its_title_and_what_is_not_shown_opens_in_the_list(cast: Cast, now: Any) -> None:
    named = Duty.objects.filter(active=True, current__evidence__form="FRM-054")[0]
    client = browser(cast, "wangfang")
    assert "投诉建议资料（月） FRM-054" in page(client, f"/duties/{named.pk}/")
    patrol, unit = duty("daily_patrol"), cast.centre
    for number in range(12):
        duties.open_obligation(
            actor=cast.actor("wangfang"), unit=unit, title=Text(f"事 {number}"), holder=cast.people["chenjing"],
            duty_version=patrol.current,
        )  # fmt: skip
    shown = page(client, f"/duties/{patrol.pk}/").partition('id="owed"')[2]
    url = unescape(shown.partition('<a href="/obligations/?')[2].partition('"')[0])
    listed = page(client, f"/obligations/?{url}&size=200")
    assert len(re.findall(r'<tr class="[^"]*" data-row=', listed)) == reads.open_obligations(
        cast.actor("wangfang"), patrol
    ).count() > 10  # fmt: skip


def test_a_duty_says_the_five_things_its_clause_and_when_it_is_due_next(cast: Cast, now: Any) -> None:
    patrol = duty("daily_patrol")
    text = page(browser(cast, "wangfang"), f"/duties/{patrol.pk}/")
    for piece in (
        "责任区域",
        "公共设施、装修户、清洁",
        "按三张检查表巡查",
        "陈静、赵云",
        "2026-03-02 周一 18:00",
    ):
        assert piece in text
    assert reads.clauses(patrol)[0].text[:10] in text


@pytest.mark.req("DUT-04")
def test_the_next_times_say_how_days_off_moved_them(cast: Cast, now: Any) -> None:
    now.move_to(datetime(2026, 2, 1, 1, 0, tzinfo=UTC))
    rule = {"every": "month", "due": "by", "month_days": [31]}
    (group,) = occurrences.groups(duty("daily_patrol"), rule, count=12)
    said = [(each.text.zh, each.moved.zh) for each in group.occurrences[:4]]
    # February has no 31st, its last day is a make-up workday; the 31st of May is a Sunday.
    assert said == [
        ("2026-02-28 周六 18:00", ""),
        ("2026-03-31 周二 18:00", ""),
        ("2026-04-30 周四 18:00", ""),
        ("2026-05-29 周五 18:00", "2026-05-31 周日 休息，提前"),
    ]
    assert len(group.occurrences) == 12
    assert [each.provisional for each in group.occurrences[-2:]] == [False, True]


@pytest.mark.req("ORG-31")
def test_the_sibling_centre_sees_no_duty_of_this_one(cast: Cast, now: Any) -> None:
    patrol = duty("daily_patrol")
    client = browser(cast, "qianjin")
    assert "日常业务巡查" not in page(client, "/duties/")
    assert client.get(f"/duties/{patrol.pk}/").status_code == 404
    assert client.get(f"/duties/{patrol.pk}/end/").status_code in {403, 404}


def test_the_receptionist_sees_the_library_and_changes_nothing(cast: Cast, now: Any) -> None:
    patrol = duty("daily_patrol")
    client = browser(cast, "limin")
    assert "停用" not in page(client, f"/duties/{patrol.pk}/").split("<main", 1)[-1]
    assert client.post(f"/duties/{patrol.pk}/end/", {"reason": "x"}).status_code == 403
    patrol.refresh_from_db()
    assert patrol.active


def test_the_export_carries_what_the_list_shows(cast: Cast, now: Any) -> None:
    answer = browser(cast, "wangfang").get("/duties/", {"export": "csv", "q": "CAL-069"})
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert "每日下班前" in text.decode("utf-8-sig")


@pytest.mark.req("DUT-15")
def test_how_a_duty_was_kept_is_counted_over_what_the_reader_may_see(cast: Cast) -> None:
    patrol = duty("daily_patrol")
    readers = {login: cast.actor(login) for login in ("wangfang", "chenjing")}
    with time_machine.travel(clock.now(), tick=False) as traveller:
        duties.schedule(actor=access.system("duties.schedule"))
        Obligation.objects.filter(duty=patrol).update(holder=cast.people["zhaoyun"])
        traveller.shift(timedelta(days=10))
        counted = {login: reads.month(who, patrol).all for login, who in readers.items()}
        listed = {login: library.library(who).get(pk=patrol.pk).month_owed for login, who in readers.items()}
    assert counted["wangfang"] > 0
    assert counted["chenjing"] == 0
    assert listed["chenjing"] is None
