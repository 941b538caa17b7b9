"""The database goes away or the session ends while somebody types: what was typed stays, and is saved once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from playwright.sync_api import Page, expect
from psycopg import sql

from tests.kit.cast import Cast, build
from zhize.domains.meetings.models import Proposal
from zhize.kernel.accounts.models import User

Away = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def centre(transactional_db: Any) -> Cast:
    return build()


@pytest.fixture
def away() -> Away:
    """`with away():` the server throws everybody out of this database and lets nobody in."""
    found = connections["default"].settings_dict
    name = sql.Identifier(found["NAME"])

    @contextmanager
    def gone() -> Iterator[None]:
        with psycopg.connect(
            host=found["HOST"], port=found["PORT"], user=found["USER"], password=found["PASSWORD"] or None,
            dbname="postgres", autocommit=True,
        ) as elsewhere:  # fmt: skip
            elsewhere.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
            try:
                elsewhere.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                    [found["NAME"]],
                )
                yield
            finally:
                elsewhere.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
        connections["default"].close()

    return gone


def test_what_was_typed_outlives_an_outage_and_is_saved_once(
    visit: Callable[..., Page], expected: list[str], away: Away, centre: Cast
) -> None:
    expected.append("the server responded with a status of 503")
    page = visit("/proposals/new/", User.objects.get(login="chenjing"))
    page.locator("#id_title").fill("断线时写的")
    page.locator("#id_text").fill("第一行\n第二行")
    with away():
        page.locator("[data-submit]").click()
        expect(page.locator("h1")).to_have_text("系统暂时连不上数据库")
        expect(page.locator(".failure")).to_contain_text("您写的内容都留着")
        # Pressed too early it says so again, and keeps what was typed again.
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.locator(".failure .btn-primary").click()
        expect(page.locator(".failure")).to_contain_text("您写的内容都留着")
    assert not Proposal.objects.exists()
    expect(page.locator("h1")).to_have_text("系统恢复了，可以接着做。", timeout=15_000)
    page.locator(".failure .btn-primary").click()
    expect(page.locator("h1")).to_contain_text("断线时写的")
    saved = Proposal.objects.get()
    assert (saved.title, saved.text.splitlines()) == ("断线时写的", ["第一行", "第二行"])
    # What an earlier page kept on this machine is offered; the network coming back puts no untouched form over it.
    form = page.url.partition("/proposals/")[0] + "/proposals/new/"
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(form)
    with away():
        page.locator("#id_title").fill("又断线时写的")
        expect(page.locator("[data-draft-note]")).to_contain_text("草稿存在本机")
        page.goto("about:blank")
    page.clock.install()
    page.goto(form)
    expect(page.locator(".draft-bar")).to_be_visible()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.evaluate("dispatchEvent(new Event('online'))")
    page.clock.fast_forward(2_000)
    page.evaluate("fetch('/readyz').then((answer) => answer.text())")
    assert [url for url in sent if "/ui/draft/" in url] == []
    assert any(url.endswith("/readyz") for url in sent)
    page.get_by_role("button", name="恢复草稿").click()
    expect(page.locator("#id_title")).to_have_value("又断线时写的")


def test_what_was_typed_outlives_the_session(visit: Callable[..., Page], centre: Cast) -> None:
    user = User.objects.get(login="chenjing")
    user.set_password("right-horse-1")
    user.save()
    page = visit("/proposals/new/", user)
    page.locator("#id_title").fill("离开时写的")
    page.locator("#id_text").fill("第一行")
    Session.objects.all().delete()
    page.locator("#id_title").press("End")
    page.locator("#id_title").press_sequentially("！")
    expect(page.locator("[data-draft-note]")).to_contain_text("您已退出登录")
    page.evaluate("document.body.dispatchEvent(new Event('notices-changed'))")
    expect(page.locator("#session-ended")).to_contain_text("您写的内容都还在这个页面上")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="去登录").click()
    other = opened.value
    other.locator("#id_login").fill("chenjing")
    other.locator("#id_password").fill("right-horse-1")
    other.locator("[data-submit]").click()
    expect(other.locator(".user-who").first).to_contain_text("陈静")
    token = page.locator("form[data-form] input[name=csrfmiddlewaretoken]")
    before = token.input_value()
    page.get_by_role("button", name="我已登录，继续").click()
    expect(token).not_to_have_value(before)
    expect(page.locator("[data-draft-note]")).to_contain_text("草稿已保存")
    page.locator("[data-submit]").click()
    expect(page.locator("h1")).to_contain_text("离开时写的")
    assert Proposal.objects.get().text == "第一行"
