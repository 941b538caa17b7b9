"""What is open today: courses that stop half-way, so that every screen has something to show in every state."""

from __future__ import annotations

from datetime import timedelta

from zhize.desk.demo.services.lives import HOUR, Course, Life, course
from zhize.domains.cases import services as cases
from zhize.lib import clock

# Course, type, hours ago that it began. Together with the matters of the last days these are open now.
STANDING: tuple[tuple[str, str, int], ...] = (
    ("overdue", "complaint", 34),
    ("overdue", "complaint", 27),
    ("sheet_out", "complaint", 20),
    ("sheet_out", "complaint", 9),
    ("sheet_late", "complaint", 22),
    ("in_hand", "complaint", 6),
    ("in_hand", "complaint", 3),
    ("on_hold", "complaint", 50),
    ("to_call_back", "complaint", 26),
    ("to_call_back", "complaint", 14),
    ("reopened_now", "complaint", 46),
    ("major_now", "complaint", 8),
    ("fresh", "complaint", 1),
    ("to_verify", "complaint", 2),
    ("to_verify", "fault", 1),
    ("promise_now", "complaint", 16),
    ("studied", "suggestion", 100),
    ("studied", "suggestion", 60),
    ("fresh", "suggestion", 5),
    ("repairing", "fault", 4),
    ("repairing", "fault", 2),
    ("parts_ordered", "fault", 40),
    ("visit_agreed", "fault", 18),
    ("fresh", "consultation", 2),
    ("fresh", "request", 4),
    ("official_now", "official_complaint", 28),
)


@course("fresh")
def fresh(life: Life) -> Course:
    life.open("counter")
    yield 1


@course("to_verify")
def to_verify(life: Life) -> Course:
    life.open("web", "officer")
    yield 1


@course("in_hand")
def in_hand(life: Life) -> Course:
    life.open("phone")
    yield 30
    life.act("ambassador", "start")
    life.say("ambassador", "您好，我是您的客户大使，正在核实情况，今天给您回复。")
    yield 1


@course("overdue")
def overdue(life: Life) -> Course:
    life.open("phone")
    yield 60
    life.act("ambassador", "start")
    yield 20 * HOUR
    life.heard("怎么还没有结果？请尽快答复。")
    cases.urge(actor=life.actor("supervisor"), case=life.row, note="顾客再次来电，请立即答复。")
    yield 1


@course("sheet_out")
def sheet_out(life: Life) -> Course:
    life.open("phone")
    yield 40
    life.act("ambassador", "start")
    life.sheet("ambassador", "engineering", "请到现场检查并给出处理意见。", 30)
    yield 1


@course("sheet_late")
def sheet_late(life: Life) -> Course:
    life.open("counter")
    yield 45
    life.act("ambassador", "start")
    life.sheet("ambassador", "environment", "请安排当天清理并拍照反馈。", 9)
    yield 1


@course("on_hold")
def on_hold(life: Life) -> Course:
    life.open("phone")
    yield 90
    life.act("ambassador", "start")
    yield 4 * HOUR
    life.act("ambassador", "pause", reason="约定周末双方业主都在家时协调")
    life.say("ambassador", "您好，已与对方约好周末当面协调，届时通知您。")
    yield 1


@course("to_call_back")
def to_call_back(life: Life) -> Course:
    life.open("phone")
    yield 50
    life.act("ambassador", "start")
    yield 5 * HOUR
    life.answer("ambassador", "answer", life.words.answer)
    yield 3 * HOUR
    life.not_reached()
    yield 1


@course("reopened_now")
def reopened_now(life: Life) -> Course:
    life.open("phone")
    yield 45
    life.act("ambassador", "start")
    yield 6 * HOUR
    life.answer("ambassador", "answer", "已到现场查看并做了处理。")
    yield 19 * HOUR
    life.called(2, "顾客反映当晚又出现同样情况，很不满意。")
    yield 1


@course("major_now")
def major_now(life: Life) -> Course:
    life.open("counter", severity="serious")
    yield 30
    life.act("ambassador", "start")
    report = cases.make_major(
        actor=life.actor("ambassador"), case=life.row, reason="同楼栋十二户联名，要求书面答复。"
    )
    yield 60
    cases.propose(
        actor=life.actor("supervisor"),
        report=report,
        proposal="召集业主代表座谈，工程部出具检测报告后书面答复。",
    )
    yield 1


@course("promise_now")
def promise_now(life: Life) -> Course:
    life.open("phone")
    yield 60
    life.act("ambassador", "start")
    due = clock.now() + timedelta(hours=30)
    cases.promise(actor=life.actor("ambassador"), case=life.row, text="明天下班前给出维修方案", due_at=due)
    yield 1


@course("studied")
def studied(life: Life) -> Course:
    life.open("phone")
    yield 60
    life.say("ambassador", "感谢您的建议，我们会组织可行性分析，并把结果告诉您。")
    yield 20 * HOUR
    life.act("ambassador", "start")
    yield 1


@course("repairing")
def repairing(life: Life) -> Course:
    life.open("phone")
    yield 20
    life.act("engineer", "start")
    yield 1


@course("parts_ordered")
def parts_ordered(life: Life) -> Course:
    life.open("phone")
    yield 30
    life.act("engineer", "start")
    yield 3 * HOUR
    life.act("engineer", "await_parts", reason="门机板已订购，三天到货")
    yield 1


@course("visit_agreed")
def visit_agreed(life: Life) -> Course:
    life.open("phone")
    yield 40
    until = clock.now() + timedelta(hours=30)
    life.act("engineer", "agree_visit", reason="业主约定明天下午在家", until=until)
    yield 1


@course("official_now")
def official_now(life: Life) -> Course:
    life.open("regulator", "officer")
    yield 60
    life.act("officer", "start")
    report = life.row.major
    yield 2 * HOUR
    cases.propose(
        actor=life.actor("supervisor"), report=report, proposal="投诉专员牵头核实，两日内书面回复。"
    )
    yield 3 * HOUR
    cases.tick(actor=life.actor("officer"), case=life.row, code="facts_checked")
    yield 1
