"""The ladder: reminder to the holder, line manager at due, next level after; deputies, absences, and nobody there."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.domains.duties.cast import MONDAY_9, duty_spec
from tests.kernel.calendars import build
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import selectors
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Escalation
from zhize.domains.duties.services import escalating, library
from zhize.kernel import access, clocks, history
from zhize.kernel.notices.models import Delivery, Notice
from zhize.kernel.org.models import Absence, Appointment
from zhize.lib import clock
from zhize.lib.text import Text

SYSTEM = access.system(caps.TRIGGER)


@pytest.fixture
def reply(centre):
    """A reply that the receptionist 李敏 owes within 24 hours."""
    return duties.open_obligation(
        actor=SYSTEM,
        unit=centre.unit,
        title=Text("答复客户", "Answer the customer"),
        holder=centre.people["李敏"],
        position=centre.positions["receptionist"],
        target={"kind": "elapsed", "minutes": 1440},
    )


def pass_time(now, hours):
    now.move_to(MONDAY_9 + timedelta(hours=hours))
    clocks.tick()
    history.deliver_all()


def told(obligation):
    return {
        row.code: sorted(person.name for person in row.told.all()) for row in obligation.escalations.all()
    }


def away(person, days=5):
    Absence.objects.create(person=person, from_at=MONDAY_9, to_at=MONDAY_9 + timedelta(days=days))


@pytest.mark.req("DUT-07", "CAS-05", "TRG-01")
def test_reminder_manager_at_due_next_level_after(centre, reply, now):
    pass_time(now, 19)
    assert told(reply) == {}
    pass_time(now, 20)
    assert told(reply) == {"remind": ["李敏"]}
    pass_time(now, 24)
    assert told(reply)["due"] == ["周涛", "李敏"]
    pass_time(now, 28)
    assert told(reply)["next"] == ["王芳"]
    verbs = list(history.timeline(reply).values_list("verb", flat=True))
    assert [verb for verb in verbs if verb in {"obligation.reminded", "obligation.escalated"}] == [
        "obligation.escalated",
        "obligation.escalated",
        "obligation.reminded",
    ]
    sentence = history.timeline(reply).filter(verb="obligation.escalated").first().sentence()
    assert "已上报 王芳：“答复客户”超时仍未办结" in sentence


@pytest.mark.req("CAS-05")
def test_monday_nine_without_reply_is_late_on_tuesday_nine(centre, reply, now):
    assert reply.due_at == datetime.fromisoformat("2026-03-03T09:00:00+08:00")
    pass_time(now, 24)
    assert "周涛" in told(reply)["due"]
    now.move_to(MONDAY_9 + timedelta(hours=24, minutes=1))
    assert reply.is_late(clock.now())


@pytest.mark.req("CAS-09", "TRG-30")
def test_a_sheet_due_wednesday_noon_reminds_at_eight_and_escalates_at_noon(centre, now):
    noon = datetime.fromisoformat("2026-03-04T12:00:00+08:00")
    sheet = duties.open_obligation(
        actor=SYSTEM,
        unit=centre.unit,
        title=Text("答复工作单", "Answer the sheet"),
        kind="worksheet",
        holder=centre.people["孙丽"],
        position=centre.positions["officer"],
        target={"kind": "moment", "at": noon.isoformat()},
    )
    fire = dict(sheet.clock.thresholds.values_list("code", "fire_at"))
    assert fire["remind"] == datetime.fromisoformat("2026-03-04T08:00:00+08:00")
    now.move_to(noon)
    clocks.tick()
    history.deliver_all()
    assert told(sheet) == {"remind": ["孙丽"], "due": ["孙丽", "王芳"]}


def test_after_downtime_each_rung_is_told_once(centre, reply, now):
    pass_time(now, 60)
    pass_time(now, 61)
    assert set(told(reply)) == {"remind", "due", "next"}
    assert Escalation.objects.count() == 3


def test_done_in_time_nobody_is_told(centre, reply, now):
    now.move_to(MONDAY_9 + timedelta(hours=1))
    duties.fulfil(actor=centre.actor("李敏"), obligation=reply, note="已答复")
    pass_time(now, 60)
    assert told(reply) == {}


def test_done_late_while_the_worker_was_down_the_manager_is_still_told(centre, reply, now):
    now.move_to(MONDAY_9 + timedelta(hours=25))
    duties.fulfil(actor=centre.actor("李敏"), obligation=reply, note="晚了")
    pass_time(now, 26)
    assert set(told(reply)) == {"due"}


@pytest.mark.req("DUT-07")
def test_the_deputy_is_reminded_while_the_holder_is_away(centre, reply, now):
    Appointment.objects.create(
        person=centre.people["陈静"],
        position=centre.positions["receptionist"],
        kind="acting",
        on_behalf_of=centre.people["李敏"],
        from_on=MONDAY_9.date(),
    )
    away(centre.people["李敏"])
    pass_time(now, 20)
    assert told(reply) == {"remind": ["陈静"]}


@pytest.mark.req("DUT-07")
def test_an_absent_superior_is_skipped_upwards(centre, reply, now):
    away(centre.people["周涛"])
    pass_time(now, 28)
    assert told(reply)["due"] == ["李敏", "王芳"]
    assert told(reply)["next"] == ["刘强"]


def test_at_the_top_the_highest_is_told_again(centre, now):
    row = duties.open_obligation(
        actor=SYSTEM,
        unit=centre.unit,
        title=Text("审批", "Approve"),
        holder=centre.people["王芳"],
        position=centre.positions["supervisor"],
        target={"kind": "elapsed", "minutes": 1440},
    )
    pass_time(now, 30)
    assert told(row)["next"] == ["刘强"]


@pytest.mark.req("DUT-07")
def test_nobody_there_is_a_finding_on_record(centre, reply, now):
    for name in ("周涛", "王芳", "刘强"):
        away(centre.people[name])
    pass_time(now, 28)
    assert told(reply)["next"] == []
    chief = build.admin(centre.unit, caps.VIEW, caps.REASSIGN)
    (finding,) = selectors.findings(chief)
    assert finding.obligation == reply
    assert "没有可通知的人" in history.timeline(reply).filter(verb="obligation.nobody_there").get().sentence()
    escalating.settle(actor=chief, escalation=finding)
    assert list(selectors.findings(chief)) == []


def test_positions_named_on_a_rung_are_resolved_when_it_fires(centre, now):
    ladder = [
        {
            "code": "due",
            "label": {"zh": "到期", "en": "due"},
            "after_minutes": 0,
            "positions": ["officer"],
            "urgent": False,
        },
        {
            "code": "all",
            "label": {"zh": "全体", "en": "all"},
            "after_minutes": 60,
            "tell": ["present_on_shift"],
        },
    ]
    row = duties.open_obligation(
        actor=SYSTEM,
        unit=centre.unit,
        title=Text("盘点", "Count"),
        holder=centre.people["李敏"],
        target={"kind": "elapsed", "minutes": 60},
        ladder=ladder,
    )
    pass_time(now, 2)
    assert told(row)["due"] == ["孙丽"]
    assert len(told(row)["all"]) == 8


@pytest.mark.req("TRG-02", "CAS-06")
@pytest.mark.req("DUT-07")
def test_what_is_due_is_told_in_the_product_and_outside(centre, reply, now):
    """The line manager finds a notice, and a letter goes to the address of whoever has one."""
    manager = centre.people["周涛"]
    manager.email = "zhoutao@wy.example"
    manager.save()
    pass_time(now, 24)
    notice = Notice.objects.get(person=manager, template="obligation.escalation")
    assert notice.urgent
    outside = Delivery.objects.get(notice=notice)
    assert (outside.channel, outside.address) == ("email", "zhoutao@wy.example")


@pytest.mark.req("DUT-07")
def test_a_short_limit_reminds_at_three_quarters(centre, now):
    spec = duty_spec("forward", "officer", {"target": {"kind": "elapsed", "minutes": 15}}, refs=["TRG-02"])
    library.put(actor=SYSTEM, unit=centre.unit, spec=spec)
    matter = centre.matter()
    centre.happens("accepted", matter)
    now.move_to(MONDAY_9 + timedelta(minutes=11, seconds=15))
    clocks.tick()
    history.deliver_all()
    (row,) = selectors.about(SYSTEM, matter)
    assert told(row) == {"remind": ["孙丽"]}
    now.move_to(MONDAY_9 + timedelta(minutes=15))
    clocks.tick()
    history.deliver_all()
    assert told(row)["due"] == ["孙丽", "王芳"]


def test_a_moved_due_time_climbs_again(centre, reply, now):
    pass_time(now, 24)
    duties.move_due(
        actor=centre.actor("王芳"), obligation=reply, due_at=MONDAY_9 + timedelta(hours=48), reason="约好周三"
    )
    pass_time(now, 60)
    rounds = sorted((row.code, row.round) for row in reply.escalations.all())
    assert rounds == [("due", 1), ("due", 2), ("next", 1), ("remind", 1), ("remind", 2)]


def test_paused_nobody_is_told(centre, reply, now):
    clocks.pause(reply.clock, reason="等客户", actor=centre.actor("李敏"))
    pass_time(now, 60)
    assert told(reply) == {}
    reply.refresh_from_db()
    assert reply.due_at is None
