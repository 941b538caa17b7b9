"""Drafts of forms that are made anew by a choice, and of forms that somebody else sends first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.kit.cast import Cast, build
from zhize.kernel.accounts.models import User

Visit = Callable[..., Page]


@pytest.fixture
def centre(transactional_db: Any) -> Cast:
    return build()


def leave(page: Page) -> None:
    """To another page and back, with what is typed kept as a draft."""
    address = page.url
    expect(page.locator("[data-draft-note]")).to_contain_text("草稿已保存")
    page.goto("about:blank")
    page.goto(address)


def test_a_draft_brings_back_all_that_was_typed_also_what_a_choice_asked_for(
    visit: Visit, centre: Cast
) -> None:
    known = centre.customers["A101"]
    page = visit(f"/customers/{known.pk}/edit/", User.objects.get(login="limin"))
    page.on("dialog", lambda dialog: dialog.accept())
    for address, kind, name in (
        (page.url, "owner", "业主A101"),
        (page.url.replace(f"{known.pk}/edit", "new"), None, ""),
    ):
        page.goto(address)
        page.locator("#id_name").fill(f"{name}改")
        leave(page)
        page.get_by_role("button", name="恢复草稿").click()
        expect(page.locator("#id_name")).to_have_value(f"{name}改")
        expect(page.locator(".draft-bar")).to_have_count(0)
        if kind:
            expect(page.locator("#id_kind")).to_have_value(kind)
        page.locator("#id_kind").select_option("company")
        expect(page.locator("#id_licence_no")).to_be_visible()
        expect(page.locator("#id_name")).to_have_value(f"{name}改")
        expect(page.locator(".draft-bar")).to_have_count(0)
        page.locator("#id_industry").fill("餐饮")
        leave(page)
        page.get_by_role("button", name="恢复草稿").click()
        expect(page.locator("#id_industry")).to_have_value("餐饮")
        expect(page.locator("#id_name")).to_have_value(f"{name}改")
        expect(page.locator("#id_kind")).to_have_value("company")
        expect(page.locator(".draft-bar")).to_have_count(0)


def test_a_draft_of_a_case_brings_back_what_its_type_asks_for(visit: Visit, centre: Cast) -> None:
    page = visit("/intake/", User.objects.get(login="limin"))
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator('label:has([name="type"][value="complaint"])').click()
    page.locator("#type-fields summary").first.click()
    demand = page.locator("#id_own-demand")
    demand.fill("要求道歉")
    page.locator("#id_title").fill("噪声")
    leave(page)
    page.get_by_role("button", name="恢复草稿").click()
    expect(demand).to_have_value("要求道歉")
    expect(page.locator("#id_title")).to_have_value("噪声")
