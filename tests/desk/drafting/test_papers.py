"""What a named paper becomes as evidence of a drafted duty: as the finished packs keep such papers (requirements §6)."""

from __future__ import annotations

import pytest

from zhize.desk.drafting import packing
from zhize.desk.drafting.packing import papers
from zhize.lib.jobtext import duties

CASES = [
    ("每月5日前提交《月度工作总结》", "form", "", "results"),
    ("每周五下班前做好《周计划表》", "form", "", "goals"),
    ("每季度末提交《服务质量分析报告》", "form", "", "findings"),
    ("每日登记《设备台账》", "form", "", "item"),
    ("每日填写《巡视记录表》", "form", "", "content"),
    ("每班填写《交接班日志》", "form", "shift_log", "content"),
    ("每周召开例会，形成《例会记录》", "form", "minutes", "decisions"),
    ("每月整理《现场照片》", "file", "", ""),
    ("合同到期前30天发送《续签通知》", "file", "", ""),
    ("每日核对押金", "note", "", ""),
]


@pytest.mark.parametrize(("clause", "kind", "record", "asked"), CASES)
def test_a_paper_is_proposed_as_what_fits_it(clause: str, kind: str, record: str, asked: str) -> None:
    (duty,) = duties.of(clause).duties
    made = packing.evidence(duty)
    assert (made["kind"], made.get("record", "")) == (kind, record)
    assert bool(packing.why(duty)) == (kind != "note")  # the reason is said wherever a paper is named
    codes = [field["code"] for field in papers.sort_of(duty.evidence).fields]
    assert asked in codes if asked else not codes


def test_what_is_counted_says_so_whatever_it_is_written_in() -> None:
    (duty,) = duties.of("每月走访客户不少于5户并填写《走访记录表》").duties
    assert packing.evidence(duty)["kind"] == "count"
    assert packing.why(duty) == papers.COUNTED
