"""Forms of the acts on a customer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.customers.models import Nature, OccupancyRole, PhoneLabel, Purpose, Relation
from zhize.domains.customers.selectors import care
from zhize.domains.customers.selectors import premises as premises_reads
from zhize.domains.customers.web.forms import (
    CustomerField,
    PersonField,
    PremisesField,
    TagsField,
    area_text,
    grade_choices,
)
from zhize.kernel.access import Actor


class KeeperForm(ui.Form):
    keeper = PersonField(label=pgettext_lazy("of a customer", "负责人"))


class GradeForm(ui.Form):
    grade = forms.ChoiceField(label=_("客户等级"), required=False, choices=grade_choices)
    columns = 1


class TagForm(ui.Form):
    tags = TagsField([])
    columns = 1


class ReasonedGradeForm(GradeForm):
    reason = forms.CharField(label=_("理由"), required=False, max_length=200)


class NoteForm(ui.Form):
    """A reason, and nothing else."""

    columns = 1
    note = forms.CharField(label=_("说明"), max_length=200, widget=area_text(2))


class OptionalNoteForm(ui.Form):
    columns = 1
    note = forms.CharField(label=_("说明"), max_length=200, required=False, widget=area_text(2))


class UnmaskForm(ui.Form):
    """What to open, and why."""

    columns = 1
    phones = forms.BooleanField(label=_("完整电话"), required=False)
    id_number = forms.BooleanField(label=_("证件号码"), required=False)
    reason = forms.CharField(
        label=_("事由"), max_length=200, help_text=_("谁在何时因何查看会留下记录，档案管理员可见。")
    )

    def __init__(self, *args: Any, has_id_number: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_id_number:
            del self.fields["id_number"]

    def wanted(self) -> list[str]:
        return [name for name in ("phones", "id_number") if self.cleaned_data.get(name)]


class PhoneForm(ui.Form):
    number = forms.CharField(
        label=_("电话"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    label = forms.ChoiceField(label=_("类型"), choices=PhoneLabel.choices, required=False)
    owner_note = forms.CharField(label=_("接听人"), max_length=40, required=False)
    primary = forms.BooleanField(label=_("设为首选"), required=False)


class EmailForm(ui.Form):
    columns = 1
    address = forms.EmailField(label=_("邮箱"))


class ContactForm(ui.Form):
    name = forms.CharField(label=_("姓名"), max_length=60)
    title = forms.CharField(label=_("职务或关系"), max_length=60, required=False)
    phone = forms.CharField(label=_("电话"), max_length=40, required=False)
    email = forms.EmailField(label=_("邮箱"), required=False)


class EditContactForm(ContactForm):
    active = forms.BooleanField(label=_("仍是联系人"), required=False)


class RoleForm(ui.Form):
    """What a contact is there for."""

    purpose = forms.ChoiceField(label=_("事项"), choices=Purpose.choices)
    may_sign = forms.BooleanField(label=_("有权签字确认"), required=False)
    basis = forms.CharField(
        label=_("授权依据"),
        max_length=120,
        required=False,
        help_text=_("例如：授权书编号和日期"),
        widget=forms.TextInput(attrs={"data-show-when": "may_sign=on"}),
    )
    from_on = forms.DateField(label=_("自"), required=False)
    to_on = forms.DateField(label=_("至"), required=False)


class SignForm(ui.Form):
    """A confirmation the contact signed."""

    purpose = forms.ChoiceField(label=_("事项"), choices=Purpose.choices)
    signed_on = forms.DateField(label=_("签字日期"), required=False)
    title = forms.CharField(label=_("确认的内容"), max_length=200)
    wide = ("title",)


class MemberForm(ui.Form):
    member = CustomerField(label=_("家庭成员"))
    relation = forms.ChoiceField(label=_("关系"), choices=Relation.choices)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = care.active(actor).filter(nature=Nature.PERSON)


class OccupyForm(ui.Form):
    premises = PremisesField(label=_("房产"))
    role = forms.ChoiceField(label=_("与房产的关系"), choices=OccupancyRole.choices)
    living = forms.BooleanField(
        label=_("本人在住"),
        required=False,
        initial=True,
        widget=forms.CheckboxInput(attrs={"data-show-when": "role=owner"}),
    )
    from_on = forms.DateField(label=_("自"), required=False)
    share = forms.CharField(
        label=_("产权份额"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"data-show-when": "role=owner"}),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["premises"].queryset = premises_reads.visible(actor)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        # The box is there for owners only; everybody else lives where he is recorded.
        if data.get("role") != OccupancyRole.OWNER:
            data["living"] = True
        return data


class VacateForm(ui.Form):
    columns = 1
    last_day = forms.DateField(label=_("最后一日"), help_text=_("从次日起不再算作在住。"))


class ArrearsForm(ui.Form):
    amount = forms.DecimalField(label=_("欠费（元）"), min_value=0, max_digits=18, decimal_places=2)
    as_of = forms.DateField(label=_("截至"))


class NoFieldsForm(ui.Form):
    """Nothing to fill in, only something to decide."""
