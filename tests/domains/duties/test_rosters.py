"""Duties of the shift: due when the holder's own shift begins or ends, and following the roster (D26)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.domains.duties.cast import Centre
from tests.domains.duties.test_recurring import DAILY, SYSTEM, at, dues, put, run, states
from tests.domains.duties.test_triggers import put as put_triggered
from tests.kernel.calendars import build
from zhize.domains.duties import selectors
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Duty, Obligation
from zhize.domains.duties.services import library
from zhize.domains.duties.web.forms import EventForm
from zhize.kernel import history
from zhize.kernel.db import Invalid
from zhize.kernel.org.models import Shift

PER_SHIFT = {"every": "shift", "due": "shift_end"}


def roster(centre: Centre, name: str, *shifts: tuple[str, int]) -> list[Shift]:
    """Shifts of a person by their beginning and their hours."""
    return [
        Shift.objects.create(
            person=centre.people[name],
            unit=centre.unit,
            from_at=at(begin),
            to_at=at(begin) + timedelta(hours=hours),
        )
        for begin, hours in shifts
    ]


def week(centre: Centre, name: str, begin: str = "13:00") -> list[Shift]:
    """Evening shifts of eight hours from Monday 2 to Sunday 8 March, Wednesday off."""
    days = (2, 3, 5, 6, 7, 8)
    return roster(centre, name, *((f"2026-03-{day:02d}T{begin}", 8) for day in days))


def holders(duty: Duty) -> list[str]:
    rows = Obligation.objects.filter(duty=duty, ended_at=None).order_by("slot")
    return [row.holder.name if row.holder else "" for row in rows]


class TestOwnShift:
    @pytest.mark.req("DUT-04")
    def test_before_leaving_means_the_end_of_the_own_shift(self, centre: Centre) -> None:
        week(centre, "孙丽")
        evening = put(centre, "cash", {**DAILY, "before_minutes": 30})
        office = put(centre, "desk", DAILY, "supervisor")
        run(ahead_days=6)
        # Wednesday is her day off, Saturday and Sunday she works.
        assert dues(evening) == [f"03-{day:02d} 20:30" for day in (2, 3, 5, 6, 7, 8)]
        assert dues(office) == [f"03-{day:02d} 18:00" for day in (2, 3, 4, 5, 6)]

    def test_without_a_roster_the_office_day_counts_and_single_sign_ons_let_nobody_off(
        self, centre: Centre
    ) -> None:
        roster(centre, "孙丽", ("2026-03-02T13:00", 8))
        duty = put(centre, "cash", DAILY)
        run(ahead_days=3)
        assert dues(duty)[:1] == ["03-02 21:00"]
        # One shift is no roster: the other days are office days.
        assert {day[:5] for day in dues(duty)} == {"03-02", "03-03"}
        run(now=at("2026-03-06T09:00"), ahead_days=0)
        assert dues(duty) == ["03-02 21:00", "03-03 18:00", "03-04 18:00", "03-05 18:00", "03-06 18:00"]

    def test_a_roster_made_later_moves_what_has_not_begun(self, centre: Centre) -> None:
        duty = put(centre, "cash", DAILY)
        run(ahead_days=6)
        assert dues(duty) == [f"03-{day:02d} 18:00" for day in (2, 3, 4, 5, 6)]
        week(centre, "孙丽")
        run(ahead_days=6)
        # Monday had begun. Wednesday is withdrawn, the weekend comes in.
        assert dues(duty, ended_at=None) == [
            "03-02 18:00", "03-03 21:00", "03-05 21:00", "03-06 21:00", "03-07 21:00", "03-08 21:00",
        ]  # fmt: skip
        assert run(ahead_days=6) == 0
        Shift.objects.all().delete()
        week(centre, "孙丽", "14:00")
        roster(centre, "孙丽", ("2026-03-04T14:00", 8))
        run(ahead_days=6)
        # The day off is a day of work again, and owed again.
        assert dues(duty, ended_at=None) == [
            "03-02 18:00", *(f"03-{day:02d} 22:00" for day in (3, 4, 5, 6, 7, 8)),
        ]  # fmt: skip
        assert Obligation.objects.filter(duty=duty, withdrawn=False, state="cancelled").count() == 0

    def test_what_somebody_moved_stays_whatever_the_roster_says(self, centre: Centre) -> None:
        duty = put(centre, "cash", DAILY)
        run(ahead_days=6)
        friday = Obligation.objects.get(duty=duty, slot=at("2026-03-06T00:00"))
        duties.move_due(actor=SYSTEM, obligation=friday, due_at=at("2026-03-06T23:00"), reason="盘点")
        week(centre, "孙丽")
        run(ahead_days=6)
        assert "03-06 23:00" in dues(duty, ended_at=None)
        assert dues(duty, ended_at=None, slot=at("2026-03-06T00:00")) == ["03-06 23:00"]


class TestEveryShift:
    @pytest.mark.req("DUT-02")
    def test_each_shift_is_a_slot_of_who_is_on_it(self, centre: Centre) -> None:
        for day in (2, 3, 4):
            roster(centre, "李敏", (f"2026-03-{day:02d}T08:00", 8))
            roster(centre, "周敏", (f"2026-03-{day:02d}T16:00", 8))
        log = put(centre, "log", PER_SHIFT, "receptionist")
        run(ahead_days=2)
        assert dues(log) == ["03-02 16:00", "03-03 00:00", "03-03 16:00", "03-04 00:00", "03-04 16:00"]
        assert holders(log) == ["李敏", "周敏", "李敏", "周敏", "李敏"]
        assert run(ahead_days=2) == 0

    def test_two_shifts_of_one_person_a_day_are_two_slots(self, centre: Centre) -> None:
        roster(centre, "孙丽", ("2026-03-02T08:00", 4), ("2026-03-02T14:00", 4))
        log = put(centre, "log", PER_SHIFT)
        run(ahead_days=0)
        run(ahead_days=1)
        assert dues(log)[:2] == ["03-02 12:00", "03-02 18:00"]
        assert len(dues(log)) == 2 + len(dues(log, slot__gte=at("2026-03-03T00:00")))

    def test_a_swap_changes_who_owes_the_shift(self, centre: Centre) -> None:
        shifts = [
            *roster(centre, "李敏", *((f"2026-03-{day:02d}T08:00", 8) for day in (2, 3, 4, 5))),
            *roster(centre, "周敏", *((f"2026-03-{day:02d}T16:00", 8) for day in (2, 3, 4, 5))),
        ]
        log = put(centre, "log", PER_SHIFT, "receptionist")
        run(ahead_days=3)
        early, late = shifts[2], shifts[6]
        Shift.objects.filter(pk=early.pk).update(person=centre.people["周敏"])
        Shift.objects.filter(pk=late.pk).update(person=centre.people["李敏"])
        run(ahead_days=3)
        assert holders(log) == ["李敏", "周敏", "李敏", "周敏", "周敏", "李敏", "李敏"]
        assert len(dues(log, ended_at=None)) == 7

    def test_where_nobody_keeps_a_roster_the_office_day_is_the_shift(self, centre: Centre) -> None:
        log = put(centre, "log", PER_SHIFT)
        run(ahead_days=3)
        assert dues(log) == [f"03-{day:02d} 18:00" for day in (2, 3, 4)]
        assert holders(log) == ["孙丽"] * 3


class TestTargets:
    @pytest.mark.req("DUT-03")
    @pytest.mark.req("TRG-12")
    def test_a_cheque_of_the_evening_is_handed_over_by_the_end_of_the_own_shift(
        self, centre: Centre, now: Any
    ) -> None:
        week(centre, "孙丽")
        put_triggered(centre, "cheque", "officer", {"target": {"kind": "shift_end"}})
        now.move_to(at("2026-03-02T18:40"))
        matter = centre.matter()
        centre.happens("accepted", matter)
        row = Obligation.objects.get(duty__code="cheque")
        assert row.due_at == at("2026-03-02T21:00")
        told = [line.zh for line in selectors.explain(row)]
        assert "时限：当班结束前" in told
        assert "当班结束：2026-03-02 周一 21:00" in told

    @pytest.mark.req("DUT-03")
    @pytest.mark.req("TRG-15")
    def test_a_month_before_the_date_that_the_event_names(self, centre: Centre) -> None:
        by_hand = {
            "by_hand": {"zh": "合同将到期", "en": "a contract runs out"},
            "target": {"kind": "before", "months": 1},
        }
        duty = put_triggered(
            centre,
            "renewal",
            "officer",
            {**dict.fromkeys(("starts", "stops", "cancels")), **by_hand},
            evidence={"kind": "note"},
        )
        told = {"actor": centre.actor("王芳"), "duty": duty, "unit": centre.unit, "note": "3 号楼广告位"}
        with pytest.raises(Invalid) as refused:
            duties.report_event(**told)
        assert "named" in refused.value.errors
        (row,) = duties.report_event(**told, named=date(2026, 5, 31))
        # 31 May less a month is 30 April, a Thursday.
        assert row.due_at == at("2026-04-30T18:00")
        (late,) = duties.report_event(**told, named=date(2026, 3, 20))
        assert (late.due_at, late.is_late(at("2026-03-02T09:00"))) == (at("2026-02-14T18:00"), True)

    def test_minutes_before_a_moment_need_the_time_of_day(self, centre: Centre) -> None:
        by_hand = {
            "by_hand": {"zh": "有预订", "en": "a booking"},
            "target": {"kind": "before", "minutes": 30},
        }
        duty = put_triggered(
            centre,
            "room",
            "officer",
            {**dict.fromkeys(("starts", "stops", "cancels")), **by_hand},
            evidence={"kind": "note"},
        )
        told = {"actor": centre.actor("王芳"), "duty": duty, "unit": centre.unit, "note": "V8"}
        with pytest.raises(Invalid) as refused:
            duties.report_event(**told, named=date(2026, 3, 2))
        assert "named_time" in refused.value.errors
        (row,) = duties.report_event(**told, named=at("2026-03-02T20:00"))
        assert row.due_at == at("2026-03-02T19:30")

    def test_the_date_is_asked_only_of_the_event_that_has_one(self, centre: Centre) -> None:
        plain = {**dict.fromkeys(("starts", "stops", "cancels")), "by_hand": {"zh": "来电", "en": "a call"}}
        booked = {
            **plain,
            "by_hand": {"zh": "订会议室", "en": "a room is booked"},
            "target": {"kind": "before", "minutes": 30},
        }
        call, room = (
            put_triggered(centre, code, "officer", trigger, evidence={"kind": "note"})
            for code, trigger in (("call", plain), ("room", booked))
        )
        listed = Duty.objects.select_related("current")
        assert "named" not in EventForm(duties=listed.filter(pk=call.pk)).fields
        form = EventForm(duties=listed)
        for name in ("named", "named_time"):
            assert form.fields[name].widget.attrs["data-show-when"] == f"duty={room.pk}"
        # What was typed for the other event, before this one was chosen, does not count.
        typed = EventForm({"duty": call.pk, "note": "x", "named": "2026-03-05"}, duties=listed)
        assert typed.is_valid()
        assert typed.cleaned_data["named"] is None


def test_what_a_person_cancelled_stays_cancelled_under_a_new_version(centre: Centre, now: Any) -> None:
    duty = put(centre, "patrol", DAILY)
    run(ahead_days=4)
    friday = Obligation.objects.get(duty=duty, slot=at("2026-03-06T00:00"))
    duties.cancel(actor=SYSTEM, obligation=friday, reason="停业一天")
    library.change_duty(actor=SYSTEM, duty=duty, reason="加权", weight=5)
    history.deliver_all()
    run(ahead_days=4)
    found = dues(duty, ended_at=None, slot__lt=at("2026-03-10T00:00"))
    assert found == ["03-02 18:00", "03-03 18:00", "03-04 18:00", "03-05 18:00", "03-09 18:00"]
    assert states(duty)["cancelled"] == 1 + Obligation.objects.filter(duty=duty, withdrawn=True).count()


def test_a_closed_and_reopened_position_owes_its_days_again(centre: Centre, now: datetime) -> None:
    desk = build.position(build.unit(parent=centre.unit), "officer")
    build.appoint(centre.people["周涛"], desk)
    duty = put(centre, "patrol", DAILY)
    run(ahead_days=4)
    type(desk).objects.filter(pk=desk.pk).update(active=False)
    run(ahead_days=4)
    assert dues(duty, position=desk, ended_at=None) == ["03-02 18:00"]
    type(desk).objects.filter(pk=desk.pk).update(active=True)
    run(ahead_days=4)
    assert dues(duty, position=desk, ended_at=None) == [f"03-{day:02d} 18:00" for day in (2, 3, 4, 5, 6)]
