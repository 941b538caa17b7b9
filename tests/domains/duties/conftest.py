"""What every test of duties may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import translation

from tests.domains.duties import cast
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    """A request in another language leaves it switched on in its thread."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def now() -> Iterator[Any]:
    """Monday 09:00 in Shanghai; move it by hand."""
    with time_machine.travel(cast.MONDAY_9, tick=False) as traveller:
        yield traveller


@pytest.fixture
def centre(now: Any, db: None) -> Iterator[cast.Centre]:
    made = cast.centre()
    with cast.subject(made):
        yield made


@pytest.fixture
def month(centre: cast.Centre, now: Any) -> dict[str, Obligation]:
    """One of each fact in the first week of March, made on Monday and looked at on Friday."""
    made = {
        "in_time": cast.owe(centre, "李敏", "receptionist", 30, "登记"),
        "late": cast.owe(centre, "李敏", "receptionist", 2, "答复"),
        "missed": cast.owe(centre, "孙丽", "officer", 26, "巡查"),
        "overdue": cast.owe(centre, "陈静", "ambassador", 50, "回访"),
        "excused": cast.owe(centre, "赵云", "ambassador", 30, "走访"),
        "cancelled": cast.owe(centre, "赵云", "ambassador", 30, "作废"),
        "ahead": cast.owe(centre, "陈静", "ambassador", 24 * 20, "月报"),
    }
    now.move_to(cast.MONDAY_9 + timedelta(hours=5))
    for code in ("in_time", "late"):
        duties.fulfil(actor=centre.actor("李敏"), obligation=made[code], note=f"{code}好了")
    duties.excuse(actor=centre.actor("王芳"), obligation=made["excused"], reason="停电")
    duties.cancel(actor=centre.actor("王芳"), obligation=made["cancelled"], reason="重复")
    now.move_to(cast.MONDAY_9 + timedelta(days=4))
    duties.miss(actor=cast.SYSTEM, obligation=made["missed"])
    return made
