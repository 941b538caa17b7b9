"""The fields in which a person sets a recurring rule, and the way between them and the rule as it is stored.

Only what goes together is shown at once: which day, when a day can be named; the time, when there is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.duties import recurring_words
from zhize.ui import widgets, words

DUE = (
    ("by", _("在所定的那天之前")),
    ("on", _("在所定的那天")),
    ("period_start", _("周期开始之前")),
    ("period_end", _("周期结束之前，或结束后若干天内")),
    ("shift_start", _("上班时")),
    ("shift_end", _("下班前")),
)
NAMED = (
    ("", _("不指定哪天")),
    ("weekdays", _("星期几")),
    ("month_days", _("几号")),
    ("nth_working_day", _("第几个工作日")),
    ("nth_weekday", _("第几个星期几")),
)
CLOCK = (("", _("下班前")), ("at", _("指定时刻")), ("times", _("一天几次")))
FREE_DAY = (
    ("", _("按惯例（之前的提前，当天的顺延）")),
    ("earlier", _("提前")),
    ("later", _("顺延")),
    ("keep", _("照常")),
)


def _periods() -> list[tuple[str, str]]:
    return [(code, words.in_language(text)) for code, text in recurring_words.PERIODS.items()]


def _weekdays() -> list[tuple[str, str]]:
    return [(code, words.in_language(text)) for code, text in recurring_words.WEEKDAYS.items()]


def _month_days() -> list[tuple[int, Any]]:
    return [*((day, str(day)) for day in range(1, 32)), (-1, _("最后一天"))]


def _months() -> list[tuple[int, Any]]:
    return [(month, _("%(n)s 月") % {"n": month}) for month in range(1, 13)]


def when(condition: str) -> dict[str, str]:
    """The attribute that shows a field only while another has one of these values."""
    return {"data-show-when": condition}


class RecurringFields(ui.Form):
    """How often, on which day, at what time, how many."""

    every = forms.ChoiceField(label=_("周期"), choices=_periods)
    interval = forms.IntegerField(
        label=_("每几个周期一次"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=_("不填就是每个周期。"),
    )
    starting = forms.DateField(label=_("从哪天所在的一期数起"), required=False)
    due = forms.ChoiceField(label=pgettext_lazy("duty", "什么时候"), choices=DUE)
    named = forms.ChoiceField(
        label=_("哪一天"), choices=NAMED, required=False, widget=forms.Select(attrs=when("due=by,on"))
    )
    weekdays = forms.MultipleChoiceField(
        label=_("星期几"), choices=_weekdays, required=False,
        widget=widgets.Combobox(when("named=weekdays,nth_weekday"), multiple=True),
    )  # fmt: skip
    nth_weekday = forms.IntegerField(
        label=_("当月第几个"), min_value=-1, max_value=5, required=False, help_text=_("-1 是最后一个。"),
        widget=forms.NumberInput(attrs=when("named=nth_weekday")),
    )  # fmt: skip
    month_days = forms.TypedMultipleChoiceField(
        label=_("几号"), choices=_month_days, coerce=int, required=False, help_text=_("当月没有这一天时用最后一天。"),
        widget=widgets.Combobox(when("named=month_days"), multiple=True),
    )  # fmt: skip
    nth_working_day = forms.IntegerField(
        label=_("第几个工作日"), min_value=-31, max_value=260, required=False, help_text=_("-1 是最后一个。"),
        widget=forms.NumberInput(attrs=when("named=nth_working_day")),
    )  # fmt: skip
    offset_days = forms.IntegerField(
        label=_("结束后几天内"), min_value=0, max_value=366, required=False,
        widget=forms.NumberInput(attrs=when("due=period_end")),
    )  # fmt: skip
    offset_working_days = forms.IntegerField(
        label=_("结束后几个工作日内"), min_value=0, max_value=60, required=False,
        widget=forms.NumberInput(attrs=when("due=period_end")),
    )  # fmt: skip
    before_minutes = forms.IntegerField(
        label=_("提前多少分钟"), min_value=0, max_value=1440, required=False,
        widget=forms.NumberInput(attrs=when("due=shift_start,shift_end")),
    )  # fmt: skip
    after_minutes = forms.IntegerField(
        label=_("之后多少分钟内"), min_value=0, max_value=1440, required=False,
        widget=forms.NumberInput(attrs=when("due=shift_start,shift_end")),
    )  # fmt: skip
    months = forms.TypedMultipleChoiceField(
        label=_("只在哪几个月"), choices=_months, coerce=int, required=False,
        widget=widgets.Combobox(when("every=day,week,ten_days,half_month,month,quarter,half_year,year"), multiple=True),
    )  # fmt: skip
    on_free_day = forms.ChoiceField(label=_("遇到休息日"), choices=FREE_DAY, required=False)
    clock = forms.ChoiceField(
        label=_("几点之前"), choices=CLOCK, required=False,
        widget=forms.Select(attrs=when("due=by,on,period_start,period_end")),
    )  # fmt: skip
    at = forms.TimeField(label=_("时刻"), required=False, widget=widgets.TimeInput(attrs=when("clock=at")))
    times = forms.CharField(
        label=_("各次的时刻"), max_length=80, required=False, help_text=_("例如 10:00、16:00"),
        widget=forms.TextInput(attrs=when("clock=times")),
    )  # fmt: skip
    not_before = forms.TimeField(label=_("不早于"), required=False, widget=widgets.TimeInput())
    count = forms.IntegerField(label=_("要做几次（件）"), min_value=1, max_value=100_000, required=False)
    share_percent = forms.IntegerField(label=_("覆盖百分之几"), min_value=1, max_value=100, required=False)
    each_holder = forms.BooleanField(
        label=_("任此岗位的每人各办一份"), required=False, help_text=_("不选就由任此岗位的人共同办理。"),
        widget=forms.CheckboxInput(attrs=when("every=day,week,ten_days,half_month,month,quarter,half_year,year")),
    )  # fmt: skip
    at_random = forms.BooleanField(label=_("时间不定（每天随机，事先不知道）"), required=False)

    def clean_times(self) -> list[str]:
        given = self.cleaned_data["times"].replace("：", ":")
        for mark in "、，,；;":
            given = given.replace(mark, " ")
        try:
            return [f"{time.fromisoformat(part.zfill(5)):%H:%M:%S}" for part in given.split()]
        except ValueError:
            raise forms.ValidationError(_("请写成 10:00、16:00 这样的时刻。")) from None


PERIOD_SECTION = (
    "every", "interval", "starting", "due", "named", "weekdays", "nth_weekday", "month_days", "nth_working_day",
    "offset_days", "offset_working_days", "before_minutes", "after_minutes", "months", "on_free_day",
)  # fmt: skip
TIME_SECTION = ("clock", "at", "times", "not_before", "count", "share_percent", "each_holder", "at_random")
_PLAIN = (
    "every", "due", "interval", "weekdays", "month_days", "months", "offset_days", "offset_working_days",
    "before_minutes", "after_minutes", "nth_working_day", "nth_weekday", "on_free_day", "count", "share_percent",
    "each_holder", "at_random", "times",
)  # fmt: skip

ASKED = frozenset((*_PLAIN, "starting", "at", "not_before"))
"""The keys of a rule that the form asks for."""


def initial(rule: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as a stored rule fills them."""
    found = {name: rule.get(name) or None for name in (*_PLAIN, "starting", "at", "not_before")}
    named = next(
        (name for name in ("nth_weekday", "nth_working_day", "month_days", "weekdays") if rule.get(name)), ""
    )
    return {
        **found,
        "interval": rule.get("interval") if (rule.get("interval") or 1) > 1 else None,
        "named": named,
        "clock": "times" if rule.get("times") else "at" if rule.get("at") else "",
        "times": "、".join(str(each)[:5] for each in rule.get("times") or ()),
        "at": str(rule["at"])[:5] if rule.get("at") else None,
        "not_before": str(rule["not_before"])[:5] if rule.get("not_before") else None,
    }


def read(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """The rule that was typed, without what is left at its default."""
    rule = {name: cleaned.get(name) for name in _PLAIN}
    rule |= {name: f"{cleaned[name]:%H:%M:%S}" for name in ("at", "not_before") if cleaned.get(name)}
    if cleaned.get("starting") and (cleaned.get("interval") or 1) > 1:
        rule["starting"] = cleaned["starting"].isoformat()
    kept = {name: value for name, value in rule.items() if value not in (None, "", [], 0, False)}
    if kept.get("interval") == 1:
        del kept["interval"]
    return kept
