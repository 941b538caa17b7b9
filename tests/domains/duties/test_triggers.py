"""Triggered duties: a fact opens an obligation with its own clock, another fact ends it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.domains.duties import cast
from tests.domains.duties.cast import MONDAY_9, duty_spec
from tests.kernel.calendars import build
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Duty, Obligation
from zhize.domains.duties.services import library
from zhize.kernel import access, history
from zhize.kernel.db import Invalid, Refused
from zhize.kernel.org.models import Appointment, Shift
from zhize.lib.text import Text

SYSTEM = access.system(caps.TRIGGER)


def put(centre, code="court", position="ambassador", trigger=None, **more) -> Duty:
    return library.put(actor=SYSTEM, unit=centre.unit, spec=duty_spec(code, position, trigger, **more)).duty


def owed(matter):
    return list(Obligation.objects.filter(subject_type="org.unit", subject_id=matter.pk).order_by("pk"))


class TestBeginAndEnd:
    @pytest.mark.req("TRG-04", "CAS-07", "DUT-03")
    def test_a_matter_in_a_court_is_owed_by_its_ambassador_around_the_clock(self, centre, now):
        put(centre)
        now.move_to(datetime.fromisoformat("2026-03-07T20:00:00+08:00"))  # Saturday
        matter = centre.matter(area=cast.court(centre, "A", "陈静"))
        centre.happens("accepted", matter)
        (row,) = owed(matter)
        assert row.holder == centre.people["陈静"]
        assert row.due_at == datetime.fromisoformat("2026-03-08T20:00:00+08:00")
        assert row.reference == "TRG-04"
        assert str(row) == "答复court"

    def test_the_answer_ends_it_and_is_its_evidence(self, centre, now):
        put(centre)
        matter = centre.matter(area=cast.court(centre, "A", "陈静"))
        centre.happens("accepted", matter)
        now.move_to(MONDAY_9 + timedelta(hours=5))
        entry = centre.happens("answered", matter, by="陈静")
        (row,) = owed(matter)
        assert (row.state, row.late, row.done_by) == ("done", False, centre.people["陈静"])
        proof = row.evidence.get()
        assert (proof.kind, proof.entry_id) == ("fact", entry.pk)
        assert "陈静办结" in history.timeline(matter).filter(verb="obligation.done").get().sentence()

    @pytest.mark.req("DUT-06")
    def test_what_was_handed_in_stays_with_its_receiver_and_hinders_no_fact(self, centre):
        """The receiver has the word; the matter it is about is answered all the same."""
        put(centre, evidence={"kind": "note"}, acceptor="lead")
        matter = centre.matter(area=cast.court(centre, "A", "陈静"))
        centre.happens("accepted", matter)
        (row,) = owed(matter)
        duties.fulfil(actor=centre.actor("陈静"), obligation=row, note="已上门")
        centre.happens("answered", matter, by="陈静")
        assert [row.state for row in owed(matter)] == ["submitted"]
        centre.happens("withdrawn", matter)
        assert [row.state for row in owed(matter)] == ["cancelled"]

    def test_withdrawn_cancels_it(self, centre):
        put(centre)
        matter = centre.matter()
        centre.happens("accepted", matter)
        centre.happens("withdrawn", matter, by="孙丽")
        assert [row.state for row in owed(matter)] == ["cancelled"]

    def test_the_same_duty_is_not_owed_twice_at_once(self, centre):
        put(centre)
        matter = centre.matter()
        centre.happens("accepted", matter)
        centre.happens("accepted", matter)
        assert len(owed(matter)) == 1
        centre.happens("answered", matter)
        centre.happens("accepted", matter)
        assert [row.state for row in owed(matter)] == ["done", "open"]

    def test_another_units_duties_do_not_begin(self, centre):
        put(centre)
        stranger = build.unit("elsewhere")
        centre.matters[stranger.pk] = {}
        centre.happens("accepted", stranger)
        assert owed(stranger) == []

    def test_an_ended_duty_begins_no_more(self, centre):
        duty = put(centre)
        duties.end_duty(actor=SYSTEM, duty=duty, reason="不再设")
        matter = centre.matter()
        centre.happens("accepted", matter)
        assert owed(matter) == []

    def test_a_fact_that_stands_beside_the_subject_counts_too(self, centre):
        put(centre)
        matter, sheet = centre.matter(), build.person("某表")
        history.record(actor=SYSTEM, verb="matter.accepted", subject=sheet, unit=centre.unit, also=[matter])
        assert len(owed(matter)) == 1
        history.record(actor=SYSTEM, verb="matter.answered", subject=sheet, unit=centre.unit, also=[matter])
        assert owed(matter)[0].state == "done"

    def test_a_condition_decides(self, centre):
        put(centre, trigger={"when": {"field": "severity", "op": "is", "value": "major"}})
        small, big = centre.matter(severity="normal"), centre.matter(severity="major")
        centre.happens("accepted", small)
        centre.happens("accepted", big)
        assert (len(owed(small)), len(owed(big))) == (0, 1)

    def test_a_verb_that_no_duty_names_costs_one_query(self, centre):
        put(centre)
        matter, actor = centre.matter(), centre.actor("陈静")
        with CaptureQueriesContext(connection) as asked:
            history.record(actor=actor, verb="matter.heard", subject=matter)
        assert sum('"duties_' in query["sql"] for query in asked) == 1


class TestWhoOwes:
    def test_the_only_one_of_the_position_by_name_several_together(self, centre):
        put(centre, "officer", "officer")
        put(centre, "desk", "receptionist")
        matter = centre.matter()
        centre.happens("accepted", matter)
        rows = {row.duty.code: row for row in owed(matter)}
        assert rows["officer"].holder == centre.people["孙丽"]
        assert (rows["desk"].holder, rows["desk"].position) == (None, centre.positions["receptionist"])

    def test_the_owner_and_it_follows_him(self, centre):
        put(centre, "owner", "ambassador", {"holder": "owner"})
        matter = centre.matter(owner="陈静")
        centre.happens("accepted", matter)
        assert owed(matter)[0].holder == centre.people["陈静"]
        centre.matters[matter.pk]["owner"] = "赵云"
        centre.happens("assigned", matter, by="王芳")
        (row,) = owed(matter)
        assert (row.holder, row.due_at) == (centre.people["赵云"], MONDAY_9 + timedelta(days=1))
        assert "王芳" in history.timeline(row).filter(verb="obligation.reassigned").get().sentence()

    def test_passed_on_the_clock_runs_on_whatever_the_new_owners_position(self, centre, now):
        """An ambassador's matter given to the officer is not owed a second time with a fresh limit."""
        answer = {"holder": "owner", "starts": ["matter.assigned"], "target": None, "deadline": "answer"}
        put(centre, "b_ambassador", "ambassador", {**answer, "only_positions": ["ambassador"]})
        put(centre, "a_others", "officer", {**answer, "except_positions": ["ambassador"]})
        matter = centre.matter(owner="陈静")
        centre.happens("assigned", matter)
        now.move_to(MONDAY_9 + timedelta(hours=3))
        centre.matters[matter.pk]["owner"] = "孙丽"
        centre.happens("assigned", matter, by="王芳")
        (row,) = owed(matter)
        assert (row.duty.code, row.holder, row.due_at) == (
            "b_ambassador", centre.people["孙丽"], MONDAY_9 + timedelta(days=1),
        )  # fmt: skip

    def test_the_duty_of_the_owners_own_position_goes_before_the_general_one(self, centre):
        answer = {"holder": "owner", "target": None, "deadline": "answer"}
        put(centre, "a_general", "officer", {**answer, "except_positions": ["ambassador"]})
        put(centre, "b_supervisor", "supervisor", {**answer, "only_positions": ["supervisor"]})
        matter = centre.matter(owner="王芳")
        centre.happens("accepted", matter)
        assert [row.duty.code for row in owed(matter)] == ["b_supervisor"]

    def test_whoever_did_it(self, centre):
        put(centre, "actor", "receptionist", {"holder": "actor"})
        matter = centre.matter()
        centre.happens("accepted", matter, by="李敏")
        assert owed(matter)[0].holder == centre.people["李敏"]

    def test_the_head_of_the_unit(self, centre):
        put(centre, "head", "manager", {"holder": "unit_head"})
        matter = centre.matter()
        centre.happens("accepted", matter)
        assert owed(matter)[0].holder == centre.people["刘强"]

    def test_only_when_the_owner_holds_a_position(self, centre):
        put(centre, "only", "ambassador", {"holder": "owner", "only_positions": ["ambassador"]})
        put(centre, "except", "officer", {"holder": "owner", "except_positions": ["ambassador"]})
        ambassadors, officers = centre.matter(owner="陈静"), centre.matter(owner="孙丽")
        centre.happens("accepted", ambassadors)
        centre.happens("accepted", officers)
        assert [row.duty.code for row in owed(ambassadors)] == ["only"]
        assert [row.duty.code for row in owed(officers)] == ["except"]

    @pytest.mark.req("TRG-25")
    def test_a_fire_is_owed_by_everybody_on_shift_and_each_ends_his_own(self, centre):
        trigger = {
            "starts": ["matter.alarm"],
            "stops": ["matter.heard", "matter.over"],
            "holder": "on_shift",
            "target": {"kind": "elapsed", "minutes": 5},
        }
        for code in ("receptionist", "ambassador", "officer"):
            put(centre, f"fire_{code}", code, {**trigger, "only_positions": [code]})
        for name in ("李敏", "陈静"):
            Shift.objects.create(
                person=centre.people[name], unit=centre.unit, from_at=MONDAY_9 - timedelta(hours=1)
            )
        fire = centre.matter()
        centre.happens("alarm", fire, by="李敏")
        assert {row.holder.name for row in owed(fire)} == {"李敏", "陈静"}
        centre.happens("heard", fire, by="陈静")
        states = {row.holder.name: row.state for row in owed(fire)}
        assert states == {"李敏": "open", "陈静": "done"}
        centre.happens("over", fire, by="王芳")
        assert {row.state for row in owed(fire)} == {"done"}


