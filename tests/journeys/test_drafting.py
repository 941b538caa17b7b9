"""From a pasted job description of another trade to what its holder owes, in a browser, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from tests.desk.drafting.texts import HOTEL
from tests.kit.cast import Cast, build
from zhize.desk.drafting.models import DraftLine, JobDraft
from zhize.domains.organisation import services as organisation
from zhize.kernel import access
from zhize.kernel.accounts.models import User
from zhize.kernel.org.models import Position
from zhize.lib import clock

Visit = Callable[..., Page]


# A Wednesday morning: what somebody newly appointed owes today depends on what of the day is still ahead.
MORNING = datetime(2026, 11, 25, 10, tzinfo=clock.zone("Asia/Shanghai"))


@pytest.fixture
def morning() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=True):
        yield


@pytest.fixture
def centre(transactional_db: Any, morning: None) -> Cast:
    return build()


def who(login: str, language: str) -> User:
    User.objects.filter(login=login).update(language=language)
    return User.objects.get(login=login)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_from_a_job_description_to_my_day(
    visit: Visit, work: Callable[[], int], axe: Callable[[Page], list[str]], centre: Cast, language: str
) -> None:
    locale = {"locale": "en-US" if language == "en" else "zh-CN"}
    page = visit("/drafts/new/", who("liuqiang", language), **locale)
    page.locator('[name="text"]').fill(HOTEL)
    page.locator("[data-submit]").click()
    first = page.locator("[data-line].is-current")
    expect(first).to_contain_text("1、")
    expect(page.locator(".source-line.is-lit")).to_contain_text("1、")
    assert axe(page) == []

    # Without the mouse: down and up, drop the first, correct the next, confirm the one after.
    dropped, corrected, confirmed = DraftLine.objects.order_by("position__order", "clause", "part")[:3]
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.locator(f"#line-{dropped.pk}")).to_have_attribute("data-decision", "dropped")
    expect(page.locator("[data-line].is-current")).to_have_id(f"line-{corrected.pk}")
    # What was dropped is what comes back, not the line that has become current.
    page.keyboard.press("u")
    expect(page.locator(f"#line-{dropped.pk}.is-current")).to_have_attribute("data-decision", "open")
    page.keyboard.press("x")
    expect(page.locator(f"#line-{dropped.pk}")).to_have_attribute("data-decision", "dropped")
    page.keyboard.press("e")
    drawer = page.locator("#drawer-body")
    drawer.locator('[name="title"]').fill("核对当日房态")
    drawer.locator("[data-submit]").click()
    expect(page.locator(f"#line-{corrected.pk}")).to_have_attribute("data-decision", "confirmed")
    page.locator(f"#line-{confirmed.pk}").click()
    page.keyboard.press("Enter")
    expect(page.locator(f"#line-{confirmed.pk}")).to_have_attribute("data-decision", "confirmed")

    # The rest: all sure ones at once, then the unsure ones by themselves.
    page.locator("[data-key=a]").click()
    expect(page.locator('[data-decision="open"]:not(.is-unsure)')).to_have_count(0)
    draft = JobDraft.objects.get()
    while (left := DraftLine.objects.filter(decision="open").first()) is not None:
        page.goto(
            page.url.partition("/drafts/")[0] + f"/drafts/{draft.pk}/?position={left.position_id}&show=open"
        )
        page.locator(f"#line-{left.pk} [data-act=confirm]").click()
        expect(page.locator(f"#line-{left.pk}")).to_have_attribute("data-decision", "confirmed")
    page.locator("#draft-next a").click()
    expect(page.locator(".tiles")).to_be_visible()
    assert axe(page) == []
    page.locator(f'[hx-post="/drafts/{draft.pk}/apply/"]').click()
    page.locator("[data-confirm-yes]").click()
    expect(page.locator(".note-green")).to_be_visible()
    work()

    position = Position.objects.get(code__startswith=draft.code.replace("-", "_"), name="前台接待员")
    organisation.appoint(
        actor=access.for_user(who("liuqiang", language), channel="web"), position=position,
        person=centre.people["sunli"], kind="primary", from_on=clock.today("Asia/Shanghai"),
    )  # fmt: skip
    work()
    day = visit("/", who("sunli", language), **locale)
    expect(day.locator("#main")).to_contain_text("核对当日房态")
