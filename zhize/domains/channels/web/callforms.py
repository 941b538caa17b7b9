"""Forms about a call. They check the shape of what was typed; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhize.domains.channels.kinds import CallResult, LineKind
from zhize.domains.channels.models import Call
from zhize.domains.channels.selectors import desk
from zhize.domains.channels.web.fields import ActorForm, CaseField, CustomerField, PersonField, text
from zhize.ui import widgets

# Results that come about by an act of their own.
BY_ACT = {CallResult.CASE.value, CallResult.FOLLOW_UP.value, CallResult.TRANSFERRED.value}


class RegisterForm(ActorForm):
    number = forms.CharField(
        label=_("号码"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        help_text=_("未显示号码时留空。"),
    )
    caller_name = forms.CharField(label=_("来电人"), required=False, max_length=60)
    line: Any = forms.ModelChoiceField(label=_("热线"), required=False, queryset=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = desk.lines(self.actor).filter(kind=LineKind.PHONE, active=True)


class TransferForm(ActorForm):
    to = PersonField(label=_("转给"), required=False)
    to_number = forms.CharField(label=_("或转到号码"), required=False, max_length=40)
    reason = forms.CharField(label=_("转接原因"), max_length=200, widget=text(2))


class FinishForm(ActorForm):
    result = forms.ChoiceField(label=_("结果"), widget=widgets.Segments())
    note = forms.CharField(label=_("备注"), required=False, widget=text(2))

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["result"].choices = [
            (code, label) for code, label in CallResult.choices if code not in BY_ACT or code == call.result
        ]


class FollowUpForm(ActorForm):
    case = CaseField()
    body = forms.CharField(label=_("客户说了什么"), widget=text(4))


class IdentifyForm(ActorForm):
    customer = CustomerField()


class DemandForm(ActorForm):
    customer = CustomerField()
    product = forms.CharField(label=_("产品"), max_length=120)
    demand = forms.CharField(label=_("需求"), widget=text(3))
    answer = forms.CharField(label=_("答复"), widget=text(3))


class ClaimsForm(ActorForm):
    """What is compared with the archive."""

    password = forms.CharField(
        label=_("服务密码"), required=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(label=_("姓名"), required=False, max_length=60)
    phone = forms.CharField(label=_("登记电话"), required=False, max_length=40)
    premises = forms.CharField(label=_("房号"), required=False, max_length=60)
    id_tail = forms.CharField(label=_("证件号码后四位"), required=False, max_length=4)


class CheckForm(ClaimsForm):
    field_order = ("customer",)
    customer = CustomerField()


class WhyNotForm(ActorForm):
    reason = forms.CharField(label=_("告知客户的原因"), max_length=300, widget=text(3))