class TestPolicy:
    @pytest.mark.req("CAS-46")
    def test_a_policy_changed_today_moves_no_due_time_of_yesterday(self, centre, now):
        duty = put(centre)
        yesterday = centre.matter()
        centre.happens("accepted", yesterday)
        now.move_to(MONDAY_9 + timedelta(hours=20))
        shorter = {**duty.current.rule, "target": {"kind": "elapsed", "minutes": 240}}
        duties.change_duty(actor=SYSTEM, duty=duty, reason="改为四小时", rule=shorter)
        (row,) = owed(yesterday)
        row.clock.refresh_from_db()
        assert row.due_at == row.clock.due_at == MONDAY_9 + timedelta(hours=24)
        assert row.duty_version.number == 1
        today = centre.matter()
        centre.happens("accepted", today)
        assert owed(today)[0].due_at == MONDAY_9 + timedelta(hours=24)
        assert owed(today)[0].duty_version.number == 2
        assert "改为四小时" in history.timeline(duty).first().sentence()
        verbs = history.timeline(yesterday).values_list("verb", flat=True)
        assert {"obligation.opened", "clock.started"} <= set(verbs)

    def test_the_subjects_policy_table_gives_the_time(self, centre):
        put(centre, trigger={"target": None, "deadline": "reply"})
        fast, slow = centre.matter(hours=2), centre.matter()
        centre.happens("accepted", fast)
        centre.happens("accepted", slow)
        assert owed(fast)[0].due_at == MONDAY_9 + timedelta(hours=2)
        assert owed(slow)[0].due_at == MONDAY_9 + timedelta(hours=24)
        centre.matters[slow.pk]["hours"] = 1
        assert Obligation.objects.get(pk=owed(slow)[0].pk).target == {"kind": "elapsed", "minutes": 1440}

    def test_the_answer_is_judged_by_the_version_it_was_opened_under(self, centre):
        duty = put(centre)
        matter = centre.matter()
        centre.happens("accepted", matter)
        stops = {"stops": ["matter.over"]}
        with pytest.raises(Invalid):  # what the product watches is the pack's to say
            duties.change_duty(actor=SYSTEM, duty=duty, reason="x", rule={**duty.current.rule, **stops})
        assert put(centre, trigger=stops).current.number == 2
        centre.happens("answered", matter)
        assert owed(matter)[0].state == "done"


