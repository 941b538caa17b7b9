"""Whole job descriptions of other trades, in the forms they come in: lists, tables, brackets, articles, Traditional."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhize.lib import jobtext

SHEETS = Path(__file__).parent / "sheets"


def draft(name: str) -> jobtext.Draft:
    return jobtext.read((SHEETS / f"{name}.txt").read_text("utf-8"), name=name)


# Position, to whom it reports, its direct reports, how many posts, its unit, clauses, duties.
HEADS = {
    "hospital": [("病区护士长", "护理部主任", ("责任护士", "护理员"), 1, "内科", 9, 7)],
    "hotel": [
        ("客房部领班", "客房部主管", (), None, "", 9, 6),
        ("客房服务员", "客房领班", (), None, "", 2, 2),
    ],
    "table": [("仓储主管", "物流经理", (), 2, "物流部", 3, 3)],
    "school": [("班主任", "", (), None, "", 5, 5)],
    "window": [("综合受理窗口工作人员", "", (), None, "政务服务科", 10, 8)],
    "courier": [("配送站站长", "区域经理", (), None, "华东运营部", 14, 14)],
    "cleaner": [("保洁员", "", (), None, "", 7, 6)],
    "bank": [("柜面主管", "营业部经理", (), None, "", 7, 10)],
}


@pytest.mark.parametrize("name", HEADS)
def test_a_sheet_is_taken_apart_into_positions_clauses_and_duties(name: str) -> None:
    read = [
        (
            position.name, position.reports_to, position.direct_reports, position.headcount, position.unit,
            len(position.clauses), sum(len(clause.duties) for clause in position.clauses),
        )
        for position in draft(name).positions
    ]  # fmt: skip
    assert read == HEADS[name]


def test_the_running_head_and_the_page_number_are_no_clauses() -> None:
    read = draft("hospital")
    assert [line.number for line in read.lines if line.kind == "furniture"] == [1, 17, 18, 24]
    assert not any("人民医院" in clause.text for position in read.positions for clause in position.clauses)


def test_a_clause_that_lines_broke_apart_is_one_and_keeps_its_lines() -> None:
    (broken,) = [
        clause for clause in draft("hospital").positions[0].clauses if clause.text.endswith("补记。")
    ]
    assert (broken.text, broken.first_line, broken.last_line) == (
        "遇抢救患者可在抢救结束后6小时内补记。",
        15,
        16,
    )


def test_two_clauses_on_one_line_are_two() -> None:
    clauses = draft("window").positions[0].clauses[:2]
    assert [(clause.number, clause.first_line) for clause in clauses] == [("1、", 6), ("2、", 6)]


def test_a_table_row_is_a_clause_with_its_cells() -> None:
    clause = draft("table").positions[0].clauses[0]
    assert (clause.number, clause.text) == ("1.1", "组织盘点，编制《盘点报告》，每月一次，每月最后一个工作日")
    (duty,) = clause.duties
    assert duty.recurring == {"every": "month", "due": "on", "nth_working_day": -1}
    assert duty.evidence == jobtext.Evidence("report", "盘点报告", quoted=True)


def test_traditional_text_is_read_as_simplified() -> None:
    read = draft("bank")
    assert read.traditional
    assert read.positions[0].clauses[3].text.startswith("发现可疑交易应于当日填报《可疑交易报告》")


def test_who_gets_it_and_who_decides_is_read_from_the_clause() -> None:
    clauses = draft("hospital").positions[0].clauses
    (duty,) = next(clause for clause in clauses if clause.text.startswith("每月5日前")).duties
    assert (duty.receiver, duty.acceptor) == ("护理部", "护理部")
    assert duty.evidence == jobtext.Evidence("form", "护理质量自查表", quoted=True)


def test_limits_of_one_sentence_run_from_one_event() -> None:
    clauses = draft("courier").positions[0].clauses
    duties = next(clause for clause in clauses if clause.text.startswith("交通事故")).duties
    assert [duty.trigger["event"] for duty in duties if duty.trigger] == ["交通事故"] * 3


def test_a_heading_says_how_often_for_the_clauses_below_it() -> None:
    read = [duty.recurring for _position, _clause, duty in draft("cleaner").duties()]
    assert read == [
        {"every": "day", "due": "shift_end"},
        {"every": "day", "due": "by", "at": "16:00"},
        {"every": "week", "due": "period_end"},
        {"every": "week", "due": "period_end", "count": 2},
        {"every": "month", "due": "by", "month_days": [15]},
        {"every": "month", "due": "period_end"},
    ]


def test_where_nothing_is_owed_no_duty_is_made_and_the_reason_is_said() -> None:
    standing = [
        (clause.text, [doubt.code for doubt in clause.doubts])
        for position in draft("hospital").positions
        for clause in position.clauses
        if clause.section.startswith(("三、", "四、"))
    ]
    assert standing == [
        ("护理专业本科以上学历，8年以上临床护理工作经验；", ["experience"]),
        ("具有中级以上职称。", []),
        ("对本病区护士3天以内的请假有审批权。", ["authority"]),
    ]


@pytest.mark.parametrize("name", HEADS)
def test_every_mark_shows_the_words_it_was_read_from(name: str) -> None:
    for _position, clause, duty in draft(name).duties():
        assert duty.marks or "from_heading" in [doubt.code for doubt in duty.doubts]
        for mark in (*duty.marks, *clause.marks):
            assert clause.text[mark.start : mark.end] == mark.words


PIECES = st.sampled_from(
    [
        "岗位职责",
        "职位名称",
        ":",
        "直接上级",
        "\n",
        "1.",
        "2、",
        "(一)",
        "①",
        "第三条",
        "每月",
        "每周五",
        "5日",
        "前",
        "24小时内",
        "第3个工作日",
        "25%",
        "之",
        "、",
        ",",
        "。",
        "《月报》",
        "提前",
        "一个月",
        "到期",
        "下班前半小时",
        "次日10点",
        "及时",
        "不定期",
        "或",
        "至",
        "隔",
        "两",
        "半",
        "年",
        "负责",
        "上报",
        "經理",
        "�",
        "\u3000",
        "9:00-17:30",
        "最迟",
        "遇节假日顺延",
        "\t",
        "|",
        "every",
        "month",
        "within",
        "30",
        "days",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    read = jobtext.read(text)
    for _position, clause, duty in read.duties():
        assert (duty.recurring is None) != (duty.trigger is None)
        assert duty.title
        assert all(clause.text[mark.start : mark.end] == mark.words for mark in duty.marks)


@pytest.mark.parametrize("text", ["每月" * 10_000, "1、2、3、" * 5_000, "负责每日检查,5日前上报\n" * 300])
def test_a_text_that_never_ends_is_read_too(text: str) -> None:
    assert jobtext.read(text).positions


def test_markdown_headings_and_emphasis_are_no_names() -> None:
    """People paste from chat windows and wikis."""
    draft = jobtext.read(
        "# 酒店前厅部岗位说明书\n## 前台主管岗位职责\n**一、职责**\n1. 每周一提交上周客人意见汇总，报大堂副理。\n"
    )
    named = [position for position in draft.positions if position.clauses]
    assert [position.name for position in named] == ["前台主管"]
    (duty,) = named[0].clauses[0].duties
    assert duty.receiver == "大堂副理"


def test_a_line_that_names_a_firm_or_a_department_is_no_position() -> None:
    """The first lines of many sheets: the firm, the department, the position, each on its own line."""
    draft = jobtext.read(
        "某某物业管理有限公司\n工程部\n水电维修工\n岗位职责：\n1、每日巡查配电房两次。\n2、报修后30分钟内到场。"
    )
    (position,) = draft.positions
    assert (position.name, position.unit, len(position.clauses)) == ("水电维修工", "工程部", 2)


def test_a_nameless_sheet_under_a_department_is_the_departments() -> None:
    (position,) = jobtext.read("酒店前厅部\n一、岗位职责\n1. 每日14:00前核对房态。").positions
    assert (position.name, position.is_unit) == ("酒店前厅部", True)
    assert [clause.text for clause in position.clauses] == ["每日14:00前核对房态。"]


def test_a_clause_that_a_page_breaks_in_two_words_is_joined() -> None:
    """Where clauses end with a full stop, one without it goes on, also over the foot and the head of a page."""
    draft = jobtext.read(
        "护士长岗位职责\n1. 每周检查急救药品。\n2. 每月5日前上报月报。\n3. 接到投诉后24小时内处\n第 1 页 共 2 页\n"
        "理完毕并报护理部。"
    )
    (*_before, last) = draft.positions[0].clauses
    assert last.text == "接到投诉后24小时内处理完毕并报护理部。"


PAGES = """蓝湾游泳馆　管理制度汇编　第 12 页 / 共 40 页
救生组长岗位职责
1. 每月盘点救生器材，详见手册第 12 页。
2. 每周检查救生圈。 蓝湾游泳馆　管理制度汇编　第 13 页 / 共 40 页
员工手册 - 14 -
3. 每天 3/4 的泳道须有人值守。
蓝湾游泳馆 Page 3 of 12
4. 每日检查。
泳池管理汇编 15
5. 每班交接。
泳池管理汇编 16
"""


def test_heads_and_feet_with_the_number_of_the_page_are_struck_wherever_they_stand() -> None:
    read = jobtext.read(PAGES)
    (position,) = read.positions
    assert position.name == "救生组长"
    assert [clause.text for clause in position.clauses] == [
        "每月盘点救生器材，详见手册第 12 页。", "每周检查救生圈。", "每天 3/4 的泳道须有人值守。", "每日检查。", "每班交接。",
    ]  # fmt: skip
    assert [line.number for line in read.lines if line.kind == "furniture"] == [1, 5, 7, 9, 11]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [("一 每半月保养一次。\n二 每月检查钢丝绳一次。", ["每半月保养一次。", "每月检查钢丝绳一次。"]),
     ("11\t每月对账\n12\tGPS轨迹保存半年", ["每月对账", "GPS轨迹保存半年"]),
     ("A、P1级故障2小时内恢复\nB、P2级故障4小时内恢复", ["P1级故障2小时内恢复", "P2级故障4小时内恢复"]),
     ("一般情况下由领班处理。", ["一般情况下由领班处理。"])],
)  # fmt: skip
def test_a_printed_number_is_no_part_of_the_clause(text: str, clauses: list[str]) -> None:
    (position,) = jobtext.read(text).positions
    assert [clause.text for clause in position.clauses] == clauses


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("阅览室管理员岗位职责　　　　　　员工手册 - 31 -", "阅览室管理员"),
        ("物流调度员岗位说明", "物流调度员"),
    ],
)
def test_a_title_is_a_title_beside_the_foot_of_a_page_too(head: str, name: str) -> None:
    (position,) = jobtext.read(f"{head}\n1、每日巡查一次。\n2、每月盘点一次。").positions
    assert (position.name, len(position.clauses)) == (name, 2)


def test_a_traditional_sheet_beside_a_simplified_one_is_read_too() -> None:
    text = (
        "前台接待员岗位职责\n"
        + "1、每日核对押金，做到账款相符，填写交接记录。\n" * 20
        + "店長崗位職責\n1、每週開會一次。"
    )
    assert [position.name for position in jobtext.read(text).positions] == ["前台接待员", "店长"]


@pytest.mark.parametrize(
    "heads",
    [("一、客服主管", "二、前台接待"), ("第一章 客服主管", "第二章 前台接待"), ("客服主管", "前台接待")],
)
def test_a_heading_above_whom_it_reports_to_opens_a_position(heads: tuple[str, str]) -> None:
    text = f"""{heads[0]}
直接上级：诊所经理
1、每周一组织例会。
2、每月5日前上报报表。
{heads[1]}
所属部门：前厅
汇报对象：客服主管
1、接到投诉后24小时内答复。
"""
    read = [
        (position.name, position.reports_to, len(position.clauses))
        for position in jobtext.read(text).positions
    ]
    assert read == [("客服主管", "诊所经理", 2), ("前台接待", "客服主管", 1)]


def test_a_part_of_a_sheet_with_the_line_of_command_opens_none() -> None:
    text = "岗位名称：前台接待\n一、组织关系\n直接上级：客服主管\n二、岗位职责\n1、每周一核对台账。\n"
    assert [(one.name, one.reports_to) for one in jobtext.read(text).positions] == [("前台接待", "客服主管")]
