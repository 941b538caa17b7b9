"""What a named paper is kept as, and why: the kinds that requirements §6 (FRM) and the finished packs give such papers.

Plans, summaries and reports are forms with a field for each thing that they must say (FRM-025, 084, 113, 139), lists are
forms with an entry (FRM-063, 064, 129), minutes and the log of a shift are records of the product itself (FRM-026, 117),
photographs and documents are files. The paper itself, scanned, does in place of any form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from zhize.lib.jobtext import Evidence
from zhize.lib.text import Text

Field = dict[str, Any]
MOST = 4000
"""Characters of a written part."""


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of papers: the evidence that it is, what its form asks, and why it was proposed."""

    kind: Literal["form", "file", "signature", "note"]
    why: Text
    fields: tuple[Field, ...] = ()
    record: str = ""


def _written(code: str, zh: str, en: str, *, required: bool = True) -> Field:
    return {
        "code": code,
        "type": "paragraph",
        "label": {"zh": zh, "en": en},
        "required": required,
        "max_length": MOST,
    }


def _short(code: str, zh: str, en: str) -> Field:
    return {
        "code": code,
        "type": "text",
        "label": {"zh": zh, "en": en},
        "required": True,
        "max_length": 100,
    }


_DAY: Field = {"code": "day", "type": "date", "label": {"zh": "日期", "en": "Date"}, "required": True}
_PERIOD = _short("period", "所属期间", "Period")
_PROBLEMS = _written("problems", "问题", "Problems", required=False)

_NAMED: tuple[tuple[re.Pattern[str], Sort], ...] = (
    (
        re.compile("交接?班"),
        Sort("form", Text("交接班在系统里有自己的交接记录，交接完成即为凭证", "A shift is handed over in the product; that log proves it"),
             (_DAY, _written("content", "交接内容", "What was handed over")), "shift_log"),
    ),
    (
        re.compile("会议?(?:记录|纪要)"),
        Sort("form", Text("会议在系统里有自己的会议记录，记录写成即为凭证", "Meetings have minutes in the product; those prove it"),
             (_DAY, _short("attended", "参加人", "Attended"), _written("topics", "议题", "Topics"),
              _written("decisions", "决定与分工", "Decisions and who does what")), "minutes"),
    ),
    (
        re.compile(r"(?:总结|小结|述职)(?:表|书|报告)?$"),
        Sort("form", Text("总结分项填写：完成情况、问题、下期打算", "A summary is filled in by its parts: results, problems, what next"),
             (_PERIOD, _written("results", "完成情况", "Results"), _PROBLEMS, _written("plan", "下期打算", "What next"))),
    ),
    (
        re.compile(r"(?:计划|规划|方案|预算)(?:表|书)?$"),
        Sort("form", Text("计划分项填写：目标、事项与分工、所需支持", "A plan is filled in by its parts: goals, tasks, what is needed"),
             (_PERIOD, _written("goals", "目标", "Goals"), _written("tasks", "事项与分工", "Tasks and who does them"),
              _written("needs", "所需支持", "What is needed", required=False))),
    ),
    (
        re.compile(r"(?:报告|分析|简报|通报|汇报|汇报材料|报道|[日周月季年]报)(?:表|书)?$"),
        Sort("form", Text("报告分项填写：情况、问题与原因、措施或建议", "A report is filled in by its parts: findings, problems, measures"),
             (_PERIOD, _written("findings", "情况与数据", "Findings and figures"), _PROBLEMS,
              _written("measures", "措施或建议", "Measures proposed", required=False))),
    ),
    (
        re.compile(r"(?:台账|清单|登记|登记[表簿本册]|统计|统计表|汇总|汇总表|盘点表|明细表|一览表|报表)$"),
        Sort("form", Text("台账、清单、统计按条登记", "Lists and registers are kept entry by entry"),
             (_DAY, _short("item", "项目", "Item"), _short("amount", "数量或数据", "Amount or figure"),
              _written("remarks", "说明", "Remarks", required=False))),
    ),
)  # fmt: skip
_FORM = Sort(
    "form",
    Text("原文点名的表单或记录，按表填写", "The clause names a form or record to fill in"),
    (_DAY, _written("content", "内容", "Content")),
)
_PLAIN = {
    "file": Sort("file", Text("资料、照片类，上传文件", "Documents and photographs are uploaded")),
    "signature": Sort("signature", Text("原文要求签字", "The clause asks for a signature")),
    "note": Sort("note", Text("", "")),
}
COUNTED = Text("原文写了数量，按完成数量计", "The clause names a number, so what is done is counted")


def sort_of(paper: Evidence | None) -> Sort:
    """The sort of a paper as it was read or chosen; without one a note of what was done."""
    if paper is None:
        return _PLAIN["note"]
    if paper.kind in _PLAIN:
        return _PLAIN[paper.kind]
    title = paper.title.strip()
    return next((sort for words, sort in _NAMED if words.search(title)), _FORM)
