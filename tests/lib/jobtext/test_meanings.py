"""What words of a clause refer to and what they are not: events named before, marks to reach, papers that are made."""

from __future__ import annotations

from typing import Any

import pytest

from zhize.lib import jobtext
from zhize.lib.jobtext import DraftDuty, duties


def codes(duty: DraftDuty) -> list[str]:
    return [doubt.code for doubt in duty.doubts]


@pytest.mark.parametrize(
    ("clause", "events"),
    [("溺水事件发生后立即施救，事后2日内提交书面报告，次日上午10点前上报馆长。", ["溺水事件发生后"] * 3),
     ("接到投诉后30分钟内到场。随后须在2小时内报告馆长。", ["接到投诉后"] * 2),
     ("事后2日内提交报告。", [""]), ("每周组织演练，事后2日内提交报告。", [""])],
)  # fmt: skip
def test_what_is_done_afterwards_runs_from_the_event_named_before_and_is_unsure_without_one(
    clause: str, events: list[str]
) -> None:
    found = [duty for duty in duties.of(clause).duties if duty.trigger is not None]
    assert [(duty.trigger or {})["event"] for duty in found] == events
    assert ["no_event" in codes(duty) for duty in found] == [not event for event in events]


@pytest.mark.parametrize(
    ("clause", "count", "left"),
    [("每季度末对循环水设备进行一次保养，不少于3台。", 3, False), ("每月回访客户，不少于5户。", 5, False),
     ("每月走访会员，至少10人。", 10, False), ("每月组织一次演练，不少于10人。", None, True),
     ("每周检查设备3次，每次至少5台。", 3, True), ("每月演练一次。", None, False)],
)  # fmt: skip
def test_the_least_number_is_the_count_and_one_that_stays_out_of_the_rule_is_unsure(
    clause: str, count: int | None, left: bool
) -> None:
    (duty,) = duties.of(clause).duties
    assert (duty.count, (duty.recurring or {}).get("count")) == (count, count)
    assert ("amount_left" in codes(duty)) == left


@pytest.mark.parametrize(
    "clause",
    ["池水更换率每年不低于95%。", "每月水质合格率达到100%。", "每年客户满意度≥90%。",
     "每季度投诉处理率达100%，客户满意度不低于95%。", "做好保养，设备完好率每月保持在98%以上。"],
)  # fmt: skip
def test_a_rate_to_reach_is_standing_whatever_period_it_is_measured_in(clause: str) -> None:
    assert duties.of(clause).duties == ()


@pytest.mark.parametrize(
    "clause",
    ["每月组织培训，考核合格率达到95%以上。", "每月客户满意度达到95%，编制满意度报告报主管。", "每月抽查不低于20%的订单。"],
)  # fmt: skip
def test_what_is_done_beside_a_rate_is_still_owed(clause: str) -> None:
    assert [(duty.recurring or {})["every"] for duty in duties.of(clause).duties] == ["month"]


@pytest.mark.parametrize(
    ("clause", "paper"),
    [("每日关闭泳池并报告泳池主管。", None), ("每周汇总报告馆长。", None), ("每日登记并报告主管。", None),
     ("每月抽查20%的救生员值岗记录。", None), ("每日审阅交接班记录。", None), ("每天检查各岗位填写的巡视记录。", None),
     ("每周检查值班日志，并做好检查记录。", "检查记录"), ("每周核对台账，形成核对记录。", "核对记录"),
     ("每日填写并上交巡视记录。", "巡视记录"), ("每月编制水质分析报告报主管。", "水质分析报告"), ("每季提交书面报告。", "书面报告"),
     ("每年组织编制全省他网和公话业务的年度发展计划。", "年度发展计划"), ("每年编制设备的检查报告。", "设备的检查报告")],
)  # fmt: skip
def test_only_a_paper_that_the_clause_makes_is_evidence(clause: str, paper: str | None) -> None:
    (duty,) = duties.of(clause).duties
    assert (duty.evidence.title if duty.evidence is not None else None) == paper


