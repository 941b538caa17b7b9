"""A process says that it is alive, and the browser is really there."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page


def test_the_browser_reaches_the_server(visit: Callable[..., Page]) -> None:
    page = visit("/healthz")
    assert page.locator("body").inner_text().strip() == "ok"
