"""Shift logs and handover lists by page, PDF and API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from tests.domains.cases.kit import take_in
from tests.domains.shifts.kit import api, browser
from tests.domains.shifts.test_shift_log import DRAWN
from tests.domains.visits.kit import complaint
from tests.kit.cast import Cast
from zhize.domains.cases.models import Case
from zhize.domains.duties import services as obligations
from zhize.domains.shifts import selectors
from zhize.domains.shifts.models import ShiftLog, Takeover
from zhize.kernel.org.models import Appointment

TUESDAY = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[Any]:
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


@pytest.mark.req("ORG-18")
def test_one_shift_hands_over_to_the_next_on_the_pages(cast: Cast) -> None:
    case = complaint(cast)
    desk, lead = browser("limin"), browser("zhoutao")
    assert desk.post("/handover/new/", {"name": "早班"}).status_code == 302
    page = f"/handover/{ShiftLog.objects.get().pk}/"
    assert case.number in desk.get(page).content.decode()
    said = {
        "name": "早班",
        "notices": "3 栋停水到 18 点",
        "incidents": "",
        "system_state": "正常",
        "notes": "",
    }
    assert desk.post(f"{page}write/", said).status_code == 302
    unsigned = desk.post(f"{page}verbs/hand/", {"to": cast.people["zhoutao"].pk, "signature": ""})
    assert unsigned.status_code == 422
    assert (
        desk.post(f"{page}verbs/hand/", {"to": cast.people["zhoutao"].pk, "signature": DRAWN}).status_code
        == 302
    )
    assert "签收早班的交接班日志" in lead.get("/").content.decode()
    signed = lead.get(page).content.decode().partition('class="signatures"')[2].partition("</dl>")[0]
    assert "李敏" in signed and "周涛" in signed
    assert desk.post(f"{page}verbs/take/", {"signature": DRAWN}).status_code == 409
    assert lead.post(f"{page}verbs/take/", {"signature": DRAWN, "note": "已核对"}).status_code == 302
    shown = lead.get("/").content.decode()
    assert "3 栋停水到 18 点" in shown and page in shown
    paper = lead.get(f"{page}pdf/")
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")


@pytest.mark.req("ORG-31")
def test_strangers_find_no_log_and_no_list(cast: Cast) -> None:
    browser("limin").post("/handover/new/", {"name": "早班"})
    log, row = ShiftLog.objects.get(), _list(cast)
    for login in ("qianjin", "hewei"):
        for path in (
            f"/handover/{log.pk}/",
            f"/handover/{log.pk}/pdf/",
            f"/takeovers/{row.pk}/",
            f"/takeovers/{row.pk}/pdf/",
        ):
            assert browser(login).get(path).status_code in {403, 404}, (login, path)
        for path in (f"/shift-logs/{log.pk}", f"/takeovers/{row.pk}"):
            assert api(login).get(path).status_code in {403, 404}, (login, path)


def _list(cast: Cast) -> Takeover:
    obligations.assign_task(
        actor=cast.actor("liuqiang"), unit=cast.centre, title="拜访 3 栋", holder=cast.people["chenjing"]
    )
    answer = browser("wangfang").post(
        "/takeovers/new/",
        {
            "held": Appointment.objects.get(person=cast.people["chenjing"]).pk,
            "to": cast.people["zhaoyun"].pk, "on": "2026-03-03", "reason": "调岗",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    return Takeover.objects.get()


@pytest.mark.req("DUT-17")
def test_both_sides_sign_the_list_on_the_page(cast: Cast) -> None:
    row = _list(cast)
    page = f"/takeovers/{row.pk}/"
    supervisor = browser("wangfang")
    line = row.lines.get()
    form = supervisor.get(f"{page}verbs/assign/").content.decode()
    assert "拜访 3 栋" in form
    assert (
        supervisor.post(f"{page}verbs/assign/", {f"line{line.pk}": cast.people["zhaoyun"].pk}).status_code
        == 302
    )
    assert "未签字" in supervisor.get(page).content.decode()
    for login, verb, told in (
        ("chenjing", "give", "已签字，等接手人签字。"),
        ("zhaoyun", "take", "已签字，事项"),
    ):
        assert row.giver.name in browser(login).get("/takeovers/?chip=sign").content.decode()
        assert page in browser(login).get("/").content.decode()
        answer = browser(login).post(f"{page}verbs/{verb}/", {"signature": DRAWN}, follow=True)
        assert told in answer.content.decode()
        assert page not in browser(login).get("/").content.decode()
    row.refresh_from_db()
    assert row.state == "signed"
    assert "未签字" not in supervisor.get(page).content.decode()
    assert supervisor.get(f"{page}pdf/").content.startswith(b"%PDF")


@pytest.mark.req("ORG-18", "DUT-17")
def test_programs_do_the_same(cast: Cast) -> None:
    begun = api("limin").post("/shift-logs", {"unit": cast.centre.pk, "name": "早班"})
    assert begun.status_code == 201
    log = f"/shift-logs/{begun.json()['id']}"
    assert api("limin").send("PATCH", log, {"notices": "停水"}).json()["notices"] == "停水"
    handed = api("limin").post(f"{log}/verbs/hand", {"to": cast.people["zhoutao"].pk, "signature": DRAWN})
    assert handed.json()["state"] == "handed"
    assert api("zhoutao").post(f"{log}/verbs/give_back", {"note": "写明时间"}).json()["state"] == "draft"
    assert api("limin").post(f"{log}/verbs/drop", {"note": "重新填写"}).json()["state"] == "dropped"
    row = _list(cast)
    path = f"/takeovers/{row.pk}"
    assert api("wangfang").get(path).json()["lines"][0]["taker"]["name"] == "赵云"
    assert api("liuqiang").post(f"{path}/verbs/move", {"note": "急"}).json()["lines"][0]["moved_at"]
    assert api("chenjing").post(f"{path}/verbs/give", {"signature": DRAWN}).json()["state"] == "open"
    assert api("zhaoyun").post(f"{path}/verbs/take", {"signature": DRAWN}).json()["state"] == "signed"


@pytest.mark.req("DUT-17")
def test_rows_of_one_duty_are_told_apart_by_their_case_for_those_who_may_see_it(cast: Cast) -> None:
    case = take_in(cast, owner="chenjing")
    row = _list(cast)
    page = f"/takeovers/{row.pk}/"
    assert case.number in browser("wangfang").get(page).content.decode()
    assert case.number in browser("wangfang").get(f"{page}verbs/assign/").content.decode()
    lines = api("wangfang").get(page.rstrip("/")).json()["lines"]
    assert [case.number in line["matter"] for line in lines] == [
        line["title"] != "拜访 3 栋" for line in lines
    ]
    Case.objects.filter(pk=case.pk).update(unit=cast.sibling, owner=None, owner_position=None)
    assert not [
        line for line in selectors.lines_for(cast.actor("wangfang"), row) if case.title in line.matter.zh
    ]
