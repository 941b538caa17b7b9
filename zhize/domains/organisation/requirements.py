"""What a position asks of its holder 任职要求 (ORG-06), and its rights of decision 职位权限 (ORG-10), as data of the sheet.

Requirements describe whom the department looks for. They are shown and printed; no figure of pay or appraisal reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SHORT = (
    ("sex", _("性别")),
    ("age", _("年龄")),
    ("education", _("学历")),
    ("major", pgettext_lazy("education", "专业")),
    ("languages", _("语言")),
    ("computer", _("电脑操作")),
    ("equipment", _("所需硬件")),
    ("software", _("所需软件")),
)
LONG = (
    ("knowledge", _("专业知识")),
    ("certificates", _("资格证书")),
    ("training", _("培训经历")),
    ("experience", _("工作经验")),
    ("skills", _("技能")),
    ("attitude", _("态度")),
    ("other", _("其他要求")),
)
MIND = (
    ("leadership", _("领导力")),
    ("adaptability", _("应变力")),
    ("planning", _("计划力")),
    ("creativity", _("创造力")),
)
BODY = (("mental", _("脑力")), ("physical", _("体力")))
ABILITIES = (*MIND, *BODY)
RATINGS = (
    ("must", pgettext_lazy("ability", "极需要")),
    ("need", pgettext_lazy("ability", "需要")),
    ("none", pgettext_lazy("ability", "不需要")),
)
FIELDS = (*SHORT, *LONG)
LABELS: dict[str, Any] = dict((*FIELDS, *ABILITIES))
TICKED, OPEN = "■", "□"

POWERS = {
    "approve": pgettext_lazy("authority", "审批"),
    "decide": pgettext_lazy("authority", "决定"),
    "suggest": pgettext_lazy("authority", "建议"),
    "examine": pgettext_lazy("authority", "审查"),
}
# Read in every language; written in that of the reader.
_MARKS = {"审批": "approve", "决定": "decide", "建议": "suggest", "审查": "examine"}
# The words by which sheets say which kind of right is meant; one sentence may give two (建议/决策权).
_WORDS = {
    "approve": ("审批", "批准", "核准"),
    "decide": ("决策", "决定", "裁决"),
    "suggest": ("建议", "提议", "推荐"),
    "examine": ("审查", "审核", "检查", "监督", "审阅"),
}


def kept(given: Mapping[str, Any]) -> dict[str, Any]:
    """What is filled in, in the order of the sheet; abilities that nobody rated are left out."""
    found: dict[str, Any] = {
        key: str(given[key]).strip() for key, _label in FIELDS if str(given.get(key) or "").strip()
    }
    known = {code for code, _label in RATINGS}
    rated = given.get("abilities") or {}
    abilities = {key: rated[key] for key, _label in ABILITIES if rated.get(key) in known}
    return {**found, "abilities": abilities} if abilities else found


def columns(sheet: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a sheet one by one, those of requirements under `q_…` as on the printed sheet."""
    rest = {key: value for key, value in sheet.items() if key not in {"requirements", "authority"}}
    asked = dict(sheet.get("requirements") or {})
    rated = asked.pop("abilities", None) or {}
    found = {**rest, **{f"q_{key}": value for key, value in {**asked, **rated}.items()}}
    return {**found, "authority": as_lines(sheet["authority"])} if sheet.get("authority") else found


def boxes(rating: str | None) -> str:
    """A rating as the printed sheet shows it: three boxes, the one that holds filled."""
    return " ".join(f"{TICKED if code == rating else OPEN}{label}" for code, label in RATINGS)


def kinds_of(text: str) -> tuple[str, ...]:
    """Which rights a sentence of a sheet gives: approve, decide, suggest, examine, by its own words."""
    return tuple(kind for kind, words in _WORDS.items() if any(word in text for word in words))


def powers(lines: str | Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rights with their kinds, from lines of text. A line may say its kind in front: 【建议】…"""
    if not isinstance(lines, str):
        return [dict(line) for line in lines]
    return [_power(line.strip()) for line in lines.splitlines() if line.strip()]


def as_lines(found: str | Iterable[Mapping[str, Any]]) -> str:
    """The same for a text field: the kind stands in front only where the words do not say it."""
    if isinstance(found, str):
        return found
    return "\n".join(_line(each) for each in found)


def _power(line: str) -> dict[str, Any]:
    head, mark, rest = line.removeprefix("【").partition("】")
    if line.startswith("【") and mark:
        named = {**_MARKS, **{str(label): kind for kind, label in POWERS.items()}}
        kinds = [named[word] for word in head.replace(",", "、").split("、") if word.strip() in named]
        if kinds:
            return {"text": rest.strip(), "kinds": kinds}
    return {"text": line, "kinds": list(kinds_of(line))}


def _line(power: Mapping[str, Any]) -> str:
    text, kinds = str(power["text"]), list(power.get("kinds") or ())
    if kinds == list(kinds_of(text)) or not kinds:
        return text
    return f"【{'、'.join(str(POWERS[kind]) for kind in kinds)}】{text}"
