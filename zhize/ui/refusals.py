"""What a field says about a value it cannot take: what is allowed there, in our own words instead of Django's.

Services refuse in sentences of their own; this is for the shape of what was typed. `widgets.dress` calls `explain` for
every field of every form, so no form writes these sentences itself; a field's own `error_messages` stay.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

CHOICE = _("请从列出的选项里选。")
NO_SUCH = _("“%(value)s”不在列出的选项里，请重新选。")
UPLOAD = {
    "invalid": _("文件没有传上来，请重新选择。"),
    "missing": _("文件没有传上来，请重新选择。"),
    "empty": _("这个文件是空的，请换一个。"),
    "max_length": _("文件名最多 %(max)d 个字，现在 %(length)d 个。"),
    "contradiction": _("要么换一个文件，要么去掉原来的，不能都选。"),
}
SAID: tuple[tuple[type[forms.Field], dict[str, Any]], ...] = (
    (forms.ModelMultipleChoiceField, {"invalid_choice": CHOICE, "invalid_pk_value": CHOICE, "invalid_list": CHOICE}),
    (forms.ModelChoiceField, {"invalid_choice": CHOICE}),
    (forms.MultipleChoiceField, {"invalid_choice": NO_SUCH, "invalid_list": CHOICE}),
    (forms.ChoiceField, {"invalid_choice": NO_SUCH}),
    (forms.DateTimeField, {"invalid": _("请填写日期和时间，例如 2026-03-05 14:30。")}),
    (forms.DateField, {"invalid": _("请填写日期，例如 2026-03-05。")}),
    (forms.TimeField, {"invalid": _("请填写时间，例如 14:30。")}),
    (forms.EmailField, {"invalid": _("请填写完整的邮箱地址，例如 name@example.com。")}),
    (forms.URLField, {"invalid": _("请填写完整的网址，以 http:// 或 https:// 开头。")}),
    (forms.ImageField, {**UPLOAD, "invalid_image": _("这不是图片，或者图片已经损坏。")}),
    (forms.FileField, UPLOAD),
)  # fmt: skip
OF_ALL = {
    "max_length": _("最多 %(limit_value)d 个字，现在 %(show_value)d 个。"),
    "min_length": _("至少 %(limit_value)d 个字，现在 %(show_value)d 个。"),
    "null_characters_not_allowed": _("含有不能保存的字符，请重新输入。"),
}


def explain(field: forms.Field, name: str = "") -> None:
    """Give the field its sentences. `name` stands in for a label it has not."""
    choosing = isinstance(field.widget, forms.Select | forms.RadioSelect | forms.CheckboxSelectMultiple)
    _put(field, {"required": _("请选择一项。") if choosing else _("请填写这一项。")})
    if not isinstance(field, forms.FileField):
        _put(field, OF_ALL)
    if isinstance(field, forms.IntegerField):
        _put(field, _of_number(field, str(field.label or name)))
        return
    for kind, said in SAID:
        if isinstance(field, kind):
            _put(field, said)
            return


def _put(field: forms.Field, said: dict[str, Any]) -> None:
    """These sentences in place of the stock ones, never in place of the field's own."""
    for code, text in said.items():
        now = field.error_messages.get(code)
        stock = (getattr(kind, "default_error_messages", {}).get(code) for kind in type(field).__mro__)
        if now is None or any(now is each for each in stock):
            field.error_messages[code] = text


def _of_number(field: forms.IntegerField, label: str) -> dict[str, str]:
    """Which number, and what it may be: 「数量」要填 1 到 100 的整数。"""
    whole = not isinstance(field, forms.DecimalField | forms.FloatField)
    known: dict[str, Any] = {
        "label": label,
        "least": _bound(field.min_value),
        "most": _bound(field.max_value),
    }
    said = str(_range(known["least"], known["most"], whole=whole) % known)
    bound = {"min_value": said, "max_value": said}
    if field.step_size is not None:
        known |= {"step": _bound(field.step_size), "least": known["least"] or "0"}
        bound["step_size"] = _("“%(label)s”从 %(least)s 起，每次加 %(step)s。") % known
    if isinstance(field, forms.DecimalField):
        known |= {"places": field.decimal_places, "digits": field.max_digits}
        bound["max_decimal_places"] = _("“%(label)s”最多 %(places)s 位小数。") % known
        bound["max_digits"] = _("“%(label)s”太长了，连小数最多 %(digits)s 位。") % known
        bound["max_whole_digits"] = bound["max_digits"]
    # Django fills the places of these once more: a per cent sign of the label is none.
    return {"invalid": said, **{code: str(text).replace("%", "%%") for code, text in bound.items()}}


def _range(least: str, most: str, *, whole: bool) -> Any:
    if least and most:
        return (
            _("“%(label)s”要填 %(least)s 到 %(most)s 的整数。")
            if whole
            else _("“%(label)s”要填 %(least)s 到 %(most)s 的数。")
        )
    if least:
        return (
            _("“%(label)s”要填整数，最小 %(least)s。")
            if whole
            else _("“%(label)s”要填数字，最小 %(least)s。")
        )
    if most:
        return (
            _("“%(label)s”要填整数，最大 %(most)s。") if whole else _("“%(label)s”要填数字，最大 %(most)s。")
        )
    return _("“%(label)s”要填整数。") if whole else _("“%(label)s”要填数字。")


def _bound(value: Any) -> str:
    """A limit as people read it: 1,000,000; nothing where there is none."""
    found = value() if callable(value) else value
    if isinstance(found, Decimal):
        found = found.normalize() + 0
    return "" if found is None else f"{found:,}"
