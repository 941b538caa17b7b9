"""Forms of leave and of handing over. They check the shape of what was typed; the services decide."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from zhize.domains.shifts.models import Half, LeaveKind
from zhize.ui import widgets, words
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


class BeginForm(Form):
    columns = 1
    name = forms.CharField(label=_("班次"), max_length=40, help_text=_("例如：早班、中班、晚班。"))


class WriteForm(Form):
    """What the system cannot see by itself."""

    columns = 1
    name = forms.CharField(label=_("班次"), max_length=40)
    incidents = forms.CharField(
        label=_("突发情况"), required=False, max_length=4000, widget=forms.Textarea(attrs=AREA)
    )
    system_state = forms.CharField(
        label=_("系统和设备状况"), required=False, max_length=4000, widget=forms.Textarea(attrs=AREA)
    )
    notices = forms.CharField(
        label=_("注意事项"), required=False, max_length=4000, widget=forms.Textarea(attrs=AREA)
    )
    notes = forms.CharField(
        label=_("其他说明"), required=False, max_length=4000, widget=forms.Textarea(attrs=AREA)
    )


class HandForm(Form):
    columns = 1
    to: Any = forms.ModelChoiceField(label=_("接班人"), queryset=None, widget=widgets.Combobox())
    proves: Any = forms.ModelChoiceField(
        label=_("日志落实的职责"),
        queryset=None,
        required=False,
        widget=widgets.Combobox(),
        help_text=_("选中的职责随交班办结，日志就是凭证。"),
    )
    signature = forms.CharField(label=_("交班人签名"), widget=widgets.Signature())

    def __init__(self, *args: Any, people: Any, provable: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people
        self.fields["proves"].queryset = provable
        if not provable:
            del self.fields["proves"]


class SignForm(Form):
    columns = 1
    signature = forms.CharField(label=_("签名"), widget=widgets.Signature())


class TakeForm(SignForm):
    field_order = ("note", "signature")
    note = forms.CharField(
        label=_("接班意见"), required=False, max_length=500, widget=forms.Textarea(attrs=AREA)
    )


class GiveBackForm(Form):
    note = forms.CharField(label=_("要补充什么"), max_length=500, widget=forms.Textarea(attrs=AREA))


class WhyForm(Form):
    note = forms.CharField(label=_("原因"), max_length=300, widget=forms.Textarea(attrs=AREA))


class HeldField(forms.ModelChoiceField):
    """Somebody in a position that he holds."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.person} · {obj.position} · {obj.position.unit}"


class MakeForm(Form):
    held: Any = HeldField(label=_("交出人和岗位"), queryset=None, widget=widgets.Combobox())
    to: Any = forms.ModelChoiceField(
        label=_("接手人"),
        queryset=None,
        required=False,
        widget=widgets.Combobox(source="organisation:person_options"),
        help_text=_("先都写给这个人，以后可以逐件改；不填就以后再定。"),
    )
    on = forms.DateField(label=_("交接日期"), help_text=_("签字早于这一天的，到这一天才移交。"))
    reason = forms.CharField(label=_("交接原因"), max_length=300, widget=forms.Textarea(attrs=AREA))

    def __init__(self, *args: Any, held: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["held"].queryset = held
        self.fields["to"].queryset = people


class TakersForm(Form):
    """One choice for each row of the list that has not been moved."""

    columns = 1

    def __init__(self, *args: Any, lines: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"line{line.pk}"] = forms.ModelChoiceField(
                label=words.in_language(line.obligation.name),
                queryset=people,
                required=False,
                help_text=words.in_language(line.matter),
                initial=line.taker_id,
                widget=widgets.Combobox(),
            )
        widgets.dress(self)

    @property
    def takers(self) -> dict[int, Any]:
        return {line.pk: self.cleaned_data[f"line{line.pk}"] for line in self.lines}
