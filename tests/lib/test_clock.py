from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from zhize.lib import clock


def test_the_present_can_be_set_for_a_while() -> None:
    before = clock.now()
    with clock.simulating(datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))):
        assert clock.now() == datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
        assert clock.today("Asia/Shanghai").isoformat() == "2026-03-02"
        with clock.simulating(datetime(2026, 3, 3, 0, 0, tzinfo=UTC)):
            assert clock.now().day == 3
        assert clock.now().day == 2
    assert clock.now() >= before


def test_a_day_without_a_unit_is_the_home_zones() -> None:
    at = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
    try:
        with clock.simulating(at):
            assert clock.today().isoformat() == "2026-03-03"
            clock.set_home("Europe/Berlin")
            assert clock.today().isoformat() == "2026-03-02"
            assert clock.zone().key == "Europe/Berlin"
    finally:
        clock.set_home("Asia/Shanghai")