@pytest.mark.parametrize(
    ("clause", "receiver"),
    [
        ("每月编制水质分析报告报泳池主管。", "泳池主管"),
        ("每周汇总报告馆长。", "馆长"),
        ("每月向馆长提交月度报告。", "馆长"),
        ("每周向馆长提交的方案进行复核。", ""),
    ],
)
def test_who_is_told_is_named_without_the_word_for_telling(clause: str, receiver: str) -> None:
    assert [duty.receiver for duty in duties.of(clause).duties] == [receiver]


@pytest.mark.parametrize(
    ("clause", "title"),
    [("每月5日前编制《月度水质分析报告》报泳池主管，遇节假日提前。", "编制《月度水质分析报告》报泳池主管"),
     ("每季度末对设备进行保养（不少于3台），遇节假日顺延。", "对设备进行保养"), ("每月抽查20%的订单，不重复。", "抽查20%的订单"),
     ("每季度末检修水泵，不少于3台，填写检修记录。", "检修水泵，填写检修记录"), ("每年组织考核，考核合格率达到100%。", "组织考核")],
)  # fmt: skip
def test_a_title_ends_before_its_conditions(clause: str, title: str) -> None:
    assert [duty.title for duty in duties.of(clause).duties] == [title]


@pytest.mark.parametrize(
    "label", ["直属主管", "直屬主管", "直接主管", "汇报对象", "彙報對象", "汇报上级", "直屬領導", "直线经理"]
)
def test_the_line_manager_is_known_by_every_label(label: str) -> None:
    sheet = f"职务名称：水质管理员\n{label}：泳池主任\n职责\n1、每日检测池水。"
    (position,) = jobtext.read(sheet).positions
    found: dict[str, Any] = {"reports_to": position.reports_to, **position.fields}
    assert found == {"reports_to": "泳池主任"}


@pytest.mark.parametrize(
    "head",
    ["岗位名称：水质管理员，任职条件：大专以上", "职务：水质管理员（任职条件：大专以上）", "职位：水质管理员 任职要求：大专以上",
     "水质管理员 任职条件：大专以上", "水質管理員\n直屬上司：泳池主任", "水质管理员岗位职责、任职条件"],
)  # fmt: skip
def test_the_name_of_a_position_ends_before_its_conditions(head: str) -> None:
    (position,) = jobtext.read(f"{head}\n岗位职责\n1、每日检测池水。").positions
    assert (position.name, len(position.clauses[-1].duties)) == ("水质管理员", 1)


@pytest.mark.parametrize(
    "text",
    ["1、审核各岗位任职条件。\n2、每日检测池水。", "1、招聘主管任职资格评审：每月一次。\n2、每日检测池水。"],
)
def test_a_clause_about_conditions_stays_whole(text: str) -> None:
    (position,) = jobtext.read(f"人事主管岗位职责\n{text}").positions
    assert (position.name, len(position.clauses)) == ("人事主管", 2)


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("术后第1天、第3天、第7天各复访一次。", "第3天、第7天"),
        ("首诊患者当日建档。", "当日"),
        ("未接通的当日再拨两次。", "两次"),
        ("每周一、周四上午整理器械。", "上午"),
        ("每天上午巡视一次。", "上午"),
        # What is used, what says which, and what says how much, is no time that was left.
        ("每天下午5点前上报。", ""),
        ("每日下班前半小时核对当日房态。", ""),
        ("每月30日前汇总本月的客户投诉，一式三份。", ""),
        ("随时保持台面整洁。", ""),
    ],
)
def test_time_words_that_no_duty_uses_are_said_to_be_left(clause: str, words: str) -> None:
    said = [doubt.text.zh.partition("：")[2] for doubt in duties.of(clause).doubts if doubt.code == "unused"]
    assert said == ([words] if words else [])


def test_a_section_in_which_nothing_is_owed_leaves_no_time_words() -> None:
    assert duties.of("每周一、周四上午可到岗。", standing=True).doubts == ()
