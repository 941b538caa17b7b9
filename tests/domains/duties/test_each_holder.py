"""Where each holder of a position owes his own: who comes, who goes, and what stays his."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.domains.duties.cast import Centre
from tests.domains.duties.test_recurring import DAILY, SYSTEM, at, dues, put, run
from tests.kernel.calendars import build
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors import occurrences
from zhize.domains.organisation import services as organisation
from zhize.domains.organisation.capabilities import APPOINT, PERSON_EDIT
from zhize.kernel import jobs
from zhize.kernel.db import Invalid
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


class TestLeaving:
    @pytest.mark.req("DUT-02")
    def test_who_leaves_has_owed_until_his_last_day(self, centre: Centre, now: Any) -> None:
        goes = build.person("陈新")
        build.appoint(goes, centre.positions["officer"])
        daily = put(centre, "walk", EACH)
        run(ahead_days=20)
        own = Obligation.objects.filter(duty=daily, slot_holder=goes)
        now.move_to(at("2026-03-04T10:00"))
        hr = build.admin(centre.unit, PERSON_EDIT)
        with pytest.raises(Invalid, match="不能晚于今天"):
            organisation.leave(actor=hr, person=goes, on=date(2026, 3, 5))
        organisation.leave(actor=hr, person=goes, on=date(2026, 3, 4))
        run(ahead_days=20)
        kept = ["03-02 18:00", "03-03 18:00", "03-04 18:00"]
        assert dues(daily, slot_holder=goes, withdrawn=False) == kept
        now.move_to(at("2026-03-06T10:00"))
        duties.miss_due(actor=SYSTEM)
        assert set(own.filter(withdrawn=False).values_list("state", flat=True)) == {"missed"}
        duties.plan_anew(actor=SYSTEM)
        assert run(ahead_days=17) == 0
        assert dues(daily, slot_holder=goes, withdrawn=False) == kept

    def test_what_a_stopped_worker_did_not_make_is_owed_by_who_has_left_since(
        self, centre: Centre, now: Any
    ) -> None:
        goes = build.person("陈新")
        build.appoint(goes, centre.positions["officer"])
        daily = put(centre, "walk", EACH)
        run(ahead_days=0)
        now.move_to(at("2026-03-05T10:00"))
        organisation.leave(actor=build.admin(centre.unit, PERSON_EDIT), person=goes, on=date(2026, 3, 4))
        run(ahead_days=0)
        assert dues(daily, slot_holder=goes) == ["03-02 18:00", "03-03 18:00", "03-04 18:00"]

    def test_what_falls_due_after_the_last_day_is_on_no_list_when_the_worker_has_heard_of_it(
        self, centre: Centre, now: Any
    ) -> None:
        goes = build.person("陈新")
        build.appoint(goes, centre.positions["officer"])
        weekly = put(centre, "walk", {"every": "week", "due": "by", "weekdays": ["fri"], "each_holder": True})
        run(ahead_days=10)
        now.move_to(at("2026-03-04T10:00"))
        organisation.leave(actor=build.admin(centre.unit, PERSON_EDIT), person=goes, on=date(2026, 3, 4))
        assert dues(weekly, slot_holder=goes, withdrawn=False)
        jobs.run_all()
        assert dues(weekly, slot_holder=goes, withdrawn=False) == []


class TestComing:
    @pytest.mark.req("DUT-02")
    def test_an_appointment_entered_late_owes_nothing_that_was_due_before(
        self, centre: Centre, now: Any
    ) -> None:
        place, hr = centre.positions["officer"], build.admin(centre.unit, APPOINT, PERSON_EDIT)
        daily = put(centre, "walk", EACH)
        run(ahead_days=10)
        now.move_to(at("2026-03-05T10:00"))
        late, first = build.person("陈新"), date(2026, 3, 1)
        organisation.appoint(actor=hr, person=late, position=place, from_on=first)
        run(ahead_days=4)
        assert dues(daily, slot_holder=late) == ["03-05 18:00", "03-06 18:00", "03-09 18:00"]
        assert run(ahead_days=4) == 0

    def test_what_the_vacant_position_owed_before_stays_with_it(self, centre: Centre, now: Any) -> None:
        place, hr = centre.positions["officer"], build.admin(centre.unit, APPOINT, PERSON_EDIT)
        Appointment.objects.filter(position=place).update(to_on=date(2026, 3, 1))
        daily = put(centre, "walk", EACH)
        run(ahead_days=6)
        now.move_to(at("2026-03-04T10:00"))
        late = build.person("陈新")
        organisation.appoint(actor=hr, person=late, position=place, from_on=date(2026, 3, 3))
        run(ahead_days=4)
        assert dues(daily, slot_holder=None, withdrawn=False) == ["03-02 18:00", "03-03 18:00"]
        assert dues(daily, slot_holder=late) == ["03-04 18:00", "03-05 18:00", "03-06 18:00"]

    def test_what_was_due_before_a_late_entry_is_owed_although_the_worker_stood_still(
        self, centre: Centre, now: Any
    ) -> None:
        place, hr = centre.positions["officer"], build.admin(centre.unit, APPOINT, PERSON_EDIT)
        Appointment.objects.filter(position=place).update(to_on=date(2026, 3, 1))
        daily = put(centre, "walk", EACH)
        now.move_to(at("2026-03-04T10:00"))
        late = build.person("陈新")
        organisation.appoint(actor=hr, person=late, position=place, from_on=date(2026, 3, 3))
        run(ahead_days=4)
        assert dues(daily, slot_holder=None) == ["03-02 18:00", "03-03 18:00"]
        assert dues(daily, slot_holder=late) == ["03-04 18:00", "03-05 18:00", "03-06 18:00"]
        duties.plan_anew(actor=SYSTEM)
        assert run(ahead_days=4) == 0
