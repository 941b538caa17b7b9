"""A month with a little of everything."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from tests.domains.cases.test_complaint_path import take_in
from tests.domains.reports.test_stocktake import close, taken
from tests.kit.cast import Cast


@pytest.fixture
def month(cast: Cast) -> Cast:
    """One case from February, two of 1 March; on 2 March one comes in and two are closed; one more on 3 March."""
    with time_machine.travel(datetime(2026, 2, 27, 2, tzinfo=UTC), tick=False):
        take_in(cast, title="二月的投诉", subtype="lift_fault")
    first = taken(cast, 1, subtype="lift_fault", room="A201")
    second = taken(cast, 1, subtype="leak_upstairs", room="C101")
    taken(cast, 2, type="suggestion", title="建议", room="C201")
    close(cast, first, 2)
    close(cast, second, 2)
    taken(cast, 3, subtype="leak_upstairs", room="A101")
    return cast
