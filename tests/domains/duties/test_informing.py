"""Whom notices reach: the holder of a task, the receiver of what was done, the manager of what is late."""

from __future__ import annotations

from datetime import timedelta

from tests.domains.duties.cast import MONDAY_9
from zhize.domains.duties import services as duties
from zhize.kernel import clocks, history
from zhize.kernel.notices.models import Notice


def told(template):
    return sorted(
        Notice.objects.filter(template=template)
        .select_related("person")
        .values_list("person__name", flat=True)
    )


def test_a_task_its_return_and_its_acceptance(centre):
    task = duties.assign_task(
        actor=centre.actor("王芳"),
        unit=centre.unit,
        title="布置会场",
        holder=centre.people["李敏"],
        due_at=MONDAY_9 + timedelta(hours=5),
    )
    history.deliver_all()
    assert told("obligation.assigned") == ["李敏"]
    notice = Notice.objects.get(template="obligation.assigned")
    assert "布置会场" in notice.title
    assert "王芳" in notice.body
    duties.fulfil(actor=centre.actor("李敏"), obligation=task, note="好了")
    history.deliver_all()
    assert told("obligation.submitted") == ["王芳"]
    duties.give_back(actor=centre.actor("王芳"), obligation=task, reason="椅子不够")
    history.deliver_all()
    assert told("obligation.returned") == ["李敏"]
    duties.reassign(actor=centre.actor("王芳"), obligation=task, to=centre.people["周敏"], reason="请假")
    history.deliver_all()
    assert told("obligation.assigned") == ["周敏", "李敏"]


def test_reminder_and_escalation_reach_their_people(centre, now):
    duties.assign_task(
        actor=centre.actor("王芳"),
        unit=centre.unit,
        title="交接清单",
        holder=centre.people["李敏"],
        due_at=MONDAY_9 + timedelta(hours=9),
    )
    now.move_to(MONDAY_9 + timedelta(hours=14))
    clocks.tick()
    history.deliver_all()
    assert told("obligation.reminder") == ["李敏"]
    assert told("obligation.escalation") == ["周涛", "李敏", "王芳"]
    body = Notice.objects.filter(template="obligation.escalation", person__name="周涛").get().body
    assert "请督办" in body


def test_a_text_that_a_pack_dropped_is_replaced_by_the_usual_one(centre, now):
    from zhize.kernel import access
    from zhize.lib.text import Text

    duties.open_obligation(
        actor=access.system("duties.trigger"),
        unit=centre.unit,
        title=Text("盘点", "Count"),
        holder=centre.people["李敏"],
        target={"kind": "elapsed", "minutes": 60},
        ladder=[
            {
                "code": "due",
                "label": {"zh": "到期", "en": "due"},
                "after_minutes": 0,
                "tell": ["holder"],
                "message": "gone",
            }
        ],
    )
    now.move_to(MONDAY_9 + timedelta(hours=2))
    clocks.tick()
    history.deliver_all()
    assert told("obligation.escalation") == ["李敏"]
