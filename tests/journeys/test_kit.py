"""The kit in a browser: keyboard, drawer, drafts, selection, failures, and no accessibility fault in any dress."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.kit import people
from zhize.kernel.access.models import Grant
from zhize.kernel.accounts.models import User
from zhize.ui import nav
from zhize.ui.models import Draft

Visit = Callable[..., Page]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(autouse=True)
def _only_the_kit(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ROOT_URLCONF = "tests.ui.urls"
    monkeypatch.setattr(nav, "_ITEMS", dict(nav._ITEMS))
    nav.item("admin", "界面组件", "ui:gallery", "palette", "ui.gallery", order=95)


@pytest.fixture
def user(transactional_db: Any) -> User:
    made = people.somebody({"ui.gallery": "all"})
    held = people.position(people.unit())
    Grant.objects.bulk_create(
        Grant(position=held, capability=f"sample.{number:02}", scope="own" if number % 2 else "all")
        for number in range(30)
    )
    return made


def dressed(user: User, **fields: str) -> User:
    User.objects.filter(pk=user.pk).update(**fields)
    return user


@pytest.mark.parametrize(
    "dress", [{"theme": "light"}, {"theme": "dark", "language": "en"}, {"density": "compact"}]
)
def test_no_page_has_an_accessibility_fault(
    visit: Visit, axe: Callable[[Page], list[str]], user: User, dress: dict[str, str]
) -> None:
    options = PHONE if "density" in dress else {}
    page = visit("/ui/gallery/", dressed(user, **dress), **options)
    for address in ("/ui/gallery/", "/ui/gallery/list/", "/ui/gallery/form/", "/ui/gallery/error/409/"):
        page.goto(page.url.split("/ui/")[0] + address)
        page.wait_for_load_state("networkidle")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (
            f"{address} scrolls sideways"
        )


def test_a_list_narrows_while_typing_and_comes_back(visit: Visit, user: User) -> None:
    page = visit("/ui/gallery/list/", user)
    expect(page.locator("[data-row]")).to_have_count(20)
    page.keyboard.press("/")
    page.keyboard.type("sample.07")
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?q=sample\.07$"))
    expect(page.locator("#list-search")).to_be_focused()
    page.locator(".chip-active").click()
    expect(page.locator("[data-row]")).to_have_count(20)
    expect(page.locator("#list-search")).to_have_value("")


def test_a_chip_and_a_filter_work_together(visit: Visit, user: User) -> None:
    page = visit("/ui/gallery/list/", user)
    page.get_by_role("link", name="等回访").click()
    expect(page).to_have_url(re.compile(r"\?chip=none$"))
    page.locator("[data-filter-bar] select[name=scope]").select_option("own")
    expect(page).to_have_url(re.compile(r"chip=none"))
    expect(page).to_have_url(re.compile(r"scope=own"))
    expect(page.locator("[aria-current=true].chip")).to_have_text(re.compile("等回访"))


def test_rows_are_walked_and_opened_by_keys(visit: Visit, user: User) -> None:
    page = visit("/ui/gallery/list/", user)
    for key in "jjk":
        page.keyboard.press(key)
    first = page.locator("[data-row]").first
    expect(first).to_have_class(re.compile("is-current"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/ui/gallery/form/"))
    page.go_back()
    expect(page.locator("[data-row]").first).to_have_class(re.compile("is-current"))


def test_rows_are_selected_with_shift_and_handled_together(visit: Visit, user: User) -> None:
    page = visit("/ui/gallery/list/", user)
    page.locator("[data-check]").nth(0).click()
    page.locator("[data-check]").nth(5).click(modifiers=["Shift"])
    expect(page.locator("[data-bulk-count]")).to_have_text("已选 6 项")
    page.locator("[data-bulk-action=assign]").click()
    dialog = page.locator("#dialog")
    dialog.locator("textarea").fill("请今天看")
    dialog.get_by_role("button", name="派给").click()
    expect(dialog.get_by_text("4 项已办理")).to_be_visible()
    expect(dialog.get_by_text("这件已经关闭，不能再派。").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()


def test_an_act_in_place_keeps_the_page(visit: Visit, user: User) -> None:
    page = visit("/ui/gallery/list/", user)
    page.locator("[data-row] a[data-drawer]").nth(2).click()
    drawer = page.locator("#drawer")
    expect(drawer.locator("h2")).to_have_text("新受理")
    drawer.get_by_role("button", name="受理").click()
    expect(drawer.get_by_text("处需要改正")).to_be_visible()
    drawer.locator("#id_caller-ts-control").fill("张")
    page.locator(".ts-dropdown .option").first.click()
    drawer.locator("#id_phone").fill("13800132277")
    drawer.locator("#id_kind").select_option("lift")
    drawer.locator("#id_title").fill("电梯异响")
    drawer.locator("#id_content").fill("夜里更响")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("已受理")
    expect(drawer).not_to_be_visible()
    expect(page).to_have_url(re.compile("/ui/gallery/list/$"))
    expect(page.locator("[data-row]").nth(2)).to_have_class(re.compile("is-current"))


def test_escape_closes_the_drawer_and_gives_the_focus_back(visit: Visit, user: User) -> None:
    page = visit("/ui/gallery/list/", user)
    page.keyboard.press("n")
    expect(page.locator("#drawer #id_caller-ts-control")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).not_to_be_visible()
    expect(page.get_by_role("link", name="新受理")).to_be_focused()


def test_leaving_typed_text_is_asked_about(visit: Visit, user: User) -> None:
    page = visit("/ui/gallery/list/", user)
    page.keyboard.press("n")
    page.locator("#drawer #id_title").fill("写了一半")
    page.locator("#drawer [data-close]").first.click()
    expect(page.locator("#confirm")).to_be_visible()
    page.locator("#confirm").get_by_role("button", name="继续填写").click()
    expect(page.locator("#drawer #id_title")).to_have_value("写了一半")


def test_what_was_typed_comes_back_as_a_draft(visit: Visit, user: User) -> None:
    # On a machine that is set to another place, times are still those of the department.
    page = visit("/ui/gallery/form/", user, timezone_id="Pacific/Honolulu")
    page.clock.set_fixed_time(datetime(2026, 3, 2, 1, 30, 30, tzinfo=UTC))
    page.locator("#id_title").fill("电梯异响")
    expect(page.locator("[data-draft-note]")).to_contain_text("草稿已保存 09:30")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.get_by_role("button", name="恢复草稿").click()
    expect(page.locator("#id_title")).to_have_value("电梯异响")


def test_the_last_words_before_leaving_are_kept(visit: Visit, user: User) -> None:
    page = visit("/ui/gallery/form/", user)
    # The page's clock stands still: it never comes to keep what is typed by itself.
    now = datetime.now(UTC)
    page.clock.install(time=now)
    page.reload()
    page.clock.pause_at(now + timedelta(minutes=5))
    page.locator("#id_title").fill("最后一句")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("about:blank")
    page.go_back()
    page.get_by_role("button", name="恢复草稿").click()
    expect(page.locator("#id_title")).to_have_value("最后一句")


def test_a_refused_form_is_offered_again_only_with_what_was_typed(visit: Visit, user: User) -> None:
    page = visit("/ui/gallery/form/", user)
    page.on("dialog", lambda dialog: dialog.accept())
    for _time in range(2):
        with page.expect_response(lambda answer: answer.status == 422):
            page.locator("[data-submit]").click()
        expect(page.locator("[data-form-error]")).to_be_visible()
    address = page.url
    page.goto(address)
    page.wait_for_load_state("networkidle")
    expect(page.locator(".draft-bar")).to_have_count(0)
    assert not Draft.objects.exists()
    page.locator("#id_title").fill("请拒绝")
    with page.expect_response(lambda answer: answer.status == 422):
        page.locator("[data-submit]").click()
    expect(page.locator("[data-form-error]")).to_be_visible()
    page.goto(address)
    page.get_by_role("button", name="恢复草稿").click()
    expect(page.locator("#id_title")).to_have_value("请拒绝")


def test_what_the_server_refuses_to_keep_holds_up_nothing_else(visit: Visit, user: User) -> None:
    page = visit("/ui/gallery/", user)
    page.evaluate(
        """(user) => {
            const put = (key, text) => localStorage.setItem(`zz-draft:${user}:${key}`, JSON.stringify({ at: Date.now(), data: { title: [text] } }));
            put("first", "x".repeat(70000));
            put("second", "电梯异响");
        }""",
        user.pk,
    )
    with page.expect_response(lambda answer: answer.url.endswith("/ui/draft/") and answer.ok):
        page.reload()
    assert [row.data for row in Draft.objects.all()] == [{"title": ["电梯异响"]}]


def test_the_palette_goes_where_one_wants(visit: Visit, user: User) -> None:
    page = visit("/ui/gallery/list/", user)
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-input")).to_be_focused()
    page.keyboard.type("组件")
    expect(page.locator(".palette-item")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/ui/gallery/$"))


def test_the_keys_of_a_page_are_shown(visit: Visit, user: User) -> None:
    page = visit("/ui/gallery/list/", user)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("下一行")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).not_to_be_visible()


def test_a_lost_network_keeps_what_was_typed(visit: Visit, user: User) -> None:
    page = visit("/ui/gallery/form/", user)
    page.context.set_offline(True)
    expect(page.locator("#banner")).to_contain_text("网络断开了")
    page.context.set_offline(False)
    expect(page.locator("#banner")).not_to_be_visible()


@pytest.mark.parametrize("lost", [False, True], ids=["at once", "after the network broke"])
def test_a_file_is_listed_and_sent(visit: Visit, user: User, expected: list[str], lost: bool) -> None:
    page = visit("/ui/gallery/form/", user)
    page.locator("summary").first.click()
    page.locator("#id_pictures").set_input_files(
        [{"name": "现场.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"}]
    )
    expect(page.locator("[data-upload-files]")).to_contain_text("现场.png")
    page.locator("#id_caller-ts-control").fill("李")
    page.locator(".ts-dropdown .option").first.click()
    page.locator("#id_phone").fill("1")
    page.locator("#id_kind").select_option("water")
    page.locator("#id_title").fill("漏水")
    page.locator("#id_content").fill("厨房")
    if lost:
        expected.append("net::ERR_FAILED")
        page.route("**/ui/gallery/form/", lambda route: route.abort(), times=1)
        page.clock.install()
        page.locator("main [data-submit]").click()
        expect(page.locator("#toasts")).to_be_visible()
        page.clock.fast_forward(1_000)
    page.locator("main [data-submit]").click()
    expect(page).to_have_url(re.compile("/ui/gallery/list/"))
    expect(page.locator("#toasts")).to_contain_text("已受理")


def test_an_impossible_verb_says_why(visit: Visit, user: User) -> None:
    page = visit("/ui/gallery/", user)
    page.locator(".verbs [data-why]").hover()
    expect(page.locator(".why")).to_have_text("还没有回访，不能关闭。")


def test_theme_and_density_change_at_once(visit: Visit, user: User) -> None:
    page = visit("/ui/gallery/", user)
    page.locator(".display-menu [data-menu]").click()
    page.locator(".display-menu button[value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.locator(".display-menu button[value=compact]").click()
    expect(page.locator("html")).to_have_attribute("data-density", "compact")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_phone_has_its_bar_and_its_sheet(
    visit: Visit, axe: Callable[[Page], list[str]], user: User
) -> None:
    # A sheet that is still fading in has no contrast yet.
    page = visit("/ui/gallery/", user, **PHONE, reduced_motion="reduce")
    expect(page.locator(".side")).not_to_be_visible()
    page.get_by_role("button", name="我", exact=True).tap()
    expect(page.locator("#me-sheet")).to_contain_text("界面组件")
    assert axe(page) == []


def test_a_masked_value_is_shown_on_asking(visit: Visit, user: User) -> None:
    page = visit("/ui/gallery/", user)
    page.locator(".masked button").click()
    expect(page.locator(".masked")).to_have_text("13800132277")
