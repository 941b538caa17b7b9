"""Forms of leave. They check the shape of what was typed; the services decide."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from zhize.domains.shifts.models import Half, LeaveKind
from zhize.ui import widgets
from zhize.ui.forms import Form

AREA = {"rows": 3}


class AskForm(Form):
    """From the morning or noon of a day to the noon or evening of another."""

    wide: ClassVar[tuple[str, ...]] = ("kind",)
    kind = forms.ChoiceField(
        label=_("种类"), choices=LeaveKind.choices, widget=widgets.Segments(), initial=LeaveKind.ANNUAL
    )
    from_on = forms.DateField(label=_("从"))
    from_half = forms.ChoiceField(
        label=_("从上午还是下午起"), choices=Half.choices, widget=widgets.Segments(), initial=Half.AM
    )
    to_on = forms.DateField(label=_("到"))
    to_half = forms.ChoiceField(
        label=_("到上午还是下午止"), choices=Half.choices, widget=widgets.Segments(), initial=Half.PM
    )
    deputy: Any = forms.ModelChoiceField(
        label=_("代办人"),
        queryset=None,
        required=False,
        widget=widgets.Combobox(),
        help_text=_("请假期间代理您的岗位，能看到并办理您到期的事项。"),
    )
    reason = forms.CharField(label=_("请假事由"), max_length=500, widget=forms.Textarea(attrs=AREA))

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = people


class ApproveForm(Form):
    columns = 1
    deputy: Any = forms.ModelChoiceField(
        label=_("代办人"), queryset=None, required=False, widget=widgets.Combobox()
    )
    note = forms.CharField(
        label=_("审批意见"), required=False, max_length=500, widget=forms.Textarea(attrs=AREA)
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = people


class RefuseForm(Form):
    note = forms.CharField(label=_("不批准的原因"), max_length=500, widget=forms.Textarea(attrs=AREA))


class NoteForm(Form):
    note = forms.CharField(label=_("说明"), required=False, max_length=500, widget=forms.Textarea(attrs=AREA))


class RuleForm(Form):
    days = forms.DecimalField(
        label=_("主管可批天数"),
        min_value=Decimal("0.5"),
        max_value=Decimal(99),
        decimal_places=1,
        max_digits=4,
    )
    inclusive = forms.BooleanField(
        label=_("含这个天数本身"), required=False, help_text=_("不选时，正好这么多天也要上一级审批。")
    )
    within = forms.IntegerField(label=_("几个工作日内审批"), min_value=1, max_value=30)
