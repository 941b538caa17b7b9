"""The main job in a browser, in Chinese and in English: taken in, answered, called back, closed, counted."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.domains.cases.kit import finish, take_in
from tests.kit.cast import Cast, build
from zhize.domains.cases.models import Case
from zhize.kernel.accounts.models import User

Visit = Callable[..., Page]

WORDS = {
    "zh-hans": {
        "take_in": "受理", "answer": "答复", "send": "发送", "result": "这就是处理结果", "record": "登记回访结果",
        "solved": "已解决", "closed": "已关闭",
    },
    "en": {
        "take_in": "New case", "answer": "Answer", "send": "Send", "result": "This is the result",
        "record": "Record the result", "solved": "Yes", "closed": "Closed",
    },
}  # fmt: skip


@pytest.fixture
def centre(transactional_db: Any) -> Cast:
    return build()


def who(cast: Cast, login: str, language: str) -> User:
    user = User.objects.get(login=login)
    User.objects.filter(pk=user.pk).update(language=language)
    user.refresh_from_db()
    return user


@pytest.mark.req("CAS-06")
def test_who_gets_it_changes_with_the_type(visit: Visit, centre: Cast) -> None:
    desk = visit("/intake/", who(centre, "limin", "zh-hans"), locale="zh-CN")
    desk.locator("#lookup").fill("13812000101")
    desk.locator("#found .pick").first.click()
    expect(desk.locator("#preview")).to_contain_text("陈静")
    desk.locator('label:has([name="type"][value="consultation"])').click()
    expect(desk.locator("#preview")).not_to_contain_text("陈静")
    expect(desk.locator("#preview")).to_contain_text("李敏")
    desk.locator('label:has([name="type"][value="complaint"])').click()
    expect(desk.locator("#preview")).to_contain_text("陈静")


@pytest.mark.req("CAS-04")
def test_what_was_solved_at_once_is_asked_only_when_ticked_whatever_the_type(
    visit: Visit, centre: Cast
) -> None:
    desk = visit("/intake/", who(centre, "limin", "zh-hans"))
    solution, ticked = desk.locator('[name="solution"]'), desk.locator('[name="on_contact"]')

    def choose(kind: str) -> None:
        with desk.expect_response(lambda answer: "/intake/type/" in answer.url):
            desk.locator(f'label:has([name="type"][value="{kind}"])').click()

    expect(solution).to_be_hidden()
    choose("consultation")
    expect(desk.locator('[name="subtype"]')).to_contain_text("收费")  # The new type's fields have arrived.
    expect(solution).to_be_hidden()
    ticked.check()
    solution.fill("当场解释清楚了")
    choose("suggestion")  # A type that cannot be solved at once.
    expect(desk.locator('[name="subtype"]')).not_to_contain_text("收费")
    expect(solution).to_have_value("当场解释清楚了")
    desk.locator('[name="contact_name"]').fill("来电人")
    desk.locator('[name="title"]').fill("多设几处充电桩")
    desk.keyboard.press("Control+Enter")
    refused = desk.locator(".field-error", has_text="不能当场办结")
    expect(solution).to_be_focused()
    assert refused.evaluate("""said => {
        const box = said.getBoundingClientRect();
        return said.contains(document.elementFromPoint(box.left + 5, box.bottom - 5));
    }"""), "under the bar"
    choose("consultation")
    expect(desk.locator('[name="subtype"]')).to_contain_text("收费")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("h1")).to_contain_text("充电桩")
    taken = Case.objects.get()
    assert (taken.category, taken.solution) == ("closed", "当场解释清楚了")


@pytest.mark.req("CHN-01", "CAS-06", "CAS-07", "VIS-01")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_one_complaint_from_the_call_to_its_end(
    visit: Visit, work: Callable[[], int], centre: Cast, language: str
) -> None:
    words = WORDS[language]
    locale = {"locale": "en-US" if language == "en" else "zh-CN"}

    desk = visit("/intake/", who(centre, "limin", language), **locale)
    desk.locator("#lookup").fill("13812000101")
    desk.locator("#found .pick").first.click()
    expect(desk.locator("#who .chosen")).to_contain_text("A苑1栋101")
    desk.locator('[name="title"]').fill("电梯异响")
    expect(desk.locator("#preview")).to_contain_text("陈静")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("h1")).to_contain_text("电梯异响")
    number = re.search(r"TS-\d{8}-\d{4}", desk.locator("#main").inner_text())
    assert number is not None
    work()

    day = visit("/", who(centre, "chenjing", language), **locale)
    row = day.locator(".day-row", has_text=number.group()).first
    row.get_by_role("link", name=words["answer"], exact=True).click()
    drawer = day.locator("#drawer-body")
    expect(drawer.locator('[name="solution"]')).to_be_focused()
    drawer.locator('[name="solution"]').fill("已更换导轮，运行正常")
    drawer.locator('[name="outcome"]').select_option("solved")
    drawer.locator("[data-submit]").click()
    expect(day.locator(".day-row", has_text=number.group())).to_have_count(0)

    case = visit(f"/cases/{number.group()}/", who(centre, "chenjing", language), **locale)
    case.locator("#reply-body").fill("您好，电梯导轮已更换，运行正常。")
    case.get_by_label(words["result"]).check()
    case.get_by_role("button", name=words["send"]).click()
    expect(case.locator(".conversation")).to_contain_text("电梯导轮已更换")
    work()

    calls = visit("/callbacks/", who(centre, "sunli", language), **locale)
    calls.locator("#list .row-link").first.click()
    calls.get_by_text(words["solved"], exact=True).first.click()
    calls.locator("label", has=calls.locator('[name="overall"][value="5"]')).click()
    with calls.expect_response(
        lambda answer: answer.request.method == "POST" and "/callbacks/" in answer.url
    ):
        calls.get_by_role("button", name=re.compile(words["record"])).click()

    end = visit(f"/cases/{number.group()}/", who(centre, "sunli", language), **locale)
    expect(end.locator(".page-meta")).to_contain_text(words["closed"])
    closed = Case.objects.get(number=number.group())
    assert (closed.category, closed.satisfaction) == ("closed", 5)


def test_a_file_is_added_to_an_answer_and_named(visit: Visit, centre: Cast) -> None:
    case = take_in(centre, owner="chenjing")
    page = visit(f"/cases/{case.number}/", who(centre, "chenjing", "zh-hans"))
    page.locator("#reply-body").fill("导轮照片见附件。")
    page.locator(".reply-foot [name=result]").focus()
    page.keyboard.press("Tab")
    chooser = page.locator(".reply-foot [type=file]")
    expect(chooser).to_be_focused()
    button = page.locator(".reply-foot").get_by_text("添加附件")
    assert button.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"
    chooser.set_input_files({"name": "导轮.txt", "mimeType": "text/plain", "buffer": "已更换".encode()})
    expect(page.locator(".reply-foot .upload-files")).to_contain_text("导轮.txt1 KB")
    assert chooser.evaluate("input => input.offsetWidth") <= 1  # The browser's own words are not seen.
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".conversation")).to_contain_text("导轮.txt")


def test_on_a_phone_the_whole_menu_can_be_reached_while_a_message_stands(visit: Visit, centre: Cast) -> None:
    case = take_in(centre, owner="chenjing")
    page = visit(
        f"/cases/{case.number}/", who(centre, "limin", "zh-hans"), viewport={"width": 390, "height": 720}
    )
    page.evaluate("zz.toast('success', '已受理，派给陈静。')")
    page.locator(".page-acts [data-menu]").last.click()
    menu, note = page.locator(".page-acts .menu:visible").bounding_box(), page.locator(".toast-note")
    expect(note).to_be_in_viewport()
    said = note.bounding_box()
    assert menu is not None and said is not None
    assert menu["y"] + menu["height"] > 600, "it hangs down to the thumb"
    assert said["y"] + said["height"] <= menu["y"]


def test_the_hint_of_the_scans_stands_above_the_bar_of_the_intake(visit: Visit, centre: Cast) -> None:
    desk = visit("/intake/", who(centre, "limin", "zh-hans"), viewport={"width": 1440, "height": 900})
    hint, bar = desk.locator('[data-field="scans"] .field-help'), desk.locator(".intake-foot")
    below, above = hint.bounding_box(), bar.bounding_box()
    assert below is not None and above is not None
    assert below["y"] + below["height"] <= above["y"]


def test_every_column_of_the_dashboard_is_seen_on_a_wide_screen(visit: Visit, centre: Cast) -> None:
    finish(centre, take_in(centre, owner="chenjing"))
    for language in WORDS:
        page = visit(
            "/dashboard/", who(centre, "liuqiang", language), viewport={"width": 1440, "height": 900}
        )
        frames = page.locator(".stat-two .table-frame")
        expect(frames).to_have_count(1)
        assert frames.first.evaluate("frame => frame.scrollWidth - frame.clientWidth") == 0
