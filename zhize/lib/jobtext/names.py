"""Periods that stand in the name of what is made: 季度管理报告, 年度工作规划, 日盘点表, 周计划表, 月结, 交接班日志.

Seeds 001:163, 001:177, 002:121, 002:140, 002:237, 003:17, 003:33, 003:78, 003:80, 003:454 say no other period.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_UNITS = {"日": "day", "周": "week", "旬": "ten_days", "月": "month", "月度": "month", "季": "quarter", "季度": "quarter",
          "半年": "half_year", "半年度": "half_year", "年": "year", "年度": "year", "每日": "day"}  # fmt: skip
_UNIT = r"(?:半年度|半年|季度|月度|年度|日(?![常期程志用后本内前])|周(?![到边围转密内])|旬|月(?![台薪饼内])|季(?![节内])|年(?![轻龄级会假限代薪内货]))"
_PLAN = r"(?:计划表?|规划|预算|目标|方案|安排)"
_RESULT = (
    r"(?:总结表?|小结|报告|报表|分析|统计表?|盘点表?|汇报|考核|例会|会议|结账|结算|检查|检验|巡检|盘点|保养|述职|通报|简报|"
    r"统计报表|汇总表?|评比|对账|审计|结|清|检|报表?|审|评估|测评|记账|巡查)"
)
_NAME = re.compile(
    rf"(?<![\d个每上下当本全一两半几数近今去各前后某])(?P<units>{_UNIT}(?:[、/和及与]{_UNIT})*)(?P<what>[\u3400-\u9fff]{{0,10}}?)"
    rf"(?:(?P<plan>{_PLAN})|(?P<result>{_RESULT}))"
)
_REPORT = re.compile(r"(?P<units>[日周月季年])(?P<what>)(?P<result>报)(?:表)?(?P<plan>)(?=》|[\"”])")
# 制定季度工作计划、…、进行工作总结: what is planned for a period is summed up at its end.
_SUMMARY = re.compile(r"(?:工作)?总结")
_SHIFT = re.compile(r"交接班(?:制度|记录|日志|日制|手续|本|登记|台账|工作)|班组?日志")
_DAILY = re.compile(
    r"日常[\u3400-\u9fff]{0,6}?(?:巡查|巡视|巡检|检查|点检|盘点|值台)(?![\u3400-\u9fff]{0,2}中)"
)
_MADE = re.compile(
    r"制定|制订|拟定|拟订|编制|编写|撰写|提交|上报|报送|填写|填报|填制|做好|做|完成|组织|进行|出具|形成|起草|制作|汇总|上交|开展|"
    r"召开|负责|实施|编报|登记|落实|提出|分解|主持|协助|执行|填|对"
)
_GROUND = re.compile(r"^(?:并|且)?(?:依据|根据|按照|依照|参照|结合|围绕|遵照|配合|按|以)")
_AIM = re.compile(r"(?:制定|制订|拟定|拟订|确定|编制|分解|下达|提出)")
# 生日, 假日, 周年, 青年: the unit is the end or the beginning of another word.
_OTHER_WORD = re.compile(
    r"(?:生|假|节|休|近|往|历|平|昔|整|满|多|青|少|成|老|中|童|百|岁|蜜|按|旺|淡|换|四|雨|圆)$"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A period in a name, as the reading of `times.periods` that says the same."""

    rule: dict[str, Any]
    start: int
    end: int


def find(text: str, start: int, end: int) -> Iterator[Named]:
    """The names with a period between two places (one segment) that the segment says to make."""
    part = text[start:end]
    for match in _SHIFT.finditer(text, start, end):
        yield Named({"every": "shift", "due": "shift_end"}, match.start(), match.end())
    for match in _DAILY.finditer(text, start, end):
        yield Named({"every": "day", "due": "shift_end"}, match.start(), match.end())
    if _GROUND.match(part):
        return
    for match in (*_NAME.finditer(text, start, end), *_REPORT.finditer(text, start, end)):
        before = text[start : match.start()]
        if not _MADE.search(text[start : match.end()]) or _OTHER_WORD.search(before):
            continue
        if match.group("plan") == "目标" and not _AIM.search(before):
            continue
        plan = bool(match.group("plan"))
        for unit in re.findall(_UNIT, match.group("units")):
            yield Named(_rule(_UNITS[unit], plan), match.start(), match.end())
            if plan and (summary := _SUMMARY.search(text, match.end(), end)) is not None:
                yield Named(_rule(_UNITS[unit], False), summary.start(), summary.end())


def _rule(unit: str, plan: bool) -> dict[str, Any]:
    """A plan is due when its period begins, what sums up when it ends (§4, CAL-081)."""
    if unit == "day":
        return {"every": "day", "due": "shift_end"}
    return {"every": unit, "due": "period_start" if plan else "period_end"}
