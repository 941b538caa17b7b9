"""Journeys in a real browser, against a live server on this run's own database.

A journey asks for `visit` (opens a page as somebody), `work` (lets the worker do what is queued) and `axe` (looks for
accessibility faults). Anything the browser's console complains of, also against the content policy, fails the journey.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.kit import browser
from tests.kit.sessions import session_cookie

HERE = Path(__file__).resolve().parent
AXE = HERE.parent / "vendor" / "axe.min.js"
SERIOUS = ["serious", "critical"]
# Rules that can find nothing serious are not asked, and nobody needs the selectors of what is found.
LOOK = """async ([serious, without]) => {
    const idle = axe._audit.rules.filter((rule) => rule.impact && !serious.includes(rule.impact));
    const rules = Object.fromEntries(idle.map((rule) => [rule.id, { enabled: false }]));
    const where = { include: [document], exclude: without.map((selector) => [selector]) };
    return (await axe.run(where, { resultTypes: ["violations"], selectors: false, rules })).violations;
}"""
# What the browser says for an answer that a journey asked for on purpose (a refused form, a missing page).
EXPECTED = ("the server responded with a status of 4",)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.django_db(transaction=True))
            if not browser.executable():
                item.add_marker(pytest.mark.skip(reason=browser.MISSING))


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1280, "height": 800},
    }


Visit = Callable[..., Page]


@pytest.fixture
def expected() -> list[str]:
    """What the console may say without failing the journey; a journey adds what it provokes."""
    return list(EXPECTED)


@pytest.fixture(scope="session", autouse=True)
def _assets_stay_in_the_browser() -> Iterator[None]:
    """As the product serves them. Without a word on it a browser asks for each again on each page of a fresh clone."""
    plain = StaticFilesHandler.serve

    def serve(self: StaticFilesHandler, request: Any) -> Any:
        answer = plain(self, request)
        answer.headers["Cache-Control"] = "max-age=3600"
        return answer

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(StaticFilesHandler, "serve", serve)
        yield


@pytest.fixture
def visit(
    browser: Browser, browser_context_args: dict[str, Any], live_server: Any, expected: list[str]
) -> Iterator[Visit]:
    """`visit("/cases/", user)`: a page in a browser of its own, signed in as that user (nobody when None).

    Further keywords go to the browser context: `locale="en"`, `viewport={...}`, `color_scheme="dark"`.
    """
    complaints: list[str] = []
    opened: list[BrowserContext] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in expected):
            complaints.append(message.text)

    def open_page(path: str, user: Any = None, **options: Any) -> Page:
        context = browser.new_context(**{**browser_context_args, **options})
        opened.append(context)
        if user is not None:
            context.add_cookies([{**session_cookie(user), "url": live_server.url}])
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + path)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert complaints == []


@pytest.fixture
def work() -> Callable[[], int]:
    """Run what is queued and due, as the worker would; returns how many jobs ran.

    In a thread of its own: the browser's event loop occupies the test's thread.
    """
    from zhize.kernel import jobs

    def run() -> int:
        outcome: list[int | BaseException] = []

        def body() -> None:
            try:
                outcome.append(jobs.run_all())
            except BaseException as error:  # handed to the test's thread
                outcome.append(error)
            finally:
                connections.close_all()

        thread = threading.Thread(target=body)
        thread.start()
        thread.join()
        if isinstance(outcome[0], BaseException):
            raise outcome[0]
        return outcome[0]

    return run


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
    """`axe(page)`: the serious accessibility faults of what the page shows now, one line each.

    Further arguments are selectors of what was looked at before.
    """
    source = AXE.read_text("utf-8")

    def look(page: Page, *without: str) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(source)
            page.context.add_init_script(source)  # every further page brings it
        return [
            f"{fault['id']} ({fault['impact']}): {fault['help']} — {node['html'][:160]}"
            for fault in page.evaluate(LOOK, [SERIOUS, without])
            if fault["impact"] in SERIOUS
            for node in fault["nodes"]
        ]

    return look
