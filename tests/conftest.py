"""What every test may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.kit import database


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """The database of this run; started only when a test asks for one."""
    with django_db_blocker.unblock(), database.clone():
        yield
