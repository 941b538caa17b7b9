"""What every test of duties may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.utils import translation

from tests.domains.duties import cast


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
