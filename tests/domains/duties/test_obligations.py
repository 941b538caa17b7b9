"""Obligations: opened, fulfilled with evidence, accepted or returned, excused, given to somebody else, moved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.domains.duties.cast import MONDAY_9
from tests.kernel.calendars import build
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import services as duties
from zhize.domains.duties.machine import OBLIGATION
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors import coverage
from zhize.domains.duties.services import EvidenceMissing, Proof
from zhize.kernel import access, clocks, flow, history
from zhize.kernel.db import Invalid, Outrun, Refused
from zhize.kernel.flow import NotNow
from zhize.kernel.org.models import Absence
from zhize.lib.text import Text

DAY = {"kind": "elapsed", "minutes": 1440}
TITLE = Text("整理资料", "Sort papers")


def opened(centre, holder="李敏", by="王芳", **more):
    fields = {
        "unit": centre.unit,
        "title": TITLE,
        "target": DAY,
        "holder": centre.people[holder],
        "position": centre.positions["receptionist"],
        **more,
    }
    return duties.open_obligation(actor=centre.actor(by), **fields)


class TestOpen:
    def test_it_is_due_by_its_target_and_history_says_so(self, centre):
        row = opened(centre)
        assert (row.state, row.category, row.due_at) == ("open", "working", MONDAY_9 + timedelta(days=1))
        assert row.first_due_at == row.due_at
        entry = history.timeline(row).filter(verb="obligation.opened").get()
        assert "由 李敏 办理，到期 2026-03-03 周二 09:00" in entry.sentence()

    def test_it_stands_in_the_timeline_of_its_subject(self, centre):
        matter = centre.matter()
        opened(centre, subject=matter)
        assert "obligation.opened" in history.timeline(matter).values_list("verb", flat=True)

    def test_somebody_must_owe_it(self, centre):
        with pytest.raises(Invalid):
            opened(centre, holder="李敏", position=None) and duties.open_obligation(
                actor=centre.actor("王芳"), unit=centre.unit, title=TITLE
            )

    def test_without_a_limit_it_is_never_late(self, centre, now):
        row = opened(centre, target=None)
        now.move_to(MONDAY_9 + timedelta(days=90))
        assert clocks.tick() == 0
        done = duties.fulfil(actor=centre.actor("李敏"), obligation=row, note="好了")
        assert (done.state, done.late) == ("done", False)

    def test_the_database_keeps_slot_and_trigger_unique_and_fixed(self, centre):
        row = opened(centre, slot=MONDAY_9)
        assert row.slot == MONDAY_9
        with pytest.raises((IntegrityError, Outrun)), transaction.atomic():
            opened(centre, slot=MONDAY_9)
        with pytest.raises((IntegrityError, Outrun)), transaction.atomic():
            Obligation.objects.filter(pk=row.pk).update(slot=MONDAY_9 + timedelta(days=1))


class TestFulfil:
    def test_the_holder_says_what_was_done(self, centre, now):
        row = opened(centre)
        now.move_to(MONDAY_9 + timedelta(hours=2))
        done = duties.fulfil(actor=centre.actor("李敏"), obligation=row, note="已整理并入柜")
        assert (done.state, done.late, done.done_at) == ("done", False, MONDAY_9 + timedelta(hours=2))
        assert done.evidence.get().text == "已整理并入柜"
        assert done.clock.outcome == "met"
        assert "李敏办结“整理资料”（按时）" in history.timeline(row).first().sentence()

    def test_late_is_a_fact_beside_the_state(self, centre, now):
        row = opened(centre)
        now.move_to(MONDAY_9 + timedelta(hours=25))
        done = duties.fulfil(actor=centre.actor("李敏"), obligation=row, note="迟了")
        assert (done.state, done.late) == ("done", True)
        assert "超时 1 小时" in history.timeline(row).first().sentence()

    @pytest.mark.req("DUT-05")
    @pytest.mark.parametrize(
        ("spec", "proof"),
        [
            ({"kind": "note"}, Proof("note", text="办好")),
            ({"kind": "form", "form": "FRM-007"}, Proof("form", data={"form": "FRM-007", "checked": True})),
            ({"kind": "count"}, Proof("count", count=1)),
            ({"kind": "signature"}, Proof("signature", data={"name": "周敏"})),
        ],
    )
    def test_done_without_the_named_evidence_is_refused(self, centre, spec, proof):
        row = opened(centre, evidence=spec)
        with pytest.raises(EvidenceMissing):
            duties.fulfil(actor=centre.actor("李敏"), obligation=row)
        other = Proof("note", text="算了") if proof.kind != "note" else Proof("count", count=1)
        with pytest.raises(EvidenceMissing):
            duties.fulfil(actor=centre.actor("李敏"), obligation=row, evidence=other)
        row.refresh_from_db()
        assert (row.state, row.evidence.count(), row.clock.stopped_at) == ("open", 0, None)
        assert duties.fulfil(actor=centre.actor("李敏"), obligation=row, evidence=proof).state == "done"

    def test_what_the_system_sees_nobody_ticks_by_hand(self, centre):
        matter = centre.matter()
        row = opened(centre, subject=matter)
        with pytest.raises(EvidenceMissing, match="自动办结"):
            duties.fulfil(actor=centre.actor("李敏"), obligation=row, note="办好了")
        done = duties.fulfil(actor=centre.actor("孙丽"), obligation=row, subject_fact=matter)
        assert (done.state, done.done_by) == ("done", centre.people["孙丽"])
        assert done.evidence.get().row_id == matter.pk

    def test_a_domain_vouches_only_for_its_own_row(self, centre):
        row = opened(centre, subject=centre.matter())
        with pytest.raises(Refused):
            duties.fulfil(actor=centre.actor("孙丽"), obligation=row, subject_fact=centre.matter())

    def test_somebody_else_may_not(self, centre):
        row = opened(centre)
        with pytest.raises(Refused):
            duties.fulfil(actor=centre.actor("孙丽"), obligation=row, note="x")
        row.refresh_from_db()
        assert row.state == "open"

    def test_it_is_done_once(self, centre):
        row = opened(centre)
        duties.fulfil(actor=centre.actor("李敏"), obligation=row, note="x")
        with pytest.raises(flow.NotNow):
            duties.fulfil(actor=centre.actor("李敏"), obligation=row, note="x")

    def test_not_before_its_time_of_day(self, centre, now):
        row = opened(centre, not_before=MONDAY_9 + timedelta(hours=6, minutes=30))
        with pytest.raises(flow.NotNow):
            duties.fulfil(actor=centre.actor("李敏"), obligation=row, note="早了")
        now.move_to(MONDAY_9 + timedelta(hours=7))
        assert duties.fulfil(actor=centre.actor("李敏"), obligation=row, note="到点").state == "done"

    @pytest.mark.req("DUT-08")
    def test_n_of_n_counts_up(self, centre):
        row = opened(centre, evidence={"kind": "count"}, quota=5)
        actor = centre.actor("李敏")
        duties.record_progress(actor=actor, obligation=row, proof=Proof("count", count=2))
        assert (row.state, row.progress, row.quota) == ("open", 2, 5)
        with pytest.raises(EvidenceMissing, match="还差 2 次"):
            duties.fulfil(actor=actor, obligation=row, evidence=Proof("count", count=1))
        duties.record_progress(actor=actor, obligation=row, proof=Proof("count", count=3))
        assert (row.state, row.progress) == ("done", 5)


class TestReceiver:
    @pytest.mark.req("DUT-06")
    def test_the_receiver_returns_it_with_a_remark_and_history_stays(self, centre, now):
        row = opened(centre, acceptor_position=centre.positions["lead"])
        duties.fulfil(actor=centre.actor("李敏"), obligation=row, note="第一次")
        assert row.state == "submitted"
        build.grant(centre.positions["lead"], caps.ACCEPT, scope="own")
        duties.give_back(actor=centre.actor("周涛"), obligation=row, reason="缺一页")
        assert (row.state, row.done_at, row.late, row.returned_count) == ("open", None, None, 1)
        assert row.due_at == MONDAY_9 + timedelta(days=1)
        assert (
            "周涛退回“整理资料”，2026-03-03 周二 09:00 前重办：缺一页"
            in history.timeline(row).first().sentence()
        )
        duties.fulfil(actor=centre.actor("李敏"), obligation=row, note="补上了")
        duties.accept(actor=centre.actor("周涛"), obligation=row)
        assert (row.state, row.evidence.count()) == ("done", 2)

    def test_returned_after_due_it_is_due_by_the_next_working_day(self, centre, now):
        row = opened(centre, acceptor=centre.people["王芳"])
        now.move_to(MONDAY_9 + timedelta(hours=23))
        duties.fulfil(actor=centre.actor("李敏"), obligation=row, note="第一次")
        now.move_to(MONDAY_9 + timedelta(days=4, hours=1))  # Friday
        duties.give_back(actor=centre.actor("王芳"), obligation=row, reason="不对")
        assert row.due_at == MONDAY_9 + timedelta(days=7, hours=9)

    def test_only_the_receiver_and_only_with_a_reason(self, centre):
        row = opened(centre, acceptor=centre.people["周涛"])
        duties.fulfil(actor=centre.actor("李敏"), obligation=row, note="x")
        with pytest.raises(Refused):
            duties.accept(actor=centre.actor("李敏"), obligation=row)
        with pytest.raises(Invalid):
            duties.give_back(actor=centre.actor("王芳"), obligation=row, reason=" ")


class TestTask:
    @pytest.mark.req("DUT-11")
    def test_a_task_returns_to_its_assigner_for_acceptance(self, centre, now):
        task = duties.assign_task(
            actor=centre.actor("王芳"),
            unit=centre.unit,
            title="布置会场",
            holder=centre.people["李敏"],
            due_at=MONDAY_9 + timedelta(hours=5),
        )
        assert (task.kind, task.creator, task.due_at) == (
            "task", centre.people["王芳"], MONDAY_9 + timedelta(hours=5),
        )  # fmt: skip
        duties.fulfil(actor=centre.actor("李敏"), obligation=task, note="布置好了")
        assert task.state == "submitted"
        duties.accept(actor=centre.actor("王芳"), obligation=task, note="很好")
        assert task.state == "done"

    def test_refusals(self, centre):
        given = {"unit": centre.unit, "title": "事", "holder": centre.people["李敏"]}
        with pytest.raises(Refused):
            duties.assign_task(actor=centre.actor("李敏"), **given)
        with pytest.raises(Refused):
            duties.assign_task(actor=centre.actor("王芳"), **{**given, "unit": build.unit()})
        with pytest.raises(Invalid) as refusal:
            duties.assign_task(actor=centre.actor("王芳"), **{**given, "title": " "}, due_at=MONDAY_9)
        assert set(refusal.value.errors) == {"title", "due_at"}
        assert Obligation.objects.count() == 0


class TestOtherEnds:
    @pytest.mark.parametrize(
        ("act", "state"),
        [(duties.excuse, "excused"), (duties.cancel, "cancelled")],
    )
    def test_with_a_reason_it_ends_without_counting(self, centre, now, act, state):
        row = act(actor=centre.actor("王芳"), obligation=opened(centre), reason="停业一天")
        assert (row.state, row.late, row.clock.outcome) == (state, None, "cancelled")
        now.move_to(MONDAY_9 + timedelta(days=5))
        assert clocks.tick() == 0
        with pytest.raises(Invalid):
            act(actor=centre.actor("王芳"), obligation=opened(centre), reason="")

    def test_the_holder_may_not_excuse_himself(self, centre):
        row = opened(centre)
        with pytest.raises(Refused):
            duties.excuse(actor=centre.actor("李敏"), obligation=row, reason="忙")

    @pytest.mark.req("ORG-30")
    def test_nor_does_a_leader_let_himself_off_or_accept_his_own_work(self, centre):
        row = opened(centre, holder="王芳", by="刘强", acceptor_position=centre.positions["supervisor"])
        actor = centre.actor("王芳")
        assert access.allowed(actor, caps.EXCUSE, row)
        with pytest.raises(flow.NotNow, match="不能给自己免办"):
            duties.excuse(actor=actor, obligation=row, reason="忙")
        duties.fulfil(actor=actor, obligation=row, note="办了")
        with pytest.raises(flow.NotNow, match="不能自己确认"):
            duties.accept(actor=actor, obligation=row)
        assert row.state == "submitted"

    def test_missed_is_another_fact_than_excused(self, centre, now):
        row = opened(centre)
        now.move_to(row.due_at + timedelta(minutes=1))
        row = duties.miss(actor=access.system(caps.TRIGGER), obligation=row)
        assert (row.state, row.category) == ("missed", "closed")


class TestReassign:
    def test_it_moves_with_its_clock_and_a_reason(self, centre):
        row = opened(centre)
        duties.reassign(
            actor=centre.actor("王芳"), obligation=row, to=centre.people["周敏"], reason="李敏请假"
        )
        assert (row.holder, row.due_at) == (centre.people["周敏"], MONDAY_9 + timedelta(days=1))
        assert "从 李敏 改派给 周敏：李敏请假" in history.timeline(row).first().sentence()
        with pytest.raises(Invalid):
            duties.reassign(actor=centre.actor("王芳"), obligation=row, to=centre.people["李敏"], reason="")
        with pytest.raises(Refused):
            duties.reassign(actor=centre.actor("周敏"), obligation=row, to=centre.people["李敏"], reason="x")

    @pytest.mark.req("DUT-17")
    def test_a_change_of_holder_moves_everything_open(self, centre):
        rows = [opened(centre), opened(centre), opened(centre, holder="周敏")]
        duties.cancel(actor=centre.actor("王芳"), obligation=rows[0], reason="x")
        moved = duties.hand_over(
            actor=centre.actor("王芳"), of=centre.people["李敏"], to=centre.people["周敏"], reason="离职交接"
        )
        assert [row.pk for row in moved] == [rows[1].pk]
        assert moved[0].holder == centre.people["周敏"]


class TestMove:
    def test_the_first_due_time_stays_on_record(self, centre):
        row = opened(centre)
        duties.move_due(
            actor=centre.actor("王芳"), obligation=row, due_at=MONDAY_9 + timedelta(days=3), reason="客户出差"
        )
        assert row.due_at == row.clock.due_at == MONDAY_9 + timedelta(days=3)
        assert row.first_due_at == MONDAY_9 + timedelta(days=1)
        assert "客户出差" in history.timeline(row).first().sentence()
        with pytest.raises(Refused):
            duties.move_due(
                actor=centre.actor("李敏"), obligation=row, due_at=MONDAY_9 + timedelta(days=9), reason="x"
            )

    @pytest.mark.req("ORG-30")
    def test_nobody_puts_off_what_he_owes_himself(self, centre):
        row = opened(centre, holder="王芳")
        with pytest.raises(Refused, match="自己"):
            duties.move_due(
                actor=centre.actor("王芳"), obligation=row, due_at=MONDAY_9 + timedelta(days=3), reason="太忙"
            )

    @pytest.mark.req("DUT-15")
    def test_what_is_late_is_not_made_punctual_by_another_due_time(self, centre, now):
        row = opened(centre)
        now.move_to(MONDAY_9 + timedelta(days=2))
        with pytest.raises(NotNow, match="超过时限"):
            duties.move_due(
                actor=centre.actor("王芳"), obligation=row, due_at=MONDAY_9 + timedelta(days=9), reason="x"
            )
        assert coverage.fact_of(row, MONDAY_9 + timedelta(days=2)) == "overdue"

    def test_while_a_matter_waits_its_time_stops_but_promises_run_on(self, centre, now):
        matter = centre.matter()
        reply = opened(centre, subject=matter)
        promise = opened(
            centre,
            subject=matter,
            kind="promise",
            target={"kind": "moment", "at": MONDAY_9 + timedelta(hours=5)},
        )
        actor = centre.actor("王芳")
        assert duties.pause_about(actor=actor, row=matter, reason="等客户") == 1
        reply.refresh_from_db()
        promise.refresh_from_db()
        assert (reply.due_at, promise.due_at) == (None, MONDAY_9 + timedelta(hours=5))
        now.move_to(MONDAY_9 + timedelta(hours=10))
        assert duties.resume_about(actor=actor, row=matter) == 1
        reply.refresh_from_db()
        assert reply.due_at == MONDAY_9 + timedelta(hours=34)
        assert {"clock.paused", "clock.resumed"} <= set(
            history.timeline(matter).values_list("verb", flat=True)
        )


class TestMachine:
    EXPECTED = {
        "open": {"fulfil", "submit", "excuse", "miss", "cancel"},
        "submitted": {"accept", "give_back", "cancel"},
        "done": set(),
        "missed": set(),
        "excused": set(),
        "cancelled": set(),
    }

    @pytest.mark.parametrize("state", list(EXPECTED))
    def test_the_verbs_out_of_every_state(self, state):
        assert {move.verb for move in OBLIGATION.moves_from(state)} == self.EXPECTED[state]

    def test_offers_name_the_reason(self, centre):
        row = opened(centre)
        offers = {offer.verb: offer for offer in flow.offers(row, centre.actor("李敏"))}
        assert offers["fulfil"].enabled
        assert not offers["excuse"].enabled
        assert not offers["submit"].enabled


class TestVisibility:
    def test_who_sees_what(self, centre):
        row = opened(centre)
        seen = {name: Obligation.objects.visible_to(centre.actor(name)).count() for name in centre.people}
        assert {name for name, count in seen.items() if count} == {"李敏", "王芳", "刘强"}
        stranger = build.admin(build.unit(), caps.VIEW)
        assert not Obligation.objects.visible_to(stranger).exists()
        assert row.state == "open"

    def test_nobody_named_means_everybody_of_the_position(self, centre):
        row = opened(centre, holder="李敏", position=centre.positions["receptionist"])
        duties.reassign(actor=centre.actor("王芳"), obligation=row, to=None, reason="谁有空谁办")
        for name in ("李敏", "周敏"):
            assert Obligation.objects.visible_to(centre.actor(name)).count() == 1
        assert (
            duties.fulfil(actor=centre.actor("周敏"), obligation=row, note="我来").done_by
            == centre.people["周敏"]
        )

    @pytest.mark.req("DUT-12")
    def test_leave_moves_what_is_due_to_the_other_holder(self, centre, now):
        row = opened(centre)
        assert not Obligation.objects.visible_to(centre.actor("周敏")).exists()
        Absence.objects.create(
            person=centre.people["李敏"], from_at=MONDAY_9, to_at=MONDAY_9 + timedelta(days=2), reason="年假"
        )
        for name in ("李敏", "周敏"):
            assert Obligation.objects.visible_to(centre.actor(name)).get() == row
        assert duties.fulfil(actor=centre.actor("周敏"), obligation=row, note="代办").state == "done"
