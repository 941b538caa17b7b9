"""A rule as fields of a form and back, with the choices in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhize.lib.jobtext import DraftDuty, Evidence

KINDS = (("recurring", _("定期")), ("triggered", _("触发")), ("standing", _("常设（不计时）")))
EVERY = (
    ("shift", _("每班")), ("day", _("每日")), ("week", _("每周")), ("ten_days", _("每旬")),
    ("half_month", _("每半月")), ("month", _("每月")), ("quarter", _("每季度")), ("half_year", _("每半年")),
    ("year", _("每年")),
)  # fmt: skip
PERIODS = (("", "—"), *((code, label) for code, label in EVERY if code not in ("shift", "day")))
DUE = (
    ("by", _("在这一天或之前")), ("on", _("就在这一天")), ("period_start", _("周期开始前")),
    ("period_end", _("周期结束前")), ("shift_start", _("上班时")), ("shift_end", _("下班前")),
)  # fmt: skip
WEEKDAYS = (
    ("mon", _("周一")), ("tue", _("周二")), ("wed", _("周三")), ("thu", _("周四")), ("fri", _("周五")),
    ("sat", _("周六")), ("sun", _("周日")),
)  # fmt: skip
FREE_DAYS = (("", _("按惯例")), ("earlier", _("提前")), ("later", _("顺延")), ("keep", _("照常")))
LIMITS = (
    ("elapsed", _("连续计时")), ("working", _("工作时间内")), ("day_end", _("当天下班前")),
    ("days", _("几天内（自然日，可写到几点）")), ("working_days", _("几个工作日内")), ("months", _("几个月内")),
    ("by", _("第几个工作日几点前")), ("shift_end", _("当班结束前")), ("period_end", _("周期结束前")),
    ("before", _("在事件所定日期之前")), ("none", _("不限时")),
)  # fmt: skip
UNITS = (
    ("minutes", _("分钟")), ("hours", _("小时")), ("seconds", _("秒")), ("days", _("天")),
    ("working_days", _("工作日")), ("months", _("月")),
)  # fmt: skip
EVIDENCE = (
    ("note", _("办理说明")), ("form", _("表单")), ("report", _("报告、计划、总结")), ("file", _("文件")), ("signature", _("签名")),
)  # fmt: skip
_NUMBERS = (
    "interval",
    "nth_working_day",
    "offset_days",
    "offset_working_days",
    "before_minutes",
    "after_minutes",
)
_LISTS = ("weekdays", "month_days", "months", "times")
_CLOCKS = ("at", "not_before")
_FLAGS = ("each_holder", "at_random", "no_repeat")
_OWN = {
    *_NUMBERS,
    *_LISTS,
    *_CLOCKS,
    *_FLAGS,
    "every",
    "due",
    "on_free_day",
    "count",
    "share_percent",
    "assumed",
}
# Which of its numbers a limit has, and in which unit it is asked for.
_MEASURES = {
    "elapsed": ("seconds", "minutes"), "working": ("minutes",), "days": ("days",), "working_days": ("days",),
    "months": ("months",), "by": ("days",), "day_end": ("days",), "shift_end": ("before_minutes",),
    "before": ("working_days", "days", "months", "minutes"),
}  # fmt: skip


class Numbers(forms.CharField):
    """Several whole numbers in one field, divided by commas or spaces."""

    def __init__(self, *, low: int, high: int, **kwargs: Any) -> None:
        self.low, self.high = low, high
        super().__init__(required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value

    def to_python(self, value: Any) -> Any:
        parts = [part for part in re.split(r"[\s,，、;；]+", str(value or "")) if part]
        if not all(re.fullmatch(r"-?\d{1,3}", part) for part in parts):
            raise forms.ValidationError(_("请填写数字，用逗号分开。"))
        found = [int(part) for part in parts]
        if any(not self.low <= number <= self.high or number == 0 for number in found):
            raise forms.ValidationError(
                _("数字要在 {low} 到 {high} 之间。").format(low=max(self.low, 1), high=self.high)
            )
        return found


class Times(forms.CharField):
    """Several times of day in one field."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(each)[:5] for each in value) if isinstance(value, (list, tuple)) else value

    def to_python(self, value: Any) -> Any:
        parts = [part for part in re.split(r"[\s,，、;；]+", str(value or "").replace("：", ":")) if part]
        if not all(re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", part) for part in parts):
            raise forms.ValidationError(_("时间写成 09:00，用逗号分开。"))
        return [part.zfill(5) for part in parts]


ROW = "row:"
"""Marks a position that exists, by its code; without it a choice is a name in the document."""


def values_of(duty: DraftDuty | None, text: str) -> dict[str, Any]:
    """The fields' values. A standing clause gets what it would begin with if it became a duty."""
    if duty is None:
        return {"kind": "standing", "title": text[:80], "every": "day", "due": "shift_end", "limit_kind": "elapsed",
                "evidence_kind": "note"}  # fmt: skip
    rule = dict(duty.recurring or {})
    found: dict[str, Any] = {name: rule.get(name) for name in _OWN if name in rule}
    found |= {
        "kind": duty.kind,
        "title": duty.title[:80],
        "count": duty.count or rule.get("count"),
        "share_percent": duty.share_percent or rule.get("share_percent"),
        "evidence_kind": duty.evidence.kind if duty.evidence is not None else "note",
        "evidence_title": duty.evidence.title[:80] if duty.evidence is not None else "",
        "acceptor": f"{ROW}{duty.acceptor_code}" if duty.acceptor_code else duty.acceptor,
        "receiver": f"{ROW}{duty.receiver_code}" if duty.receiver_code else duty.receiver,
        "threshold": duty.threshold,
        "place": duty.place,
        "object": duty.object,
        "method": duty.method,
        "assumed": duty.assumed or bool(rule.get("assumed")),
    }
    return found | _limit_values(duty)


def _limit_values(duty: DraftDuty) -> dict[str, Any]:
    trigger = dict(duty.trigger or {})
    target = dict(trigger.get("target") or {})
    kind = target.get("kind", "elapsed")
    found = {
        "event": str(trigger.get("event") or ""),
        "limit_kind": kind,
        "limit_at": target.get("at"),
        "limit_of": target.get("of"),
    }
    measure = next((name for name in _MEASURES.get(kind, ()) if target.get(name)), "")
    if measure:
        number, unit = int(target[measure]), "minutes" if measure == "before_minutes" else measure
        if unit == "minutes" and number % 60 == 0 and kind != "shift_end":
            number, unit = number // 60, "hours"
        found |= {"limit_number": number, "limit_unit": unit}
    return found


def duty_of(data: Mapping[str, Any], before: DraftDuty | None) -> DraftDuty | None:
    """What the form says, keeping what was read and has no field; None for a standing clause."""
    kind = data["kind"]
    if kind == "standing":
        return None
    recurring = _recurring(data, before) if kind == "recurring" else None
    title = str(data.get("title") or data.get("text") or "").strip()
    named = str(data.get("evidence_title") or "").strip()
    proof: Any = data.get("evidence_kind") or "note"
    read = before.evidence if before is not None else None
    quoted = read is not None and read.title == named and read.quoted
    return DraftDuty(
        kind=kind,
        title=title,
        recurring=recurring,
        trigger={"event": str(data.get("event") or "").strip(), "target": _target(data)}
        if kind == "triggered"
        else None,
        evidence=Evidence(proof, named, quoted) if named or proof != "note" else None,
        receiver=data.get("receiver") or "",
        acceptor=data.get("acceptor") or "",
        receiver_code=data.get("receiver_code") or "",
        acceptor_code=data.get("acceptor_code") or "",
        count=recurring.get("count") if recurring else None,
        share_percent=recurring.get("share_percent") if recurring else None,
        threshold=str(data.get("threshold") or "").strip(),
        place=str(data.get("place") or "").strip(),
        object=str(data.get("object") or "").strip(),
        method=str(data.get("method") or "").strip(),
        marks=before.marks if before is not None else (),
        assumed=bool(data.get("assumed")),
    )


def _recurring(data: Mapping[str, Any], before: DraftDuty | None) -> dict[str, Any]:
    rule = {
        name: value
        for name, value in ((before.recurring if before else None) or {}).items()
        if name not in _OWN
    }
    rule |= {"every": data.get("every") or "day", "due": data.get("due") or "by"}
    for name in (*_NUMBERS, "count", "share_percent"):
        value = data.get(name)
        if value and (name, value) != ("interval", 1):
            rule[name] = value
    for name in _LISTS:
        if data.get(name):
            rule[name] = list(data[name])
    for name in _CLOCKS:
        if data.get(name):
            rule[name] = _clock(data[name])
    for name in _FLAGS:
        if data.get(name):
            rule[name] = True
    if data.get("on_free_day"):
        rule["on_free_day"] = data["on_free_day"]
    return rule


def _target(data: Mapping[str, Any]) -> dict[str, Any]:
    kind = data.get("limit_kind") or "none"
    target: dict[str, Any] = {"kind": kind}
    number, unit = data.get("limit_number"), data.get("limit_unit") or "minutes"
    if unit == "hours":
        number, unit = (number or 0) * 60, "minutes"
    measures = _MEASURES.get(kind, ())
    if number is not None and measures:
        # A unit that this kind of limit does not count in is said by the pack's model, beside the field.
        name = unit if len(measures) > 1 else measures[0]
        if number or name == "days":
            target[name] = number
    if kind in ("by", "days") and data.get("limit_at"):
        target["at"] = _clock(data["limit_at"])
    if kind == "period_end" and data.get("limit_of"):
        target["of"] = data["limit_of"]
    if kind == "by" and "days" not in target:
        target["days"] = 0
    return target


def _clock(value: time | str) -> str:
    return value.strftime("%H:%M") if isinstance(value, time) else str(value)[:5]
