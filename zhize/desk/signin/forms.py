"""What is typed in on the pages of coming in. Rules live in the services; here is only the shape."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.kernel.notices.models import Channel


def _secret(label: Any, autocomplete: str, **options: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=200, widget=widget, **options)


def _code(label: Any) -> forms.CharField:
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "class": "num"}
    return forms.CharField(label=label, max_length=20, widget=forms.TextInput(attrs=attrs))


class LoginForm(ui.Form):
    columns = 1
    login = forms.CharField(
        label=_("登录名"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
        ),
    )
    password = _secret(_("密码"), "current-password")


class CodeForm(ui.Form):
    columns = 1
    code = _code(_("验证码"))


class ForgottenForm(ui.Form):
    columns = 1
    who = forms.CharField(
        label=_("登录名或邮箱"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class _NewPassword(ui.Form):
    """A new password, typed twice."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, again = cleaned.get("password"), cleaned.get("again")
        if first and again and first != again:
            self.add_error("again", _("两次输入的密码不一样。"))
        return cleaned


class ResetForm(_NewPassword):
    columns = 1
    code = forms.CharField(
        label=_("一次性代码"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "num"}),
    )
    password = _secret(_("新密码"), "new-password", help_text=_("至少 10 个字符，不要用常见的密码。"))
    again = _secret(_("再输一遍新密码"), "new-password")


class PasswordForm(_NewPassword):
    columns = 1
    old_password = _secret(_("当前密码"), "current-password")
    password = _secret(_("新密码"), "new-password", help_text=_("至少 10 个字符，不要用常见的密码。"))
    again = _secret(_("再输一遍新密码"), "new-password")


class FactorForm(ui.Form):
    columns = 1
    secret = forms.CharField(max_length=64, widget=forms.HiddenInput)
    code = _code(_("App 显示的 6 位验证码"))


class ConfirmForm(ui.Form):
    """Whoever loosens the protection of a login shows once more that it is his."""

    columns = 1
    password = _secret(_("当前密码"), "current-password")


class NoticesForm(ui.Form):
    sections = (
        ui.Section(_("怎样通知我"), ("channels", "push_address"), columns=1),
        ui.Section(
            _("免打扰"),
            ("quiet_from", "quiet_to"),
            help=_("这段时间只发送紧急消息，其他的稍后再发；站内消息随时都有。"),
        ),
    )
    channels = forms.MultipleChoiceField(
        label=_("除站内消息外，还用"),
        required=False,
        choices=[(item.value, item.label) for item in Channel if item != Channel.IN_APP],
        widget=forms.CheckboxSelectMultiple,
    )
    push_address = forms.CharField(
        label=_("推送地址"),
        required=False,
        max_length=500,
        help_text=_("企业微信、钉钉、飞书等机器人的地址，如 wecombot://密钥。"),
    )
    quiet_from = forms.TimeField(label=_("从"), required=False)
    quiet_to = forms.TimeField(label=_("到"), required=False)


class TokenForm(ui.Form):
    columns = 1
    name = forms.CharField(label=_("名称"), max_length=80, help_text=_("写明给哪个系统用。"))
    scopes = forms.MultipleChoiceField(
        label=_("可以做什么"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只勾需要的；一个都不勾，就等于您自己的全部权限。"),
    )
    days = forms.TypedChoiceField(
        label=_("有效期"),
        coerce=int,
        choices=[(30, _("30 天")), (90, _("90 天")), (365, _("一年")), (0, _("直到吊销"))],
        initial=90,
    )

    def __init__(self, *args: Any, capabilities: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["scopes"].choices = capabilities
