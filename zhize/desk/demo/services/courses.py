"""The courses themselves, with how often each is taken."""

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
    life.act("ambassador", "answer", solution=life.words.answer)
    life.say("ambassador", life.words.answer, result=True)
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
    life.act("ambassador", "answer", solution=life.words.answer)
    life.say("ambassador", life.words.answer, result=True)
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
    life.act("ambassador", "answer", solution=life.words.answer)
    life.say("ambassador", life.words.answer, result=True)
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
    life.act("ambassador", "answer", solution=life.words.answer)
    life.say("ambassador", life.words.answer, result=True)
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
    life.act("ambassador", "answer", solution="已到现场查看并做了处理。")
    life.say("ambassador", "已到现场查看并做了处理。", result=True)
    yield 20 * HOUR
    life.called(2, "顾客表示问题没有真正解决，要求重新处理。")
    yield 3 * HOUR
    life.note("supervisor", "请查明原因重新处理，处理前先向顾客说明方案。")
    sheet = life.sheet("ambassador", "engineering", "顾客回访不满意，请主管到场复查。", 26)
    yield 7 * HOUR
    life.answer_sheet(sheet, "复查后更换配件，测试正常。")
    life.accept_sheet("ambassador", sheet)
    life.act("ambassador", "answer", solution=life.words.answer)
    life.say("ambassador", life.words.answer, result=True)
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
    life.act("ambassador", "answer", solution=life.words.answer)
    life.say("ambassador", life.words.answer, result=True)
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
    life.act("ambassador", "answer", solution=life.words.answer)
    life.say("ambassador", life.words.answer, result=True)
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
    life.act("ambassador", "answer", solution=life.words.answer)
    life.say("ambassador", life.words.answer, result=True)
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
    life.act("ambassador", "answer", solution=life.words.answer)
    life.say("ambassador", life.words.answer, result=True)
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
    life.act("ambassador", "answer", solution=life.words.answer)
    life.say("ambassador", life.words.answer, result=True)
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
    life.act("ambassador", "answer", solution=life.words.answer)
    life.say("ambassador", life.words.answer, result=True)
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
    life.act("ambassador", "answer", solution=life.words.answer)
    life.say("ambassador", life.words.answer, result=True)
    yield 17 * HOUR
    life.apologised()
    life.called(4, life.words.remark)
    yield 60
    life.close()


@course("adopted")
def adopted(life: Life) -> Course:
    life.open("phone")
    yield 50
    life.say("ambassador", "感谢您的建议，我们会组织可行性分析，并把结果告诉您。")
    yield 30 * HOUR
    life.act("ambassador", "start")
    yield 76 * HOUR
    life.act(
        "ambassador",
        "adopt",
        solution=life.words.answer,
        analysis="各部门会商，条件具备，费用可控。",
        plan="列入下月工作计划，由客户服务主管跟进。",
        outcome="adopted",
    )
    life.say("ambassador", life.words.answer, result=True)
    yield 5 * HOUR
    life.close()


@course("declined")
def declined(life: Life) -> Course:
    life.open("counter")
    yield 90
    life.say("ambassador", "感谢您的建议，我们研究后答复您。")
    yield 52 * HOUR
    life.act("ambassador", "start")
    yield 70 * HOUR
    life.act(
        "ambassador",
        "decline",
        solution="经分析暂不具备条件，已记录，条件成熟时再办。",
        analysis="涉及公共面积变更，需业主大会表决，目前不具备条件。",
        outcome="not_adopted",
    )
    life.say("ambassador", "经分析暂不具备条件，已记录，条件成熟时再办。", result=True)
    yield 4 * HOUR
    life.close()


@course("answered_at_once")
def answered_at_once(life: Life) -> Course:
    life.open("phone", solution=life.words.answer)
    yield 1


@course("looked_up")
def looked_up(life: Life) -> Course:
    life.open("counter")
    yield 3 * HOUR
    life.act("desk", "answer", solution=life.words.answer)
    yield 1


