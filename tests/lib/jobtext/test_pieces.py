"""Time words are found in the sentences of real position sheets."""

from __future__ import annotations

import pytest

from zhize.lib.jobtext.times.scan import pieces


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("未能当场解决的投诉在24小时内处理并回复顾客", ["24小时内"]),
        ("负责每月26日根据资料室资料清单对所存资料进行盘点，及时领用", ["每月26日", "及时"]),
        ("每日下班前半小时整理台面，随时接听来电", ["每日下班前半小时", "随时"]),
        ("合同到期提前一个月沟通，每季度拜访一次，月底前上报", ["提前一个月", "每季度", "月底前"]),
        ("接到通知后不得超过5分钟到场，3天内完成", ["不得超过5分钟", "3天内"]),
        ("Answer within 24 hours; report by the 5th, monthly", ["within 24 hours", "by the 5th", "monthly"]),
        ("按照科学的方法进行分类编码", []),
    ],
)
def test_what_says_when_is_told_from_the_rest(clause: str, words: list[str]) -> None:
    found = list(pieces(clause))
    assert [piece for piece, is_time in found if is_time] == words
    assert "".join(piece for piece, _ in found) == clause
