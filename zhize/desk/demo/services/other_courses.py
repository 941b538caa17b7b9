"""Courses of what is no complaint: suggestions, questions, repairs, requests, referrals."""

from __future__ import annotations

from datetime import timedelta

from zhize.desk.demo.services.lives import HOUR, Course, Life, course
from zhize.domains.cases import services as cases
from zhize.lib import clock


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
    life.answer("engineer", "repair", life.words.answer)
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
    life.answer("engineer", "repair", life.words.answer)
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
    life.answer("engineer", "repair", life.words.answer)
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
    life.answer("engineer", "repair", "已处理。")
    yield 19 * HOUR
    life.called(2, "修完当晚又坏了。")
    yield 4 * HOUR
    life.answer("engineer", "repair", life.words.answer)
    yield 22 * HOUR
    life.called(4, life.words.remark)
    life.close()


@course("repaired_unreached")
def repaired_unreached(life: Life) -> Course:
    life.open("phone")
    yield 35
    life.act("engineer", "start")
    yield 3 * HOUR
    life.answer("engineer", "repair", life.words.answer)
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
    life.answer("ambassador", "finish", life.words.answer)
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
    life.answer("officer", "answer", life.words.answer)
    yield 16 * HOUR
    cases.audit(actor=life.actor("lead"), case=life.row, passed=True)
    yield 60
    life.close("lead")
