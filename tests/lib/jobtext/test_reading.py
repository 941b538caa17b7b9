"""A whole job description becomes positions, numbered clauses and what each demands."""

from __future__ import annotations

from zhize.lib import jobtext

SHEET = """首页 > 制度大全 > 前台接待员岗位职责
2024-07-25 閱讀 8565
前台接待员岗位职责
直接上级:客户服务主管 直接下级:无
(一)工作职责:
1.接待来访。 2.每月5日前交资料室存档。
任职要求:
1、2年以上工作经验。
"""


def test_a_sheet_is_read_with_its_people_its_clauses_and_their_deadlines() -> None:
    draft = jobtext.read(SHEET, name="sheet.txt")
    (position,) = draft.positions
    assert (position.name, position.reports_to, position.direct_reports) == ("前台接待员", "客户服务主管", ())
    shown = [(clause.section, clause.number, clause.text, clause.kind) for clause in position.clauses]
    assert shown[:2] == [
        ("(一)工作职责", "1.", "接待来访。", "standing"),
        ("(一)工作职责", "2.", "每月5日前交资料室存档。", "recurring"),
    ]
    assert shown[-1] == ("任职要求", "1、", "2年以上工作经验。", "standing")
    (duty,) = position.clauses[1].duties
    assert duty.recurring == {"every": "month", "due": "by", "month_days": [5]}
    assert [(line.number, line.kind) for line in draft.lines[:3]] == [
        (1, "furniture"), (2, "furniture"), (3, "title"),
    ]  # fmt: skip


def test_nothing_gives_nothing() -> None:
    assert jobtext.read("").positions == ()