class TestByHandAndChain:
    def test_an_event_the_product_does_not_see_is_reported(self, centre):
        rule = {
            "starts": None,
            "stops": None,
            "cancels": None,
            "by_hand": {"zh": "收到支票", "en": "cheque received"},
        }
        duty = put(centre, "cheque", "officer", rule, evidence={"kind": "note"})
        (row,) = duties.report_event(
            actor=centre.actor("王芳"), duty=duty, unit=centre.unit, note="建行支票 1 张"
        )
        assert (row.holder, row.detail) == (centre.people["孙丽"], "建行支票 1 张")
        with pytest.raises(Refused):
            duties.report_event(actor=centre.actor("李敏"), duty=duty, unit=centre.unit, note="x")
        with pytest.raises(Invalid):
            duties.report_event(actor=centre.actor("王芳"), duty=put(centre), unit=centre.unit, note="x")

    def test_what_is_reported_elsewhere_is_owed_in_the_unit_of_the_position(self, centre):
        engineers = build.unit("engineering", parent=centre.unit)
        fitter = build.position(engineers, "fitter")
        build.appoint(build.person("钱进"), fitter)
        rule = {
            **dict.fromkeys(("starts", "stops", "cancels")),
            "by_hand": {"zh": "水管爆了", "en": "a pipe burst"},
        }
        duty = put(centre, "burst", "fitter", rule, evidence={"kind": "note"})
        (row,) = duties.report_event(actor=centre.actor("王芳"), duty=duty, unit=centre.unit, note="3 号楼")
        assert (row.position, row.unit, str(row.holder)) == (fitter, engineers, "钱进")

    def test_a_chained_duty_begins_when_the_one_before_is_done(self, centre):
        put(centre, "collect", "officer", evidence={"kind": "fact"})
        chained = duty_spec("check", "officer")
        del chained["trigger"]
        chained["chain"] = {"after": "collect", "target": {"kind": "days", "days": 7}}
        library.put(actor=SYSTEM, unit=centre.unit, spec=chained)
        matter = centre.matter()
        centre.happens("accepted", matter)
        assert not Obligation.objects.filter(duty__code="check").exists()
        centre.happens("answered", matter)
        check = Obligation.objects.get(duty__code="check")
        assert (check.holder, check.state) == (centre.people["孙丽"], "open")
        assert check.due_at == MONDAY_9 + timedelta(days=7, hours=9)