@course("repaired")
def repaired(life: Life) -> Course:
    life.open("phone")
    yield 30
    life.act("engineer", "start")
    yield 4 * HOUR
    life.act("engineer", "repair", solution=life.words.answer)
    life.say("engineer", life.words.answer, result=True)
    yield 20 * HOUR
    life.called(5, life.words.remark)
    life.close()


@course("parts")
def parts(life: Life) -> Course:
    life.open("phone")
    yield 60
    life.act("engineer", "start")
    yield 2 * HOUR
    life.act("engineer", "await_parts", reason="需订购配件，两天到货")
    yield 45 * HOUR
    life.act("engineer", "resume")
    yield 3 * HOUR
    life.act("engineer", "repair", solution=life.words.answer)
    life.say("engineer", life.words.answer, result=True)
    yield 22 * HOUR
    life.called(4, life.words.remark)
    life.close()


@course("web_fault")
def web_fault(life: Life) -> Course:
    life.open("web", "officer")
    yield 25
    life.verify()
    yield 60
    life.act("engineer", "start")
    yield 6 * HOUR
    life.act("engineer", "repair", solution=life.words.answer)
    life.say("engineer", life.words.answer, result=True)
    yield 16 * HOUR
    life.called(4, life.words.remark)
    life.close()


@course("fixed_at_once")
def fixed_at_once(life: Life) -> Course:
    life.open("counter", solution=life.words.answer)
    yield 1


@course("repaired_badly")
def repaired_badly(life: Life) -> Course:
    life.open("phone")
    yield 40
    life.act("engineer", "start")
    yield 5 * HOUR
    life.act("engineer", "repair", solution="已处理。")
    life.say("engineer", "已处理。", result=True)
    yield 19 * HOUR
    life.called(2, "修完当晚又坏了。")
    yield 4 * HOUR
    life.act("engineer", "repair", solution=life.words.answer)
    life.say("engineer", life.words.answer, result=True)
    yield 22 * HOUR
    life.called(4, life.words.remark)
    life.close()


@course("repaired_unreached")
def repaired_unreached(life: Life) -> Course:
    life.open("phone")
    yield 35
    life.act("engineer", "start")
    yield 3 * HOUR
    life.act("engineer", "repair", solution=life.words.answer)
    life.say("engineer", life.words.answer, result=True)
    for wait in (19 * HOUR, 7 * HOUR, 17 * HOUR):
        yield wait
        life.not_reached()
    life.close()


@course("arranged")
def arranged(life: Life) -> Course:
    life.open("phone")
    yield 40
    until = clock.now() + timedelta(hours=24)
    life.act("ambassador", "arrange", until=until)
    yield 20 * HOUR
    life.act("ambassador", "finish", solution=life.words.answer)
    life.say("ambassador", life.words.answer, result=True)
    yield 60
    life.close("ambassador")


@course("done_at_once")
def done_at_once(life: Life) -> Course:
    life.open("counter", solution=life.words.answer)
    yield 1


@course("official")
def official(life: Life) -> Course:
    life.open("regulator", "officer")
    yield 60
    life.act("officer", "start")
    report = life.row.major
    yield 90
    cases.propose(
        actor=life.actor("supervisor"), report=report, proposal="投诉专员牵头核实，两日内书面回复。"
    )
    yield 2 * HOUR
    cases.decide(actor=life.actor("manager"), report=report, decision="同意。")
    life.note("officer", "已到现场核实，并与诉求人电话沟通。")
    for step in ("facts_checked", "customer_met", "written_reply"):
        cases.tick(actor=life.actor("officer"), case=life.row, code=step)
    yield 3 * HOUR
    life.act("officer", "answer", solution=life.words.answer)
    life.say("officer", life.words.answer, result=True)
    yield 16 * HOUR
    cases.audit(actor=life.actor("lead"), case=life.row, passed=True)
    yield 60
    life.close("lead")
