"""The list of cases on a screen of common width: nothing is cut off at its edge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.domains.cases.kit import take_in
from tests.kit.cast import Cast, build
from zhize.domains.cases.kinds import Severity
from zhize.domains.cases.models import Case
from zhize.kernel.accounts.models import User


@pytest.fixture
def centre(transactional_db: Any) -> Cast:
    return build()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_all_columns_are_there_at_1440(visit: Callable[..., Page], centre: Cast, language: str) -> None:
    long = "电梯异响，运行到三层时停顿，轿厢门反复开合，已经持续一个星期"
    take_in(centre, title=long, owner="chenjing")
    Case.objects.update(severity=Severity.SERIOUS, repeats_class=True, reopen_count=2)
    User.objects.filter(login="limin").update(language=language)
    page = visit("/cases/", User.objects.get(login="limin"), viewport={"width": 1440, "height": 900})
    expect(page.locator(".grid tbody .tag")).to_have_count(3)
    frame = page.locator(".list .table-frame")
    assert frame.evaluate("frame => frame.scrollWidth - frame.clientWidth") <= 1
