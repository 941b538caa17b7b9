"""My day answered in place: five things of every task, one more of n, parts of the day; and the index behind the board."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.domains.duties.cast import MONDAY_9, SYSTEM, Centre, duty_spec, owe
from tests.domains.duties.test_pages import browser
from tests.kernel.calendars import build
from zhize.domains.duties import selectors
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors.board import Span
from zhize.domains.duties.selectors.five import five
from zhize.domains.duties.services import library
from zhize.kernel.accounts.models import User
from zhize.lib.text import Text

CALLS = {"every": "day", "due": "shift_end", "not_before": "15:30:00", "count": 5}


def daily(centre: Centre, code: str, rule: dict[str, Any], **more: Any) -> None:
    spec = duty_spec(code, "officer", **more)
    spec.pop("trigger")
    spec["recurring"] = rule
    library.put(actor=SYSTEM, unit=centre.unit, spec=spec)


@pytest.mark.req("ORG-09")
class TestFiveThings:
    def test_a_duty_says_all_five(self, centre: Centre, now: Any) -> None:
        daily(
            centre,
            "calls",
            CALLS,
            evidence={"kind": "count"},
            acceptor="supervisor",
            place={"zh": "客户服务中心", "en": "Service centre"},
            object={"zh": "昨日来店客人", "en": "Yesterday's guests"},
            method={"zh": "按回访话术逐个致电", "en": "Call one by one by the script"},
        )
        duties.schedule(actor=SYSTEM, ahead_days=1)
        row = Obligation.objects.select_related("duty_version").earliest("slot")
        found = {label.zh: text.zh for label, text in five(row).items()}
        assert found == {
            "地点": "客户服务中心",
            "时间": "2026-03-02 周一 15:30 起，2026-03-02 周一 18:00 前",
            "人": f"孙丽，交 {centre.positions['supervisor'].name}",
            "对象": "昨日来店客人",
            "方法与程序": "按回访话术逐个致电",
        }
        client = browser(centre, "孙丽")
        for address in ("/", f"/obligations/{row.pk}/"):
            text = client.get(address).content.decode()
            for said in found.values():
                assert said in text, address

    def test_a_task_has_all_five_too(self, centre: Centre, now: Any) -> None:
        task = duties.assign_task(
            actor=centre.actor("王芳"), unit=centre.unit, title="布置会场", holder=centre.people["李敏"],
            detail="二十人，U 形",
        )  # fmt: skip
        found = five(task, Text("例会", "Meeting"))
        assert all(text.zh and text.en for _label, text in found.items())
        assert (found.place.zh, found.object.zh, found.method.zh) == (
            centre.unit.name,
            "例会",
            "二十人，U 形",
        )


@pytest.mark.req("DUT-08")
class TestCounting:
    def test_one_more_of_n_in_place(self, centre: Centre, now: Any) -> None:
        daily(centre, "calls", {**CALLS, "count": 2}, evidence={"kind": "count"})
        duties.schedule(actor=SYSTEM, ahead_days=1)
        row = Obligation.objects.earliest("slot")
        client = browser(centre, "孙丽")
        assert client.post(f"/obligations/{row.pk}/count/").status_code == 409
        now.move_to(MONDAY_9 + timedelta(hours=7))
        client.force_login(User.objects.get(person__name="孙丽"))  # Seven idle hours end a session.
        page = client.get("/").content.decode()
        assert f"/obligations/{row.pk}/count/" in page
        assert "0/2" in page
        answer = client.post(f"/obligations/{row.pk}/count/", headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert "1/2" in client.get("/").content.decode()
        assert browser(centre, "李敏").post(f"/obligations/{row.pk}/count/").status_code in {403, 404}
        client.post(f"/obligations/{row.pk}/count/")
        row.refresh_from_db()
        assert (row.state, row.progress, row.evidence.count()) == ("done", 2, 2)

    @pytest.mark.req("DUT-06")
    def test_the_last_of_n_for_a_receiver_is_said_to_wait_for_him(self, centre: Centre, now: Any) -> None:
        daily(centre, "calls", {**CALLS, "count": 2}, evidence={"kind": "count"}, acceptor="supervisor")
        duties.schedule(actor=SYSTEM, ahead_days=1)
        row = Obligation.objects.earliest("slot")
        now.move_to(MONDAY_9 + timedelta(hours=7))
        client = browser(centre, "孙丽")
        said = []
        for _each in range(2):
            answer = client.post(f"/obligations/{row.pk}/count/", headers={"HX-Request": "true"})
            said.append(json.loads(answer["HX-Trigger"])["ui:toast"]["text"])
        assert said == ["已登记 1/2。", "已交出，等接收人确认。"]
        row.refresh_from_db()
        assert (row.state, row.ended_at) == ("submitted", None)


@pytest.mark.req("DUT-14")
class TestPartsOfTheDay:
    def test_the_day_person_sees_morning_afternoon_and_what_begins_at_half_past_three(
        self, centre: Centre, now: Any
    ) -> None:
        """KTV: archives by noon, statistics in the afternoon, callbacks from 15:30, the summary in the evening."""
        now.move_to(MONDAY_9 - timedelta(hours=1))
        by = {"every": "day", "due": "shift_end"}
        daily(centre, "entry", {**by, "at": "11:30:00"})
        daily(centre, "summary", {**by, "at": "21:00:00"})
        daily(centre, "statistics", {**by, "at": "17:00:00"})
        daily(centre, "calls", CALLS, evidence={"kind": "count"})
        duties.schedule(actor=SYSTEM, ahead_days=1)
        (block,) = [block for block in selectors.my_day(centre.actor("孙丽")).blocks if block.items]
        assert [(item.part.zh, item.obligation.name.zh) for item in block.items] == [
            ("上午", "答复entry"),
            ("下午", "答复statistics"),
            ("晚上", "答复summary"),
            ("15:30 后", "答复calls"),
        ]
        page = browser(centre, "孙丽").get("/").content.decode()
        assert [part for part in ("上午", "下午", "15:30 后") if part not in page] == []
        assert "起才能办" in page


@pytest.mark.req("DUT-14")
def test_the_page_shows_twenty_of_a_block_and_the_others_when_asked(centre: Centre, now: Any) -> None:
    for number in range(23):
        owe(centre, "李敏", "receptionist", 200 + number)
    client = browser(centre, "李敏")

    def page(address: str) -> tuple[int, str]:
        with CaptureQueriesContext(connection) as asked:
            text = client.get(address).content.decode()
        return len(asked), text

    page("/")  # What is kept for the person is made once.
    few, short = page("/")
    many, long = page("/?whole=month")
    assert few == many
    assert (short.count("data-row"), long.count("data-row")) == (20, 23)
    assert 'href="?whole=month" hx-get="?whole=month"' in short
    assert "显示另外 3 件" in short
    assert "显示另外" not in long
    assert page("/?block=month")[1].count("data-row") == 23
    assert page("/?block=now")[1].count("data-row") == 0


def test_what_a_row_says_is_text(centre: Centre, now: Any) -> None:
    """Rows are made in Python: whatever people wrote stays text."""
    evil = "<script>alert(1)</script>\"'&"
    duties.assign_task(
        actor=centre.actor("王芳"), unit=centre.unit, title=evil, detail=evil, holder=centre.people["李敏"],
        due_at=MONDAY_9 + timedelta(hours=4),
    )  # fmt: skip
    page = browser(centre, "李敏").get("/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&amp;" in page


def test_the_board_is_read_by_unit_and_day_not_by_the_whole_table(centre: Centre, now: Any) -> None:
    """Two years of many centres: a week of it is found by the index, dated and undated ones alike."""
    row, other = owe(centre, "李敏", "receptionist", 5), build.unit()
    with connection.cursor() as cursor:
        columns = [field.column for field in Obligation._meta.concrete_fields if field.column != "id"]
        changed = {
            "due_at": "due_at - n * interval '20 minutes'",
            "first_due_at": "due_at - n * interval '20 minutes'",
            "clock_id": "NULL",
            "unit_id": f"CASE WHEN n %% 20 = 0 THEN unit_id ELSE {other.pk} END",
        }
        values = ", ".join(changed.get(column, f'"{column}"') for column in columns)
        names = ", ".join(f'"{column}"' for column in columns)
        cursor.execute(
            f"INSERT INTO duties_obligation ({names}) SELECT {values}"
            " FROM duties_obligation, generate_series(1, 60000) n WHERE id = %s",
            [row.pk],
        )
        cursor.execute("ANALYZE duties_obligation")
        # As the statement reads that every figure of the board is made of.
        scope = Span(centre.unit, date(2026, 2, 23), date(2026, 3, 1)).scope
        found = Obligation.objects.filter(unit_id__in=[centre.unit.pk]).filter(
            selectors.falls_within(scope.since, scope.until)
        )
        plan = found.order_by().explain()
    assert "duties_owed_by_unit" in plan
    assert "duties_undated_by_unit" in plan
    assert "Seq Scan" not in plan