class TestOpenedByItsDomain:
    @pytest.mark.req("TRG-30")
    def test_the_obligation_carries_the_duty_that_says_so(self, centre):
        rule = {"starts": None, "stops": None, "cancels": None, "target": None}
        ladder = [
            {"code": "next", "label": {"zh": "上报", "en": "up"}, "after_minutes": 0, "tell": ["superior"]}
        ]
        put(
            centre,
            "sheets",
            "officer",
            {**rule, "opened_as": "worksheet"},
            ladder=ladder,
            weight=3,
            refs=["TRG-30"],
        )
        put(centre, "tasks", "supervisor", {**rule, "opened_as": "task"})
        given = {
            "actor": SYSTEM,
            "unit": centre.unit,
            "title": Text("答复工作单", "Answer the sheet"),
            "subject": centre.matter(),
            "target": {"kind": "elapsed", "minutes": 60},
        }
        receptionist, supervisor = centre.positions["receptionist"], centre.positions["supervisor"]
        sheet = duties.open_obligation(**given, kind="worksheet", position=receptionist)
        assert (sheet.reference, sheet.weight) == ("TRG-30", 3)
        assert [rung["code"] for rung in sheet.ladder] == ["next"]
        assert str(sheet) == "答复工作单"
        assert duties.open_obligation(**given, kind="task", position=receptionist).duty is None
        assert duties.open_obligation(**given, kind="task", position=supervisor).duty.code == "tasks"
        assert duties.open_obligation(**given, kind="promise", position=supervisor).duty is None


class TestEscalationAsTrigger:
    @pytest.mark.req("TRG-34")
    def test_an_overdue_matter_calls_for_an_audit_the_same_day(self, centre, now):
        from zhize.kernel import clocks

        put(centre, "reply", "officer")
        put(
            centre,
            "audit",
            "supervisor",
            {
                "starts": ["clock.threshold"],
                "stops": ["matter.over"],
                "when": {"field": "entry.code", "op": "is", "value": "due"},
                "target": {"kind": "day_end", "days": 0},
            },
        )
        matter = centre.matter()
        centre.happens("accepted", matter)
        now.move_to(MONDAY_9 + timedelta(hours=24))
        clocks.tick()
        audit = Obligation.objects.get(duty__code="audit", subject_id=matter.pk)
        assert audit.holder == centre.people["王芳"]
        assert audit.due_at == datetime.fromisoformat("2026-03-03T18:00:00+08:00")


class TestLibrary:
    def test_the_same_again_makes_no_version(self, centre):
        first = put(centre).current
        assert put(centre).current == first
        assert put(centre, weight=3).current.number == 2

    def test_only_who_may_and_only_what_is_open(self, centre):
        duty = put(centre)
        with pytest.raises(Refused):
            duties.change_duty(actor=centre.actor("王芳"), duty=duty, reason="x", weight=2)
        with pytest.raises(Invalid):
            duties.change_duty(actor=SYSTEM, duty=duty, reason=" ", weight=2)
        with pytest.raises(Invalid):
            duties.change_duty(actor=SYSTEM, duty=duty, reason="x", code="other")

    def test_appointments_decide_at_the_moment_of_the_fact(self, centre):
        put(centre, "officer", "officer")
        Appointment.objects.filter(person=centre.people["孙丽"]).delete()
        matter = centre.matter()
        centre.happens("accepted", matter)
        (row,) = owed(matter)
        assert (row.holder, row.position) == (None, centre.positions["officer"])
