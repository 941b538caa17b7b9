"""Within a minute: the supervisor says who failed what last week and why; the archivist says what is owed this month."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.kit.cast import BEGIN, Cast, build
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.kernel import access
from zhize.kernel.accounts.models import User
from zhize.kernel.org.models import Appointment, Person
from zhize.lib import clock
from zhize.lib.text import Text

Visit = Callable[..., Page]
ZONE = clock.zone("Asia/Shanghai")
SYSTEM = access.system(caps.SCHEDULE)


def local(days: int, hour: int) -> datetime:
    """A moment of the day so many days from today, on the wall of the centre."""
    return datetime.combine(clock.today("Asia/Shanghai") + timedelta(days=days), time(hour), ZONE)


def owe(cast: Cast, who: Person, position: str, title: str, due: datetime) -> Obligation:
    return duties.open_obligation(
        actor=SYSTEM, unit=cast.centre, title=Text(title, title), holder=who, position=cast.position(position),
        target={"kind": "moment", "at": due.isoformat()},
    )  # fmt: skip


@pytest.fixture
def cast(transactional_db: Any) -> Cast:
    """Last week: one missed for a reason, one in silence, one late with a note; and an archivist with a month's work."""
    made = build()
    friday = local(-clock.today("Asia/Shanghai").weekday() - 3, 10)
    officer, desk = made.people["sunli"], made.people["limin"]
    missed = owe(made, officer, "complaint_officer", "巡查公告栏", friday)
    duties.miss(actor=SYSTEM, obligation=missed)
    duties.explain_failure(actor=made.actor("sunli"), obligation=missed, reason="电梯停运，没能上楼")
    silent = owe(made, made.people["chenjing"], "ambassador", "回访空置房", friday)
    duties.miss(actor=SYSTEM, obligation=silent)
    late = owe(made, desk, "receptionist", "答复访客来信", friday)
    duties.fulfil(actor=made.actor("limin"), obligation=late, note="信件周一才转到")
    archivist = Person.objects.create(name="周敏", employee_no="A10", email="zhoumin@wy.example")
    user = User(login="zhoumin", person=archivist)
    user.set_unusable_password()
    user.save()
    Appointment.objects.create(person=archivist, position=made.position("archivist"), from_on=BEGIN)
    made.people["zhoumin"] = archivist
    today = clock.today("Asia/Shanghai")
    last = (today.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    owe(made, archivist, "archivist", "盘点所存资料", datetime.combine(last, time(23, 59), ZONE))
    owe(made, archivist, "archivist", "装订质量记录", datetime.combine(last, time(23, 58), ZONE))
    return made


def user(login: str) -> User:
    return User.objects.get(login=login)


@pytest.mark.req("DUT-15")
def test_the_supervisor_sees_who_failed_what_last_week_and_why(visit: Visit, cast: Cast) -> None:
    page = visit("/", user("wangfang"))
    # One click: who, what, until when, what came of it, why, or that nobody has said why.
    page.get_by_role("link", name="上周没有按时做到的 3").click()
    expect(page.locator(".chip[aria-current]")).to_have_text("上周")
    failures = page.locator(".why-row")
    expect(failures).to_have_count(3)
    missed = failures.filter(has_text="孙丽")
    for said in ("巡查公告栏", "到期", "10:00", "漏办", "电梯停运，没能上楼"):
        expect(missed).to_contain_text(said)
    unexplained = failures.filter(has_text="陈静")
    for said in ("回访空置房", "漏办", "还没有人说明原因"):
        expect(unexplained).to_contain_text(said)
    expect(unexplained).to_be_in_viewport()
    late = failures.filter(has_text="李敏")
    for said in ("答复访客来信", "迟办", "信件周一才转到"):
        expect(late).to_contain_text(said)
    # The cell of the position opens exactly what it counts, and that the evidence.
    row = page.locator("table.board tbody tr").filter(has_text="前台接待员")
    expect(row.locator("td a").first).to_contain_text("迟1")
    row.locator("td a").first.click()
    listed = page.locator("#list tbody tr")
    expect(listed).to_have_count(1)
    listed.get_by_role("link", name="答复访客来信").click()
    expect(page.get_by_text("信件周一才转到").first).to_be_visible()


def test_the_supervisor_reminds_several_at_once(visit: Visit, cast: Cast) -> None:
    page = visit("/obligations/?chip=all&q=周敏", user("wangfang"))
    expect(page.locator("#list tbody tr")).to_have_count(2)
    page.locator("[data-check-all]").check()
    page.locator("[data-bulk-action=remind]").click()
    dialog = page.locator("#dialog")
    dialog.locator("textarea").fill("月底前交")
    dialog.get_by_role("button", name=re.compile("催办")).click()
    expect(dialog.get_by_text("2 项已办理")).to_be_visible()


@pytest.mark.req("DUT-14")
def test_the_archivist_sees_what_is_owed_this_month(visit: Visit, cast: Cast) -> None:
    page = visit("/", user("zhoumin"))
    # One click: what is owed this month, with the totals and the export.
    page.get_by_role("link", name="本月应做 2").click()
    expect(page.locator("#list tbody tr")).to_have_count(2)
    expect(page.locator(".chip[aria-current]")).to_have_text(re.compile("全部.*2"))
    expect(page.locator("[data-export], [href*='export=']").first).to_be_attached()
    page.go_back()
    page.locator("main").get_by_role("link", name="月", exact=True).click()
    calendar = page.locator("[data-calendar]")
    expect(calendar).to_contain_text("盘点所存资料")
    expect(calendar).to_contain_text("装订质量记录")
    owed = page.locator(".page-meta").get_by_role("link", name=re.compile("应做 2 件"))
    owed.click()
    expect(page.locator("#list tbody tr")).to_have_count(2)
    page.go_back()
    # By keys: from one day to the next, and to the month before and back.
    days = page.locator(".cal-day:not(.is-outside) .cal-number")
    days.nth(8).focus()
    page.keyboard.press("ArrowRight")
    expect(days.nth(9)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(days.nth(2)).to_be_focused()
    page.keyboard.press("p")
    expect(page.locator("[data-calendar]")).not_to_contain_text("盘点所存资料")
    page.keyboard.press("t")
    expect(page.locator("[data-calendar]")).to_contain_text("盘点所存资料")


@pytest.mark.req("ORG-09")
def test_on_a_phone_the_month_is_a_list_and_rows_are_answered_in_place(visit: Visit, cast: Cast) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    page = visit("/calendar/", user("zhoumin"), **phone)
    expect(page.get_by_role("link", name=re.compile("盘点所存资料"))).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    page.goto(page.url.replace("/calendar/", "/"))
    row = page.locator(".day-row").filter(has_text="盘点所存资料")
    row.locator("summary").tap()
    expect(row.locator("dl")).to_contain_text("方法与程序")
    row.get_by_role("link", name="办结").tap()
    page.locator("#drawer textarea").fill("清单已核对")
    page.locator("#drawer").get_by_role("button", name="办结").tap()
    expect(page.locator("#toasts")).to_contain_text("已办结")
    expect(page.locator(".day-row").filter(has_text="盘点所存资料")).to_have_count(0)
