"""The web process is killed while somebody types, sends and waits for the answer: what was typed is saved once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.faults.conftest import Make, World
from tests.faults.kit import House
from tests.kit import browser as browsers
from tests.kit.waiting import until
from zhize.project import postgres

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(not browsers.executable(), reason=browsers.MISSING),
]
PASSWORD = "right-horse-1"


def kill(place: House) -> None:
    """All of `zhize web`, at once; the database stays."""
    process = place.processes.pop()
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)


def serve(place: House) -> None:
    place.start("web")
    place.until_ready()


@pytest.fixture
def place(house: Make, world: World) -> House:
    made = house()
    server = postgres.Server(made.data_dir)
    with server.alone():
        server.start()
    serve(made)
    return made


@pytest.fixture
def page(place: House, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN", base_url=f"http://127.0.0.1:{place.port}")
    page = context.new_page()
    page.goto("/login/")
    page.locator("#id_login").fill("chenjing")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("[data-submit]").click()
    expect(page.locator(".user-who").first).to_contain_text("陈静")
    yield page
    context.close()


def typed(page: Page, title: str) -> None:
    page.goto("/proposals/new/")
    page.locator("#id_title").fill(title)
    page.locator("#id_text").fill("第一行\n最后一句")


def titles(place: House) -> list[Any]:
    return [title for (title,) in place.rows("SELECT title FROM meetings_proposal ORDER BY id")]


def left(page: Page) -> list[str]:
    """What the machine still keeps of forms."""
    kept: list[str] = page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('zz-draft'))")
    return kept


def test_a_form_sent_to_a_dead_server_stays_and_is_sent_again(place: House, page: Page) -> None:
    typed(page, "没送到")
    kill(place)
    page.locator("[data-submit]").click()
    expect(page.locator("#banner")).to_contain_text("您写的内容都还在")
    expect(page.locator("#id_text")).to_have_value("第一行\n最后一句")
    serve(place)
    expect(page.locator("#banner")).to_be_hidden(timeout=15_000)
    page.locator("[data-submit]").click()
    expect(page.locator("h1")).to_contain_text("没送到")
    assert titles(place) == ["没送到"]
    page.goto("/proposals/new/")
    expect(page.locator("#id_title")).to_have_value("")
    # Asked from here again and again: the content policy forbids a page to evaluate what it is to wait for.
    until("nothing of the form is left on the machine", lambda: left(page) == [])
    expect(page.locator(".draft-bar")).to_have_count(0)


def test_a_server_that_dies_while_the_form_is_on_its_way_loses_no_word(place: House, page: Page) -> None:
    typed(page, "半路上断了")

    def die(route: Route) -> None:
        kill(place)
        route.continue_()

    page.route("**/proposals/new/", die, times=1)
    with page.expect_event("requestfailed", lambda request: request.method == "POST"):
        page.locator("[data-submit]").click()
    serve(place)
    page.goto("/proposals/new/")
    page.get_by_role("button", name="恢复草稿").click()
    expect(page.locator("#id_text")).to_have_value("第一行\n最后一句")
    page.locator("[data-submit]").click()
    expect(page.locator("h1")).to_contain_text("半路上断了")
    assert titles(place) == ["半路上断了"]


def test_what_was_done_before_the_answer_got_lost_is_no_draft(place: House, page: Page) -> None:
    typed(page, "做成了没答复")

    def answer_is_lost(route: Route) -> None:
        route.fetch(max_redirects=0)
        kill(place)
        route.abort()

    page.route("**/proposals/new/", answer_is_lost, times=1)
    with page.expect_event("requestfailed", lambda request: request.method == "POST"):
        page.locator("[data-submit]").click()
    serve(place)
    page.goto("/proposals/new/")
    until("nothing of the form is left on the machine", lambda: left(page) == [])
    expect(page.locator(".draft-bar")).to_have_count(0)
    assert titles(place) == ["做成了没答复"]
