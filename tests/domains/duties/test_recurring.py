"""Recurring duties: slots made ahead, caught up, never twice, missed when their grace has passed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pydantic import ValidationError

from tests.domains.duties.cast import Centre, duty_spec
from tests.kernel.calendars import build
from tests.kit.cast import Cast
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import selectors
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Duty, Obligation
from zhize.domains.duties.pack import RecurringSpec
from zhize.domains.duties.selectors import occurrences
from zhize.domains.duties.services import library
from zhize.kernel import access, clocks, flow, history
from zhize.kernel.calendars import services as calendars
from zhize.kernel.calendars.official import Special
from zhize.kernel.clocks.models import Clock
from zhize.kernel.db import Invalid, Refused
from zhize.kernel.org.models import Appointment, Clause, Position
from zhize.kernel.packs import loader, problems

SYSTEM = access.system(caps.SCHEDULE)
DAILY = {"every": "day", "due": "shift_end"}
MONTHLY = {"every": "month", "due": "period_end"}


def at(text: str) -> datetime:
    """A moment on the wall of Shanghai."""
    return datetime.fromisoformat(f"{text}:00+08:00")


def put(centre: Centre, code: str, rule: dict[str, Any], position: str = "officer", **more: Any) -> Duty:
    spec = {**duty_spec(code, position), "recurring": rule, "evidence": {"kind": "note"}, "refs": [], **more}
    del spec["trigger"]
    return library.put(actor=SYSTEM, unit=centre.unit, spec=spec).duty


def dues(duty: Duty, **where: Any) -> list[str]:
    rows = Obligation.objects.filter(duty=duty, **where).order_by("slot")
    return [
        f"{row.due_at.astimezone(at('2026-03-02T00:00').tzinfo):%m-%d %H:%M}" for row in rows if row.due_at
    ]


def run(**more: Any) -> int:
    return duties.schedule(actor=SYSTEM, **more)


def states(duty: Duty) -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Obligation.objects.filter(duty=duty).values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


class TestSlots:
    @pytest.mark.req("DUT-02")
    def test_run_twice_there_are_no_doubles(self, centre: Centre) -> None:
        daily = put(centre, "patrol", DAILY)
        made = run()
        assert made == Obligation.objects.filter(duty=daily).count() > 20
        assert run() == 0
        # March 2026 has 22 working days, the first of them the 2nd, on which the duty began.
        march = Obligation.objects.filter(duty=daily, due_at__lt=at("2026-04-01T00:00"))
        assert march.count() == 22
        assert run(ahead_days=62) > 0
        assert march.count() == 22

    def test_a_slot_has_everything_that_its_version_says(self, centre: Centre, now: Any) -> None:
        spec = {"count": 5, "not_before": "15:30:00", **DAILY}
        duty = put(centre, "calls", spec, evidence={"kind": "count"}, acceptor="supervisor", weight=3)
        run()
        row = Obligation.objects.filter(duty=duty).earliest("slot")
        assert (row.slot, row.opened_at) == (at("2026-03-02T00:00"), at("2026-03-02T00:00"))
        assert (row.due_at, row.not_before_at) == (at("2026-03-02T18:00"), at("2026-03-02T15:30"))
        assert (row.holder, row.position) == (centre.people["孙丽"], centre.positions["officer"])
        assert (row.quota, row.weight, row.acceptor_position) == (5, 3, centre.positions["supervisor"])
        running = row.clock
        assert running is not None
        assert (running.due_at, running.subject_id, running.started_at) == (row.due_at, row.pk, row.opened_at)
        assert list(running.thresholds.values_list("code", flat=True)) == ["remind", "due", "next"]
        (entry,) = history.timeline(row)
        assert entry.verb == "duty.scheduled"
        assert str(entry.data["count"]) in entry.sentence()
        now.move_to(at("2026-03-02T18:00"))
        clocks.tick()
        history.deliver_all()
        assert {told.name for rung in row.escalations.all() for told in rung.told.all()} == {"孙丽", "王芳"}

    def test_what_several_people_hold_is_owed_by_the_position(self, centre: Centre) -> None:
        put(centre, "desk", DAILY, "receptionist")
        run()
        assert set(Obligation.objects.values_list("holder", "position")) == {
            (None, centre.positions["receptionist"].pk)
        }

    @pytest.mark.req("DUT-04")
    def test_make_up_workdays_are_worked_and_holidays_are_not(self, centre: Centre) -> None:
        daily, friday = put(centre, "patrol", DAILY), put(centre, "weekly", {"every": "week", "due": "by", "weekdays": ["fri"]})  # fmt: skip
        run(now=at("2026-09-20T09:00"), ahead_days=25)
        found = dues(daily, due_at__gte=at("2026-09-30T00:00"), due_at__lt=at("2026-10-13T00:00"))
        assert found == ["09-30 18:00", "10-08 18:00", "10-09 18:00", "10-10 18:00", "10-12 18:00"]
        assert dues(friday, due_at__gte=at("2026-09-28T00:00"))[0] == "09-30 18:00"

    def test_two_occurrences_stay_two(self, centre: Centre) -> None:
        twice = put(centre, "rounds", {"every": "week", "due": "by", "weekdays": ["mon", "thu"]})
        morning = put(centre, "am", {**DAILY, "at": "11:00:00"})
        evening = put(centre, "pm", {**DAILY, "at": "16:00:00"})
        for _again in range(2):
            run(ahead_days=7)
        assert dues(twice)[:3] == ["03-02 18:00", "03-05 18:00", "03-09 18:00"]
        assert dues(morning)[0] == "03-02 11:00"
        assert dues(evening)[0] == "03-02 16:00"

    def test_nothing_is_owed_from_before_the_duty_began(self, centre: Centre, now: Any) -> None:
        now.move_to(at("2026-03-10T17:00"))
        monthly, fifth = put(centre, "report", MONTHLY), put(centre, "fifth", {"every": "month", "due": "by", "month_days": [5]})  # fmt: skip
        run()
        assert dues(monthly)[0] == "03-31 18:00"
        assert dues(fifth)[0] == "04-03 18:00"

    @pytest.mark.req("DUT-02")
    def test_a_position_owes_from_its_first_appointment_on_and_goes_on_without_a_holder(
        self, centre: Centre, now: Any
    ) -> None:
        daily = put(centre, "patrol", DAILY)
        desk = build.position(build.unit(parent=centre.unit), "officer")
        run()
        assert dues(daily, position=desk) == []
        held = build.appoint(centre.people["周涛"], desk)
        held.from_on = date(2026, 4, 20)
        held.save()
        run()
        assert dues(daily, position=desk) == []
        now.move_to(at("2026-04-08T09:00"))
        run()
        assert dues(daily, position=desk)[0] == "04-20 18:00"
        held.to_on = date(2026, 4, 21)
        held.save()
        now.move_to(at("2026-04-23T09:00"))
        run()
        assert dues(daily, position=desk, holder=None)[0] == "04-24 18:00"

    def test_a_position_made_later_owes_from_then_on(self, centre: Centre, now: Any) -> None:
        daily = put(centre, "patrol", DAILY)
        run()
        now.move_to(at("2026-03-20T09:00"))
        below = build.unit(parent=centre.unit)
        desk = build.position(below, "officer")
        build.appoint(centre.people["周涛"], desk)
        history.record(actor=SYSTEM, verb="duty.added", subject=desk, unit=below, data={"title": "x"})
        run()
        assert dues(daily, position=desk)[0] == "03-20 18:00"

    def test_what_has_not_begun_follows_the_position_to_its_new_holder(
        self, centre: Centre, now: Any
    ) -> None:
        duty = put(centre, "patrol", DAILY)
        run(ahead_days=7)
        given = Obligation.objects.filter(duty=duty).latest("slot")
        duties.reassign(actor=SYSTEM, obligation=given, to=centre.people["周涛"], reason="代班")
        now.move_to(at("2026-03-03T09:00"))
        Appointment.objects.filter(person=centre.people["孙丽"]).update(to_on=at("2026-03-04T00:00").date())
        appointment = build.appoint(build.person("吴敏"), centre.positions["officer"])
        Appointment.objects.filter(pk=appointment.pk).update(from_on=at("2026-03-05T00:00").date())
        run(ahead_days=6)
        names = [str(row.holder) for row in Obligation.objects.filter(duty=duty).order_by("slot")]
        assert names == ["孙丽", "孙丽", "孙丽", "吴敏", "吴敏", "周涛"]
        (entry,) = history.timeline(duty).filter(verb="duty.followed")
        assert entry.data["count"] == 2

    def test_only_who_keeps_the_library_may(self, centre: Centre) -> None:
        with pytest.raises(Refused):
            duties.schedule(actor=centre.actor("李敏"))

    def test_one_unreadable_rule_does_not_stop_the_others(self, centre: Centre) -> None:
        put(centre, "broken", {"every": "moon", "due": "by"})
        daily = put(centre, "patrol", DAILY)
        assert run() == len(dues(daily)) > 0
        with pytest.raises(Invalid):
            library.change_duty(actor=SYSTEM, duty=daily, reason="试", rule={"every": "moon", "due": "by"})

    def test_from_the_command_line(self, centre: Centre, capsys: Any) -> None:
        daily = put(centre, "patrol", DAILY)
        call_command("duties", "schedule", "--until", "2026-03-04")
        assert capsys.readouterr().out == "3 obligations made\n"
        assert len(dues(daily)) == 3

    def test_a_year_of_many_positions_takes_a_fixed_number_of_statements(self, centre: Centre) -> None:
        put(centre, "patrol", DAILY)

        def counted() -> tuple[int, int]:
            with CaptureQueriesContext(connection) as caught:
                made = run(ahead_days=90)
            return made, len(caught)

        few = counted()
        for _number in range(8):
            build.appoint(centre.people["周涛"], build.position(build.unit(parent=centre.unit), "officer"))
        many = counted()
        assert many[0] == 8 * few[0]
        # Each unit's calendar version is asked once; the rest does not grow with positions and slots.
        assert many[1] <= few[1] + 8 + 2


class TestStoppedWorker:
    @pytest.mark.req("DUT-02")
    def test_ten_days_later_every_slot_is_there_and_the_missed_are_missed(
        self, centre: Centre, now: Any
    ) -> None:
        daily = put(centre, "patrol", DAILY)
        run(ahead_days=1)
        now.move_to(at("2026-03-16T09:00"))
        run(ahead_days=1)
        duties.miss_due(actor=SYSTEM)
        duties.miss_due(actor=SYSTEM)
        # 2 to 12 March have passed with their grace, Friday 13 may be made good until Monday evening; then comes
        # what is planned: Monday and Tuesday.
        assert states(daily) == {"missed": 9, "open": 3}
        days = dues(daily)
        assert len(days) == len(set(days)) == 12

    def test_a_change_while_it_stood_still_leaves_no_gap(self, centre: Centre, now: Any) -> None:
        weekly = put(centre, "report", {"every": "week", "due": "by", "weekdays": ["fri"]})
        now.move_to(at("2026-03-11T09:00"))
        library.change_duty(actor=SYSTEM, duty=weekly, reason="改期", rule={"every": "week", "due": "by", "weekdays": ["thu"]})  # fmt: skip
        now.move_to(at("2026-03-23T09:00"))
        run(ahead_days=1)
        found = [(row.duty_version.number, f"{row.due_at:%m-%d}") for row in Obligation.objects.order_by("slot") if row.duty_version]  # fmt: skip
        # The week in which it was changed had begun: it is owed once, by the day it began with.
        assert found == [(1, "03-06"), (1, "03-13"), (2, "03-19"), (2, "03-26")]

    def test_the_preview_shows_the_week_that_has_begun_as_it_stands(self, centre: Centre, now: Any) -> None:
        weekly = put(centre, "report", {"every": "week", "due": "by", "weekdays": ["fri"]})
        run()
        now.move_to(at("2026-03-11T09:00"))
        after = {"every": "week", "due": "by", "weekdays": ["thu"]}
        assert weekly.current is not None
        ((_places, old, new),) = occurrences.compared(weekly, weekly.current.rule, after)
        assert [f"{each.due_at:%m-%d}" for each in old.occurrences[:2]] == ["03-13", "03-20"]
        assert [f"{each.due_at:%m-%d}" for each in new.occurrences[:2]] == ["03-13", "03-19"]

    @pytest.mark.req("DUT-10")
    def test_todays_begun_slot_keeps_its_time_in_the_preview_and_after_saving(
        self, centre: Centre, now: Any
    ) -> None:
        daily = put(centre, "patrol", DAILY)
        now.move_to(at("2026-03-11T09:00"))
        run()
        after = {"every": "day", "due": "shift_end", "before_minutes": 30}
        assert daily.current is not None

        def next_two(rule: Any) -> list[str]:
            (group,) = occurrences.groups(daily, rule, count=2)
            return [f"{each.due_at:%m-%d %H:%M}" for each in group.occurrences]

        was, will = next_two(daily.current.rule), next_two(after)
        assert was[0] == will[0] and was[1] != will[1]
        library.change_duty(actor=SYSTEM, duty=daily, reason="提前", rule=after)
        run()
        assert next_two(after) == will == dues(daily, withdrawn=False, due_at__gt=at("2026-03-11T09:00"))[:2]


class TestMissed:
    def test_grace_ends_with_the_next_working_day(self, centre: Centre, now: Any) -> None:
        now.move_to(at("2026-03-06T08:00"))
        daily = put(centre, "patrol", DAILY)
        run(ahead_days=1)
        row = Obligation.objects.filter(duty=daily).earliest("slot")
        now.move_to(at("2026-03-09T17:59"))
        assert duties.miss_due(actor=SYSTEM) == 0
        now.move_to(at("2026-03-09T18:00"))
        assert duties.miss_due(actor=SYSTEM) == 1
        row.refresh_from_db()
        assert (row.state, row.late, Clock.objects.get(pk=row.clock_id).outcome) == (
            "missed",
            None,
            "cancelled",
        )
        assert history.timeline(row).filter(verb="obligation.missed").exists()

    def test_done_within_the_grace_is_late_and_not_missed(self, centre: Centre, now: Any) -> None:
        daily = put(centre, "patrol", DAILY)
        run(ahead_days=1)
        row = Obligation.objects.filter(duty=daily).earliest("slot")
        now.move_to(at("2026-03-03T10:00"))
        duties.hand_in(actor=centre.actor("孙丽"), obligation=row, note="补巡")
        now.move_to(at("2026-03-03T18:00"))
        duties.miss_due(actor=SYSTEM)
        row.refresh_from_db()
        assert (row.state, row.late) == ("done", True)

    @pytest.mark.req("DUT-08")
    def test_a_count_duty_shows_its_progress_and_is_not_missed_before_its_period_ends(
        self, centre: Centre, now: Any
    ) -> None:
        rule = {"every": "month", "due": "by", "month_days": [10], "count": 10}
        duty = put(centre, "visits", rule, evidence={"kind": "count"})
        run()
        row = Obligation.objects.filter(duty=duty).earliest("slot")
        duties.hand_in(actor=centre.actor("孙丽"), obligation=row, count=4)
        day = selectors.my_day(centre.actor("孙丽"))
        (item,) = [item for block in day.blocks for item in block.items]
        assert (item.obligation.progress, item.obligation.quota, item.block) == (4, 10, "month")
        now.move_to(at("2026-03-31T20:00"))
        assert duties.miss_due(actor=SYSTEM) == 0
        now.move_to(at("2026-04-01T18:00"))
        assert duties.miss_due(actor=SYSTEM) == 1

    @pytest.mark.req("DUT-16")
    def test_a_standing_sentence_owes_nothing_and_is_never_late(self, centre: Centre, now: Any) -> None:
        Clause.objects.create(
            position=centre.positions["officer"], code="s1", order=1, text="着装整洁", standing=True
        )
        now.move_to(at("2026-05-04T09:00"))
        assert (run(), duties.miss_due(actor=SYSTEM)) == (0, 0)
        (row,) = selectors.clause_coverage(centre.actor("王芳"), centre.positions["officer"])
        assert (row.state, row.duties) == ("standing", ())

    def test_what_has_not_begun_cannot_be_done(self, centre: Centre, now: Any) -> None:
        duty = put(centre, "patrol", DAILY, evidence={"kind": "count"})
        run()
        row = Obligation.objects.filter(duty=duty).latest("slot")
        with pytest.raises(flow.NotNow):
            duties.hand_in(actor=centre.actor("孙丽"), obligation=row, count=1)


class TestChanges:
    @pytest.mark.req("DUT-10")
    def test_monthly_to_quarterly_alters_only_what_has_not_begun(self, centre: Centre, now: Any) -> None:
        duty = put(centre, "report", {**MONTHLY, "assumed": True})  # 定期
        run(ahead_days=62)
        assert dues(duty) == ["03-31 18:00", "04-30 18:00", "05-29 18:00"]
        march = Obligation.objects.filter(duty=duty).earliest("slot")
        now.move_to(at("2026-03-20T09:00"))
        library.change_duty(
            actor=SYSTEM, duty=duty, reason="改为每季", rule={"every": "quarter", "due": "period_end"}
        )
        history.deliver_all()
        run(ahead_days=62)
        march.refresh_from_db()
        assert (march.state, march.duty_version_id == march.duty.versions.get(number=1).pk if march.duty else None) == ("open", True)  # fmt: skip
        # March's last day is owed already and not owed twice; the next one is that of the second quarter.
        assert dues(duty, ended_at=None) == ["03-31 18:00", "06-30 18:00"]
        assert states(duty) == {"open": 2, "cancelled": 2}

    @pytest.mark.req("DUT-10")
    def test_the_same_days_under_a_new_version_are_owed_once(self, centre: Centre, now: Any) -> None:
        duty = put(centre, "patrol", DAILY)
        run(ahead_days=7)
        before = dues(duty)
        now.move_to(at("2026-03-04T09:00"))
        library.change_duty(actor=SYSTEM, duty=duty, reason="加权", weight=5)
        run(ahead_days=5)
        assert dues(duty, ended_at=None) == before
        weights = Obligation.objects.filter(duty=duty, ended_at=None).order_by("slot")
        assert set(weights.values_list("weight", flat=True)[:3]) == {1}
        assert set(weights.values_list("weight", flat=True)[3:]) == {5}

    def test_a_moved_due_date_stays_moved(self, centre: Centre, now: Any) -> None:
        duty = put(centre, "report", MONTHLY)
        run(ahead_days=62)
        april = Obligation.objects.filter(duty=duty).order_by("slot")[1]
        duties.move_due(actor=SYSTEM, obligation=april, due_at=at("2026-05-08T12:00"), reason="节后")
        library.change_duty(actor=SYSTEM, duty=duty, reason="加权", weight=5)
        run(ahead_days=62)
        april.refresh_from_db()
        assert (april.state, april.due_at) == ("open", at("2026-05-08T12:00"))
        assert dues(duty, ended_at=None) == ["03-31 18:00", "05-08 12:00", "05-29 18:00"]

    def test_an_ended_duty_is_owed_no_more_and_its_pause_neither(self, centre: Centre, now: Any) -> None:
        duty = put(centre, "patrol", DAILY)
        run(ahead_days=7)
        now.move_to(at("2026-03-04T09:00"))
        duties.end_duty(actor=SYSTEM, duty=duty, reason="取消")
        history.deliver_all()
        assert dues(duty, ended_at=None) == ["03-02 18:00", "03-03 18:00", "03-04 18:00"]
        now.move_to(at("2026-03-20T09:00"))
        put(centre, "patrol", DAILY)
        run(ahead_days=3)
        assert dues(duty, ended_at=None, slot__gte=at("2026-03-05T00:00")) == ["03-20 18:00", "03-23 18:00"]

    def test_published_holidays_move_what_was_provisional(self, centre: Centre, now: Any) -> None:
        now.move_to(at("2030-12-20T09:00"))
        monthly = put(centre, "fourth", {"every": "month", "due": "by", "month_days": [3]})
        moved = put(centre, "second", {"every": "month", "due": "on", "month_days": [2]})
        daily = put(centre, "patrol", DAILY)
        run()
        rows = Obligation.objects.filter(duty=moved, provisional=True)
        assert dues(moved, provisional=True) == ["01-02 18:00"]
        row = rows.get()
        # Thursday 2 and Friday 3 January 2031 off, Saturday 4 worked.
        days = {2031: [Special(at("2031-01-02T00:00").date(), "holiday"), Special(at("2031-01-03T00:00").date(), "holiday"), Special(at("2031-01-04T00:00").date(), "workday")]}  # fmt: skip
        calendars.load_official(actor=access.system("calendars.refresh"), days=days, source="test")
        run()
        row.refresh_from_db()
        assert row.withdrawn
        again = Obligation.objects.get(duty=moved, slot=row.slot, withdrawn=False)
        assert (again.due_at, again.provisional) == (at("2031-01-04T18:00"), False)
        assert dues(monthly, ended_at=None)[0] == "01-01 18:00"
        found = dues(
            daily, ended_at=None, due_at__gte=at("2031-01-01T00:00"), due_at__lt=at("2031-01-07T00:00")
        )
        assert found == ["01-01 18:00", "01-04 18:00", "01-06 18:00"]


class TestDay:
    @pytest.mark.req("DUT-14")
    def test_recurring_duties_stand_in_the_blocks_of_their_time(self, centre: Centre, now: Any) -> None:
        put(centre, "morning", {**DAILY, "at": "10:00:00"})
        put(centre, "evening", DAILY)
        put(centre, "friday", {"every": "week", "due": "by", "weekdays": ["fri"]})
        put(centre, "month", MONTHLY)
        put(centre, "quarter", {"every": "half_year", "due": "period_end"})
        put(centre, "tomorrow", {"every": "week", "due": "on", "weekdays": ["tue"]})
        run()
        day = selectors.my_day(centre.actor("孙丽"))
        listed = {
            block.code: [item.obligation.duty.code for item in block.items if item.obligation.duty]
            for block in day.blocks
        }
        assert listed == {
            "overdue": [],
            "now": ["morning"],
            "today": ["evening"],
            "week": ["tomorrow", "friday"],
            "month": ["month"],
            "later": ["quarter"],
            "waiting": [],
        }
        # Also what is planned for the days ahead is owed this month.
        assert (day.month.owed, day.month.ahead, day.month.rate) == (54, 54, None)
        now.move_to(at("2026-03-02T10:30"))
        assert selectors.my_day(centre.actor("孙丽")).month.rate == 0


class TestChain:
    def test_the_next_step_is_owed_when_the_one_before_is_done(self, centre: Centre, now: Any) -> None:
        first = put(centre, "collect", {"every": "month", "due": "by", "month_days": [5]})
        spec = {
            **duty_spec("file", "officer"),
            "chain": {"after": "collect", "target": {"kind": "by", "days": 7}},
        }
        del spec["trigger"]
        second = library.put(actor=SYSTEM, unit=centre.unit, spec=spec).duty
        run()
        row = Obligation.objects.filter(duty=first).earliest("slot")
        assert not Obligation.objects.filter(duty=second).exists()
        now.move_to(at("2026-03-06T10:00"))
        duties.hand_in(actor=centre.actor("孙丽"), obligation=row, note="已收齐")
        # A day late with the first, a day late with what follows: the week runs from the collecting.
        assert dues(second) == ["03-13 18:00"]


@pytest.mark.req("DUT-01")
def test_every_recurring_duty_of_the_shipped_pack_gets_its_slots(cast: Cast) -> None:
    recurring = Duty.objects.filter(kind="recurring")
    recurring.update(owed_from=datetime(2027, 2, 28, tzinfo=UTC))
    for place in Position.objects.filter(appointments__isnull=True):
        build.appoint(cast.people["liuqiang"], place)
    assert recurring.count() > 30
    run(now=at("2027-03-01T09:00"), ahead_days=366)
    without = [duty.code for duty in recurring if not duty.obligations.exists()]
    assert without == []
    march = Obligation.objects.filter(kind="recurring", due_at__lt=at("2027-04-01T00:00")).count()
    assert run(now=at("2027-03-01T09:00"), ahead_days=366) == 0
    assert Obligation.objects.filter(kind="recurring", due_at__lt=at("2027-04-01T00:00")).count() == march


@pytest.mark.parametrize(
    ("rule", "step", "said"),
    [
        ({"every": "day", "due": "by", "month_days": [5]}, ("month_days",), "month_days 只用于月"),
        ({"every": "month", "due": "by", "month_days": [0]}, ("month_days",), "1 到 31"),
        ({"every": "month", "due": "by", "month_days": [40]}, ("month_days", 0), "“month_days”超出范围"),
        ({"every": "month", "due": "by", "offset_days": 2}, ("due",), "by 和 on 要写明"),
    ],
)
def test_a_mistake_in_a_rule_stands_at_its_own_field(
    rule: dict[str, Any], step: tuple[Any, ...], said: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        loader.validate(RecurringSpec, rule)
    error = refused.value.errors()[0]
    assert problems.place_of(error) == step
    assert said in problems.in_words(error)
