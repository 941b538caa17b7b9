"""A customer's phone: submit with a photo, correct a fault, follow the matter, answer the survey."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.domains.visits.kit import answered, callback_of
from tests.kit.cast import Cast, build
from zhize.domains.cases.models import Case
from zhize.domains.visits import services as visits

Visit = Callable[..., Page]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def centre(transactional_db: Any) -> Cast:
    return build()


def tidy(page: Page, axe: Callable[[Page], list[str]]) -> None:
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.req("CHN-05", "CHN-12")
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_customer_submits_and_follows(
    visit: Visit, axe: Callable[[Page], list[str]], centre: Cast, locale: str
) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), (90, 120, 150)).save(picture, "PNG")
    page = visit("/p/WY-A/", None, locale=locale, **PHONE)
    tidy(page, axe)
    page.locator("#id_title").fill("电梯有异响")
    page.locator("#id_name").fill("张先生")
    page.locator("#id_photos").set_input_files(
        {"name": "lift.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    page.locator("[data-submit]").click()
    expect(page.locator("#id_phone_error")).to_be_visible()
    expect(page.locator("#id_title")).to_have_value("电梯有异响")
    expect(page.locator(".upload-kept")).to_contain_text("lift.png")
    tidy(page, axe)
    page.locator("#id_phone").fill("13800138000")
    page.locator("#id_consent").check()
    page.locator("[data-submit]").click()
    expect(page.locator(".portal-facts")).to_be_visible()
    case = Case.objects.latest("pk")
    expect(page.locator(".portal-facts")).to_contain_text(case.number)
    assert (case.state, case.owner) == (case.spec.unverified, None)
    tidy(page, axe)
    page.locator(".portal-foot .btn-primary").click()
    expect(page.locator(".files")).to_contain_text("lift.png")
    page.locator("#id_body").fill("今天又响了")
    page.locator("[data-submit]").click()
    expect(page.locator(".message")).to_contain_text("今天又响了")
    tidy(page, axe)


@pytest.mark.req("VIS-01")
def test_a_customer_answers_the_survey(visit: Visit, axe: Callable[[Page], list[str]], centre: Cast) -> None:
    case = answered(centre)
    token = visits.send_link(actor=centre.actor("sunli"), callback=callback_of(case))
    page = visit(f"/p/survey/{token}/", None, **PHONE)
    tidy(page, axe)
    page.locator("label", has=page.locator('[name="solved"][value="no"]')).click()
    page.locator("label", has=page.locator('[name="overall"][value="2"]')).click()
    page.locator("[data-submit]").click()
    expect(page.locator("h1")).to_contain_text("谢谢")
    tidy(page, axe)
    case.refresh_from_db()
    assert case.category == "working"
