"""Where each holder of a position owes his own: who comes, who goes, and what stays his."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.domains.duties.cast import Centre
from tests.domains.duties.test_recurring import DAILY, SYSTEM, at, put, run
from tests.kernel.calendars import build
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors import occurrences
from zhize.kernel.org.models import Appointment

EACH = {**DAILY, "each_holder": True}


class TestDays:
    def test_what_is_due_is_held_by_the_day_of_the_unit_that_owes_it(self, centre: Centre) -> None:
        west = build.unit("west", centre.unit, timezone="Europe/London")
        place = build.position(west, "officer")
        build.appoint(build.person(), place)
        held = Appointment.objects.filter(position=place)
        held.update(to_on=date(2026, 3, 3))
        early = put(centre, "early", {"every": "day", "due": "by", "at": "02:00:00", "each_holder": True})
        run(ahead_days=5)
        # Two in the night of Shanghai is the evening before there.
        own = Obligation.objects.filter(duty=early, position=place, slot_holder__isnull=False)
        assert own.latest("slot").due_at == at("2026-03-04T02:00")
        duties.plan_anew(actor=SYSTEM)
        run(ahead_days=5)
        assert not own.filter(withdrawn=True).exists()
        held.update(to_on=date(2026, 3, 2))
        run(ahead_days=5)
        assert [row.due_at for row in own.filter(withdrawn=True)] == [at("2026-03-04T02:00")]

    def test_as_many_days_are_looked_at_however_many_hold_the_position(
        self, centre: Centre, monkeypatch: Any
    ) -> None:
        for _more in range(2):
            build.appoint(build.person(), centre.positions["officer"])
        daily = put(centre, "walk", EACH)
        run(ahead_days=3)
        moved = at("2026-03-10T17:00")
        for row in Obligation.objects.filter(duty=daily):
            duties.move_due(actor=SYSTEM, obligation=row, due_at=moved, reason="改期")
        monkeypatch.setattr(occurrences, "LOOKED_AT", 4)
        (group,) = occurrences.groups(daily, EACH, count=8)
        days = [row.day.day for row in group.occurrences if row.due_at == moved]
        assert sorted(days) == [2, 3, 4, 5]
