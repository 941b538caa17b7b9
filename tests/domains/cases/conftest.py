"""What every test of cases may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.utils import translation

from tests.domains.cases.kit import at


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    """A request in another language leaves it switched on in its thread."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def now() -> Iterator[Any]:
    """Monday 2 March 2026, 09:00 in Shanghai; move it by hand."""
    with time_machine.travel(at(2), tick=False) as traveller:
        yield traveller
