"""How often each course is taken, and the courses of complaints."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from zhize.desk.demo.services.lives import HOUR, Course, Life, course
from zhize.domains.cases import services as cases
from zhize.lib import clock

# Out of a hundred matters of a type, how many take which course.
SHARES: Mapping[str, Mapping[str, int]] = {
    "complaint": {
        "quick": 25, "counter_sheet": 15, "web": 8, "by_mail": 7, "on_the_spot": 12, "dissatisfied": 6, "late": 7,
        "unreached": 6, "promised": 5, "paused": 4, "returned": 3, "major": 1, "urgent": 2, "repeated": 3,
    },
    "suggestion": {"adopted": 55, "declined": 45},
    "consultation": {"answered_at_once": 82, "looked_up": 18},
    "fault": {"repaired": 52, "parts": 10, "web_fault": 13, "fixed_at_once": 9, "repaired_badly": 6, "repaired_unreached": 10},
    "request": {"arranged": 60, "done_at_once": 40},
    "official_complaint": {"official": 100},
}  # fmt: skip


@course("quick")
def quick(life: Life) -> Course:
    life.open("phone")
    yield 35
    life.act("ambassador", "start")
    life.say("ambassador", "您好，我是您的客户大使，已收到您反映的问题，正在处理。")
    yield 5 * HOUR
    life.answer("ambassador", "answer", life.words.answer)
    yield 20 * HOUR
    life.called(5, life.words.remark)
    yield 30
    life.close()


@course("counter_sheet")
def counter_sheet(life: Life) -> Course:
    life.open("counter")
    yield 50
    life.act("ambassador", "start")
    sheet = life.sheet("ambassador", "engineering", "请派人现场查看并处理，完工后反馈。", 8)
    life.note("ambassador", "已电话联系工程部，约定今天上门。")
    yield 6 * HOUR
    life.answer_sheet(sheet, "已派维修工处理完毕，现场已清理。")
    yield 90
    life.accept_sheet("ambassador", sheet)
    life.answer("ambassador", "answer", life.words.answer)
    yield 16 * HOUR
    life.not_reached()
    yield 6 * HOUR
    life.called(4, life.words.remark)
    yield 20
    life.close()


@course("web")
def web(life: Life) -> Course:
    life.open("web", "officer")
    yield 40
    life.verify()
    yield 90
    life.act("ambassador", "start")
    yield 14 * HOUR
    life.say("ambassador", "您好，您在网上提交的事项我们正在处理。")
    life.answer("ambassador", "answer", life.words.answer)
    yield 22 * HOUR
    life.called(4, life.words.remark)
    yield 15
    life.close()


@course("by_mail")
def by_mail(life: Life) -> Course:
    life.open("email", "officer")
    yield 120
    life.act("ambassador", "start")
    life.heard("补充一下，晚上七点以后家里有人。", "email")
    yield 16 * HOUR
    life.answer("ambassador", "answer", life.words.answer)
    yield 20 * HOUR
    life.called(5, life.words.remark)
    life.close()


@course("on_the_spot")
def on_the_spot(life: Life) -> Course:
    life.open("phone", solution=life.words.answer)
    yield 1


@course("dissatisfied")
def dissatisfied(life: Life) -> Course:
    life.open("phone")
    yield 45
    life.act("ambassador", "start")
    yield 9 * HOUR
    life.answer("ambassador", "answer", "已到现场查看并做了处理。")
    yield 20 * HOUR
    life.called(2, "顾客表示问题没有真正解决，要求重新处理。")
    yield 3 * HOUR
    life.note("supervisor", "请查明原因重新处理，处理前先向顾客说明方案。")
    sheet = life.sheet("ambassador", "engineering", "顾客回访不满意，请主管到场复查。", 26)
    yield 7 * HOUR
    life.answer_sheet(sheet, "复查后更换配件，测试正常。")
    life.accept_sheet("ambassador", sheet)
    life.answer("ambassador", "answer", life.words.answer)
    yield 21 * HOUR
    life.called(4, life.words.remark)
    life.close()


@course("late")
def late(life: Life) -> Course:
    life.open("phone")
    yield 80
    life.act("ambassador", "start")
    sheet = life.sheet("ambassador", "engineering", "请协助排查并在当天反馈。", 10)
    yield 19 * HOUR
    cases.urge(actor=life.actor("supervisor"), case=life.row, note="还有几小时到期，请抓紧。")
    yield 8 * HOUR
    life.answer_sheet(sheet, "外部单位今天才到场，现已处理。")
    life.accept_sheet("ambassador", sheet)
    life.answer("ambassador", "answer", life.words.answer)
    yield 60
    life.explain_delays()
    yield 90
    life.audit_delays()
    yield 18 * HOUR
    life.called(4, life.words.remark)
    life.close()


@course("unreached")
def unreached(life: Life) -> Course:
    life.open("phone")
    yield 60
    life.act("ambassador", "start")
    yield 7 * HOUR
    life.answer("ambassador", "answer", life.words.answer)
    for wait in (18 * HOUR, 7 * HOUR, 16 * HOUR):
        yield wait
        life.not_reached()
    yield 30
    life.close()


@course("promised")
def promised(life: Life) -> Course:
    life.open("phone")
    yield 70
    life.act("ambassador", "start")
    due = clock.now() + timedelta(hours=26)
    promise = cases.promise(
        actor=life.actor("ambassador"), case=life.row, text="一天内给出书面方案", due_at=due
    )
    yield 17 * HOUR
    cases.keep(actor=life.actor("ambassador"), promised=promise)
    life.answer("ambassador", "answer", life.words.answer)
    yield 22 * HOUR
    life.called(5, life.words.remark)
    life.close()


@course("paused")
def paused(life: Life) -> Course:
    life.open("phone")
    yield 60
    life.act("ambassador", "start")
    yield 3 * HOUR
    life.act("ambassador", "pause", reason="等待天气转晴后施工")
    life.say("ambassador", "您好，雨停后即安排施工，届时再与您联系。")
    yield 46 * HOUR
    life.act("ambassador", "resume")
    yield 5 * HOUR
    life.answer("ambassador", "answer", life.words.answer)
    yield 22 * HOUR
    life.called(4, life.words.remark)
    life.close()


@course("returned")
def returned(life: Life) -> Course:
    life.open("phone")
    yield 45
    life.act("ambassador", "start")
    yield 4 * HOUR
    life.act("ambassador", "answer", solution="已转相关部门。")
    yield 60
    cases.audit(
        actor=life.actor("lead"), case=life.row, passed=False, note="没有说明处理结果，请补充后再答复。"
    )
    yield 3 * HOUR
    life.act("ambassador", "answer", solution=life.words.answer)
    yield 40
    cases.audit(actor=life.actor("lead"), case=life.row, passed=True)
    life.say("ambassador", life.words.answer, result=True)
    yield 20 * HOUR
    life.called(4, life.words.remark)
    life.close()


@course("urgent")
def urgent(life: Life) -> Course:
    life.open("phone", severity="urgent")
    yield 15
    life.act("ambassador", "start")
    yield 2 * HOUR
    life.answer("ambassador", "answer", life.words.answer)
    yield 19 * HOUR
    life.called(5, life.words.remark)
    life.close()


@course("repeated")
def repeated(life: Life) -> Course:
    yield from quick(life)
    yield 9 * 24 * HOUR
    life.open("phone")
    yield 55
    life.act("ambassador", "start")
    life.note("ambassador", "同类问题再次发生，已请主管关注。")
    yield 6 * HOUR
    life.answer("ambassador", "answer", life.words.answer)
    yield 22 * HOUR
    life.called(4, life.words.remark)
    life.close()


@course("major")
def major(life: Life) -> Course:
    life.open("counter", severity="serious")
    yield 25
    life.act("ambassador", "start")
    report = cases.make_major(
        actor=life.actor("ambassador"), case=life.row, reason="多户联名，顾客情绪激动，要求当面答复。"
    )
    yield 100
    cases.propose(
        actor=life.actor("supervisor"), report=report, proposal="由主管约见业主代表，工程部当日拿出方案。"
    )
    yield 45
    cases.decide(actor=life.actor("manager"), report=report, decision="同意，三日内书面答复，本人跟进。")
    sheet = life.sheet("ambassador", "engineering", "请当日提交整改方案。", 6)
    yield 4 * HOUR
    life.answer_sheet(sheet, "方案已提交，明日开工。")
    life.accept_sheet("ambassador", sheet)
    life.answer("ambassador", "answer", life.words.answer)
    yield 17 * HOUR
    life.apologised()
    life.called(4, life.words.remark)
    yield 60
    life.close()
