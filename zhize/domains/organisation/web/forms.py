"""Forms of units, people, positions, areas and outside bodies. They validate; services write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.domains.organisation import capabilities as caps
from zhize.domains.organisation.selectors import people, places, positions, units
from zhize.kernel.access.models import Scope
from zhize.kernel.org.models import AppointmentKind, Area, ExternalBody, UnitKind
from zhize.ui import Form, Section, widgets

AREA = {"rows": 3}
ZONES = [
    ("Asia/Shanghai", _("北京时间")),
    ("Asia/Urumqi", _("乌鲁木齐时间")),
    ("Asia/Hong_Kong", _("香港时间")),
    ("UTC", "UTC"),
]
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]


class ActorForm(Form):
    """A form whose choices depend on who fills it in."""

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        self.actor = actor
        super().__init__(*args, **kwargs)
        self.fill()

    def fill(self) -> None:
        """Give the fields the rows the actor may choose from."""


def row_field(label: Any, source: str, *, required: bool = True, help_text: Any = "") -> Any:
    return forms.ModelChoiceField(
        label=label,
        queryset=None,
        required=required,
        widget=widgets.Combobox(source=source),
        help_text=help_text,
    )


def _words(label: Any, length: int = 120, *, required: bool = False, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=required, **options)


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=widgets.DateInput(), help_text=help_text)


class UnitForm(Form):
    sections: ClassVar[Sequence[Section]] = (
        Section("", ("name", "short_name", "code", "kind", "level")),
        Section(_("更多"), ("name_en", "timezone"), folded=True),
    )
    name = _words(_("全称"), required=True)
    short_name = _words(_("简称"), 40)
    code = _words(_("机构编码"), 40, required=True, help_text=_("例如 39 510 000；全公司不能重复。"))
    kind = forms.ChoiceField(label=_("类型"), choices=UnitKind.choices, initial=UnitKind.DEPARTMENT)
    level = _words(_("级别"), 40)
    name_en = _words(_("英文名称"))
    timezone = forms.ChoiceField(label=_("时区"), choices=ZONES, required=False)


class MoveUnitForm(ActorForm):
    parent = row_field(_("新的上级单位"), "organisation:unit_options")

    def fill(self) -> None:
        self.fields["parent"].queryset = units.visible(self.actor, caps.EDIT)


class PersonForm(Form):
    sections: ClassVar[Sequence[Section]] = (
        Section("", ("name", "employee_no", "phone", "email", "name_en", "language")),
    )
    name = _words(_("姓名"), 60, required=True)
    employee_no = _words(_("工号"), 30, required=True)
    phone = _words(_("电话"), 30)
    email = forms.EmailField(label=_("邮箱"), required=False)
    name_en = _words(_("英文名"), 60)
    language = forms.ChoiceField(label=_("语言"), choices=LANGUAGES, initial="zh-hans")


class NewPersonForm(ActorForm, PersonForm):
    sections: ClassVar[Sequence[Section]] = (
        Section("", ("name", "employee_no", "phone", "email", "name_en", "language")),
        Section(_("任职"), ("position", "from_on")),
    )
    position = row_field(pgettext_lazy("column", "岗位"), "organisation:position_options")
    from_on = _day(_("从哪天起"))

    def fill(self) -> None:
        self.fields["position"].queryset = positions.visible(self.actor, caps.APPOINT).filter(active=True)


class LeaveForm(Form):
    on = _day(_("最后一天"))


class AppointForm(ActorForm):
    sections: ClassVar[Sequence[Section]] = (
        Section("", ("person", "position", "kind", "on_behalf_of", "from_on", "to_on")),
    )
    wide: ClassVar[tuple[str, ...]] = ("kind",)
    person = row_field(_("员工"), "organisation:person_options")
    position = row_field(pgettext_lazy("column", "岗位"), "organisation:position_options")
    kind = forms.ChoiceField(
        label=_("任职方式"),
        choices=AppointmentKind.choices,
        initial=AppointmentKind.PRIMARY,
        widget=widgets.Segments(),
    )
    on_behalf_of: Any = forms.ModelChoiceField(
        label=_("代谁"),
        queryset=None,
        required=False,
        widget=widgets.Combobox({"data-show-when": "kind=acting"}, source="organisation:person_options"),
    )
    from_on = _day(_("从哪天起"))
    to_on = _day(_("到哪天止"), required=False, help_text=_("代理通常有期限；长期任职不填。"))

    def fill(self) -> None:
        self.fields["person"].queryset = people.find(self.actor, "")
        self.fields["on_behalf_of"].queryset = people.find(self.actor, "")
        self.fields["position"].queryset = positions.visible(self.actor, caps.APPOINT).filter(active=True)


class AbsenceForm(Form):
    sections: ClassVar[Sequence[Section]] = (Section("", ("from_at", "to_at", "reason")),)
    wide: ClassVar[tuple[str, ...]] = ("reason",)
    from_at = forms.DateTimeField(label=_("从"), widget=widgets.DateTimeInput())
    to_at = forms.DateTimeField(label=_("到"), widget=widgets.DateTimeInput())
    reason = _words(_("事由"), required=True, help_text=_("年假、外出培训等；期间的事转给副职或代理。"))


class OnDutyForm(ActorForm):
    unit = row_field(_("在哪里值班"), "organisation:unit_options")
    until = forms.DateTimeField(label=_("到几点"), required=False, widget=widgets.DateTimeInput())
    name = _words(_("班次"), 40)

    def fill(self) -> None:
        self.fields["unit"].queryset = units.visible(self.actor)


class ClauseForm(Form):
    sections: ClassVar[Sequence[Section]] = (Section("", ("section", "number", "text", "standing")),)
    section = _words(_("所属部分"), 80, required=True, help_text=_("例如 (一)工作职责"))
    number = _words(_("编号"), 20, required=True, help_text=_("照原件填写，例如 9. 或 1)"))
    text = forms.CharField(label=_("条款原文"), max_length=4000, widget=forms.Textarea({"rows": 5}))
    standing = forms.BooleanField(
        label=_("常设标准（不计时）"),
        required=False,
        help_text=_("一直要遵守、没有到期时间的条款；不要求有职责来落实。"),
    )


class IssueForm(Form):
    sections: ClassVar[Sequence[Section]] = (
        Section(
            "",
            (
                *("effective_from", "written_on", "prepared_by", "reviewer", "approver"),
                *("signed_off_by", "signed_off_on", "read_in_days"),
            ),
        ),
    )
    effective_from = _day(_("生效日期"), help_text=_("上一版到前一天为止。"))
    written_on = _day(_("编写日期"), required=False)
    prepared_by = _words(_("编制部门"))
    reviewer = _words(_("审核人"), 60)
    approver = _words(_("批准人"), 60)
    signed_off_by = _words(_("签批人"), 60)
    signed_off_on = _day(_("签批日期"), required=False)
    read_in_days = forms.IntegerField(
        label=_("阅读签署期限（天）"), min_value=1, max_value=365, required=False,
        help_text=_("在任人员要在这么多天内阅读并签名；不填就不要求签署。"),
    )  # fmt: skip


class ReadingForm(ActorForm):
    sections: ClassVar[Sequence[Section]] = (
        Section("", ("title", "unit", "text", "annexes", "days", "below")),
    )
    title = _words(_("名称"), required=True, help_text=_("例如 部门说明书、分公司章程；同名再发就是新版本。"))
    unit = row_field(_("单位"), "organisation:unit_options")
    text = forms.CharField(label=_("正文"), max_length=60000, widget=forms.Textarea({"rows": 12}))
    annexes = forms.CharField(
        label=_("附件"), required=False, max_length=4000, widget=forms.Textarea(AREA), help_text=_("一行一个，例如《分公司章程》。")
    )  # fmt: skip
    days = forms.IntegerField(label=_("阅读签署期限（天）"), min_value=1, max_value=365)
    below = forms.BooleanField(label=_("下级单位的人也要签署"), required=False, initial=True)

    def fill(self) -> None:
        self.fields["unit"].queryset = units.visible(self.actor, caps.SHEET)


class SignForm(Form):
    name = _words(_("签名（本人姓名）"), 60, required=True)


class GrantForm(ActorForm):
    capability = forms.ChoiceField(label=_("权限"), widget=widgets.Combobox())
    scope = forms.ChoiceField(
        label=_("范围"), choices=Scope.choices, initial=Scope.UNIT, widget=widgets.Segments()
    )

    def fill(self) -> None:
        from zhize.kernel import access
        from zhize.ui import words

        held = [item for item in access.all_capabilities() if self.actor.may(item.code)]
        self.fields["capability"].choices = [
            ("", ""),
            *((item.code, f"{words.in_language(item.text)}（{item.code}）") for item in held),
        ]


class AreaForm(ActorForm):
    sections: ClassVar[Sequence[Section]] = (Section("", ("name", "code", "kind", "unit", "parent")),)
    name = _words(_("名称"), 80, required=True)
    code = _words(_("编号"), 40, required=True)
    kind = _words(_("类别"), 30, help_text=_("苑落、片区、楼栋等"))
    unit = row_field(_("单位"), "organisation:unit_options")
    parent: Any = forms.ModelChoiceField(
        label=_("上级区域"), queryset=None, required=False, widget=widgets.Combobox()
    )

    def fill(self) -> None:
        self.fields["unit"].queryset = units.visible(self.actor, caps.AREA_EDIT)
        self.fields["parent"].queryset = places.areas(self.actor).filter(active=True)


class EditAreaForm(ActorForm):
    name = _words(_("名称"), 80, required=True)
    kind = _words(_("类别"), 30)
    parent: Any = forms.ModelChoiceField(
        label=_("上级区域"), queryset=None, required=False, widget=widgets.Combobox()
    )
    active = forms.BooleanField(label=pgettext_lazy("register", "在用"), required=False)

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        self.area = area
        super().__init__(*args, **kwargs)

    def fill(self) -> None:
        self.fields["parent"].queryset = (
            places.areas(self.actor).filter(active=True, unit=self.area.unit).exclude(pk=self.area.pk)
        )


class AssignAreaForm(ActorForm):
    sections: ClassVar[Sequence[Section]] = (Section("", ("position", "person", "from_on", "replace")),)
    position = row_field(_("以哪个岗位"), "organisation:position_options")
    person = row_field(_("责任人"), "organisation:person_options")
    from_on = _day(_("从哪天起"))
    replace = forms.BooleanField(label=_("替换现在的责任人"), required=False, initial=True)

    def fill(self) -> None:
        self.fields["position"].queryset = positions.visible(self.actor).filter(active=True)
        self.fields["person"].queryset = people.find(self.actor, "")


class EndForm(Form):
    on = _day(_("最后一天"))


class BodyForm(ActorForm):
    sections: ClassVar[Sequence[Section]] = (
        Section("", ("name", "kind", "phone", "address", "unit", "note")),
    )
    name = _words(_("名称"), required=True)
    kind = _words(_("类别"), 40, help_text=_("监管部门、消协、新闻媒体、公安消防、同行业等"))
    phone = _words(_("电话"), 40)
    address = _words(_("地址"), 200)
    unit = row_field(_("归谁维护"), "organisation:unit_options")
    note = forms.CharField(label=_("备注"), required=False, max_length=2000, widget=forms.Textarea(AREA))

    def fill(self) -> None:
        self.fields["unit"].queryset = units.visible(self.actor, caps.CONTACT_EDIT)


class EditBodyForm(Form):
    name = _words(_("名称"), required=True)
    kind = _words(_("类别"), 40)
    phone = _words(_("电话"), 40)
    address = _words(_("地址"), 200)
    note = forms.CharField(label=_("备注"), required=False, max_length=2000, widget=forms.Textarea(AREA))
    active = forms.BooleanField(label=pgettext_lazy("register", "在用"), required=False)


class ContactForm(Form):
    name = _words(_("姓名"), 60, required=True)
    role = _words(_("职务"), 60)
    phone = _words(_("电话"), 40)
    email = forms.EmailField(label=_("邮箱"), required=False)


class ExchangeForm(Form):
    sections: ClassVar[Sequence[Section]] = (Section("", ("contact", "on", "summary")),)
    contact: Any = forms.ModelChoiceField(label=_("联系人"), queryset=None, required=False)
    on = _day(_("日期"))
    summary = forms.CharField(label=_("内容摘要"), max_length=4000, widget=forms.Textarea({"rows": 5}))

    def __init__(self, *args: Any, body: ExternalBody, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = places.contacts(body)
