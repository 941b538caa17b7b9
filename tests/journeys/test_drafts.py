"""Drafts of forms that are made anew by a choice, and of forms that somebody else sends first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.domains.cases import kit
from tests.kit.cast import Cast, build
from zhize.domains.customers import services as customers
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


def test_a_draft_does_not_write_over_what_somebody_else_saved_meanwhile(visit: Visit, centre: Cast) -> None:
    known = centre.customers["A101"]
    page = visit(f"/customers/{known.pk}/edit/", User.objects.get(login="limin"))
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#id_name").fill("业主甲")
    expect(page.locator("[data-draft-note]")).to_contain_text("草稿已保存")
    customers.update_customer(actor=centre.actor("sunli"), customer=known, name="业主乙")
    page.goto("about:blank")
    page.go_back()
    page.reload()
    page.get_by_role("button", name="恢复草稿").click()
    expect(page.locator("#id_name")).to_have_value("业主甲")
    page.locator("form[data-draft] button[data-submit]").last.click()
    expect(page.get_by_text("现在是：业主乙")).to_be_visible()
    page.get_by_role("button", name="用这个").click()
    expect(page.locator("#id_name")).to_have_value("业主乙")


def test_a_draft_that_was_sent_is_in_no_form_opened_afterwards(visit: Visit, centre: Cast) -> None:
    case = kit.take_in(centre)
    page = visit(f"/cases/{case.number}/", User.objects.get(login="sunli"))
    page.on("dialog", lambda dialog: dialog.accept())
    note = page.locator("#drawer-body textarea[name=body], #drawer-body textarea[name=note]").first

    def opened() -> None:
        page.locator(f"[href='/cases/{case.number}/consult/']").first.dispatch_event("click")
        expect(note).to_be_visible()

    opened()
    note.fill("怎么赔")
    expect(page.locator("#drawer-body [data-draft-note]")).to_contain_text("草稿已保存")
    page.reload()
    opened()
    page.get_by_role("button", name="恢复草稿").click()
    expect(note).to_have_value("怎么赔")
    note.press("Control+Enter")
    expect(note).to_have_count(0)
    opened()
    expect(note).to_have_value("")
