"""What stands around the cases: graded and watched customers, opinions, a second centre with little in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from zhize.desk.demo.randomness import Chance
from zhize.desk.demo.services.lives import COURSES, Cast, Course, Life, Words, last_awake
from zhize.desk.demo.services.places import Home
from zhize.desk.demo.services.stage import Stage, local
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer
from zhize.domains.customers.rules import MeasureInput
from zhize.domains.meetings import services as meetings
from zhize.domains.visits import services as visits
from zhize.lib import clock

GRADES = (("a", 6), ("b", 10))
WATCHED = (
    ("一年内三次投诉漏水，多次要求赔偿", "指定工程部主管专人跟进渗漏治理"),
    ("因停车收费与岗亭发生争执，拒缴物业费", "客户大使每月上门沟通一次，核对账单"),
    ("独居老人，子女在外地，多次报修不及时", "建立每周电话问候和优先维修"),
)
OPINIONS = (
    ("chenjing", "environment", "建议中心花园增加夜间照明。"),
    ("zhaoyun", "safety", "希望夜间巡逻能到地下车库。"),
    ("linxiaoyan", "culture", "想参加书法班，能不能晚上开课？"),
    ("linxiaoyan", "culture", "中秋活动很好，孩子们很喜欢。"),
    ("sunli", "satisfaction", "这次维修很快，比以前好多了。"),
    ("limin", "procedures", "装修手续要跑三次，希望一次办完。"),
    ("zhengkai", "facilities", "健身器材有两处松动。"),
    ("wangfang", "suggestions", "建议每季度开一次恳谈会。"),
)


def build(stage: Stage, homes: list[Home]) -> None:
    """Grades, watch list and opinions of the centre."""
    chance = Chance("extras")
    chosen = chance.sample(homes, sum(count for _grade, count in GRADES) + len(WATCHED))
    rows = Customer.objects.in_bulk([home.customer_id for home in chosen])
    found = [rows[home.customer_id] for home in chosen]
    supervisor = stage.actor("wangfang")
    for grade, count in GRADES:
        for _turn in range(count):
            customers.grade_customer(actor=supervisor, customer=found.pop(), grade=grade, reason="年度评定")
    for reason, measure in WATCHED:
        due = stage.today + timedelta(days=chance.between(5, 25))
        customers.watch(
            actor=supervisor, customer=found.pop(), reason=reason, owner=stage.people["wangfang"], review_on=due,
            measures=[MeasureInput(text=measure, due_on=due)], goal="改善关系，半年内无重复投诉",
        )  # fmt: skip
    for index, (login, topic, text) in enumerate(OPINIONS):
        with clock.simulating(clock.now() - timedelta(days=2 * index, hours=3)):
            visits.record(
                actor=stage.actor(login), topic=topic, text=text, unit=stage.units["centre"],
                customer=rows[chosen[index].customer_id],
            )  # fmt: skip
    _meetings(stage)


def _meetings(stage: Stage) -> None:
    """Last week's service meeting with a task that is still open, the next one, and a suggestion on its way."""
    lead, people = stage.actor("wangfang"), stage.people
    asked = [people[login] for login in ("zhoutao", "limin", "sunli", "chenjing")]
    called: dict[str, Any] = {
        "actor": lead, "unit": stage.units["centre"], "kind": "service", "chair": people["wangfang"],
        "keeper": people["zhoutao"], "people": asked, "place": "二楼会议室",
    }  # fmt: skip
    begin = local(stage.today - timedelta(days=7), 9, 30)
    with clock.simulating(begin + timedelta(hours=1)):
        held = meetings.call(
            **called, title="客户服务工作例会", starts_at=begin, agenda="1. 上周投诉\n2. 门禁故障\n3. 交接班"
        )
        meetings.mark(actor=lead, meeting=held, presence={person.pk: "present" for person in asked})
        meetings.write(
            actor=lead,
            meeting=held,
            minutes="上周投诉以门禁和电梯为主。门禁设备老化，先公布维修时间表，再报更换方案。",
        )
        due = last_awake(clock.now() + timedelta(days=9))
        meetings.decide(
            actor=lead, meeting=held, text="公布门禁维修时间表", owner=people["limin"], due_at=due
        )
        meetings.decide(actor=lead, meeting=held, text="投诉当天先给住户回一次电话")
        meetings.close(actor=lead, meeting=held)
        talk = meetings.record_talk(
            actor=lead, kind="arrangement", to=people["limin"], text="听取对交接班的意见：交接单太长，重点不清。",
            measures="交接单合并为一页，未结事项排在最前。",
        )  # fmt: skip
        meetings.file_proposal(
            actor=lead, kind="rule", title="交接单合并为一页", text=talk.measures, source=talk
        )
    meetings.call(
        **called,
        title="客户服务工作例会",
        starts_at=local(stage.today + timedelta(days=1), 9, 30),
        agenda="门禁更换方案",
    )


def sibling(stage: Stage, homes: list[Home]) -> list[tuple[datetime, Course]]:
    """A few matters of the second centre, to be lived up to this moment; nobody of the first one sees them."""
    cast = Cast("konglin", "bailu", "konglin", "konglin", "qianjin", "qianjin", "qianjin", "konglin")
    matters = [one for one in stage.pack.items("demo_matters") if one.type in {"complaint", "consultation"}]
    begun = []
    for index in range(6):
        chance = Chance(f"sibling/{index}")
        matter, home = chance.pick(matters), chance.pick(homes)
        said = chance.pick(matter.said)
        words = Words(said.title, said.text.format(building="1", entrance="1", floor="5"), said.answer, "")
        name = "in_hand" if matter.type == "complaint" else "answered_at_once"
        life = Life(stage, cast, home, matter, words, chance)
        begun.append((last_awake(clock.now() - timedelta(hours=3 + 9 * index)), COURSES[name](life)))
    return begun
