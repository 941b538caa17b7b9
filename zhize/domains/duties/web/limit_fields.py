"""The fields in which a person sets how long a triggered duty may take, and how often a standing one is declared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.duties import recurring_words
from zhize.domains.duties.services import points
from zhize.domains.duties.web.rule_fields import when
from zhize.lib.businesstime.describing import PERIODS
from zhize.ui import widgets, words

KINDS = (
    ("elapsed", _("连续计时（含夜间和休息日）")),
    ("working", _("工作时间")),
    ("days", _("若干天内（自然日），下班前或写明的几点前")),
    ("working_days", _("若干个工作日内，下班前")),
    ("months", _("若干个月内，下班前")),
    ("by", _("第几个工作日的几点前")),
    ("day_end", _("当天下班前")),
    ("shift_end", _("当班结束前")),
    ("period_end", _("周期的最后一个工作日前")),
    ("before", _("事件所定日期之前")),
    ("none", _("不限时")),
)
# Which fields a kind of limit uses.
_USES = {
    "elapsed": ("hours", "minutes"),
    "working": ("hours", "minutes"),
    "days": ("days", "until"),
    "working_days": ("days",),
    "months": ("amount_months",),
    "by": ("days", "until"),
    "shift_end": ("minutes",),
    "period_end": ("of",),
    "before": ("amount", "unit"),
}


def _using(name: str) -> dict[str, str]:
    return when("target_kind=" + ",".join(kind for kind, names in _USES.items() if name in names))


def _period_choices() -> list[tuple[str, str]]:
    return [(code, words.in_language(text)) for code, text in PERIODS.items()]


class TargetFields(ui.Form):
    """How long it may take."""

    target_kind = forms.ChoiceField(label=_("时限种类"), choices=KINDS)
    hours = forms.IntegerField(
        label=_("小时"), min_value=0, max_value=8784, required=False, widget=forms.NumberInput(attrs=_using("hours"))
    )  # fmt: skip
    minutes = forms.IntegerField(
        label=_("分钟"), min_value=0, max_value=1440, required=False, widget=forms.NumberInput(attrs=_using("minutes"))
    )  # fmt: skip
    days = forms.IntegerField(
        label=_("天数"), min_value=0, max_value=3660, required=False, help_text=_("0 是当天。"),
        widget=forms.NumberInput(attrs=_using("days")),
    )  # fmt: skip
    amount_months = forms.IntegerField(
        label=_("月数"), min_value=1, max_value=120, required=False,
        widget=forms.NumberInput(attrs=_using("amount_months")),
    )  # fmt: skip
    until = forms.TimeField(
        label=_("几点前"), required=False, widget=widgets.TimeInput(attrs=_using("until"))
    )
    of = forms.ChoiceField(
        label=_("哪个周期"), choices=_period_choices, required=False, widget=forms.Select(attrs=_using("of"))
    )
    amount = forms.IntegerField(
        label=_("提前多少"), min_value=0, max_value=3660, required=False, help_text=_("0 是不晚于那天。"),
        widget=forms.NumberInput(attrs=_using("amount")),
    )  # fmt: skip
    unit = forms.ChoiceField(
        label=_("计量单位"),
        choices=(("days", _("天")), ("working_days", _("个工作日")), ("months", _("个月")), ("minutes", _("分钟"))),
        required=False,
        widget=forms.Select(attrs=_using("unit")),
    )  # fmt: skip


TARGET_SECTION = tuple(TargetFields.base_fields)


def initial(target: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as a stored limit fills them."""
    kind = str(target.get("kind") or "none")
    if kind == "by" and not target.get("at"):
        kind = "days"  # how clocks read it
    minutes = int(target.get("minutes") or 0)
    found: dict[str, Any] = {"target_kind": kind, "days": target.get("days"), "of": target.get("of")}
    if kind in ("elapsed", "working"):
        found |= {"hours": minutes // 60 or None, "minutes": minutes % 60 or None}
    elif kind == "shift_end":
        found["minutes"] = target.get("before_minutes")
    elif kind == "months":
        found["amount_months"] = target.get("months")
    elif kind == "before":
        unit = next(
            (name for name in ("minutes", "working_days", "months", "days") if target.get(name)), "days"
        )
        found |= {"unit": unit, "amount": target.get(unit) or 0}
    found["until"] = str(target["at"])[:5] if target.get("at") else None
    return found


def read(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """The limit that was typed."""
    kind = cleaned.get("target_kind") or "none"
    target: dict[str, Any] = {"kind": kind}
    match kind:
        case "elapsed" | "working":
            target["minutes"] = (cleaned.get("hours") or 0) * 60 + (cleaned.get("minutes") or 0)
        case "working_days":
            target["days"] = cleaned.get("days") or 0
        case "months":
            target["months"] = cleaned.get("amount_months")
        case "by" | "days":
            target |= {"days": cleaned.get("days") or 0, "at": _clock(cleaned.get("until"))}
        case "shift_end":
            target["before_minutes"] = cleaned.get("minutes")
        case "period_end":
            target["of"] = cleaned.get("of")
        case "before":
            target[cleaned.get("unit") or "days"] = cleaned.get("amount")
    return {
        name: value for name, value in target.items() if value not in (None, "") and (value or name == "days")
    }


def _clock(value: Any) -> str | None:
    return f"{value:%H:%M:%S}" if value else None


def _declared() -> list[tuple[str, Any]]:
    named = [(code, words.in_language(recurring_words.PERIODS[code])) for code in points.DECLARED]
    return [("", _("不用声明，只作为标准")), *named]


class DeclareFields(ui.Form):
    """Whether the holder of a standing duty says now and then how it was kept (DUT-16)."""

    declare = forms.ChoiceField(label=_("自我声明"), choices=_declared, required=False)
