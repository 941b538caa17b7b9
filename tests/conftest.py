"""What every test may ask for, and what every run says at its end."""

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


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say plainly what was not run and why: a skipped test proves nothing."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason] = reasons.get(reason, 0) + 1
    for reason, count in reasons.items():
        terminalreporter.write_line(
            f"NOT RUN: {count} tests: {reason.removeprefix('Skipped: ')}", yellow=True
        )
