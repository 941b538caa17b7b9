"""Forms of customers. They read what was typed; services decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import catalogue
from zhize.domains.customers.models import (
    Channel,
    Customer,
    Gender,
    Nature,
    OccupancyRole,
)
from zhize.domains.customers.selectors import listing, people
from zhize.domains.customers.selectors import premises as premises_reads
from zhize.kernel import forms as spec_forms
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid
from zhize.ui import widgets

ANSWER = "answer_"
LANGUAGES = (("zh-hans", _("简体中文")), ("zh-hant", _("繁体中文")), ("en", _("英文")))


def area_text(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def grade_choices() -> list[tuple[str, Any]]:
    """The grades, and none."""
    return [("", _("不定级")), *catalogue.grade_labels().items()]


class PremisesField(forms.ModelChoiceField):
    """A room of the actor's reach, searched while typing."""

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "widget",
            widgets.Combobox(source="customers:premises_options", placeholder=_("输入房号，如 3-2-301")),
        )
        super().__init__(queryset=None, **options)


class PersonField(forms.ModelChoiceField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", widgets.Combobox(source="customers:people", placeholder=_("输入姓名")))
        super().__init__(queryset=people.active(), **options)


class CustomerField(forms.ModelChoiceField):
    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "widget", widgets.Combobox(source="customers:options", placeholder=_("输入姓名或电话"), minimum=1)
        )
        super().__init__(queryset=None, **options)


class CustomerForm(ui.Form):
    """What is asked about a customer of one kind; the pack's own fields of the kind stand below."""

    sections = (
        ui.Section("", ("unit", "kind", "name", "gender", "phones", "emails"), columns=3),
        ui.Section(_("房产"), ("premises", "role", "from_on", "living"), columns=3),
        ui.Section(
            _("企业资料"),
            (
                "licence_no",
                "legal_representative",
                "licence_until",
                "industry",
                "staff_count",
                "registered_address",
            ),
            columns=3,
        ),
        ui.Section(_("联系人"), ("contact_name", "contact_phone"), columns=2),
        ui.Section(_("服务"), ("keeper", "grade", "tags", "vip", "note"), columns=3),
        ui.Section(
            _("更多"),
            (
                "id_number",
                "language",
                "preferred_channel",
                "quiet_from",
                "quiet_to",
                "credit_grade",
                "external_ref",
            ),
            columns=3,
            folded=True,
        ),
    )
    wide = ("registered_address",)

    unit: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=_("所属单位"), queryset=None, empty_label=None
    )
    kind = forms.ChoiceField(label=_("客户类别"))
    name = forms.CharField(label=_("姓名"), max_length=120)
    gender = forms.ChoiceField(
        label=_("性别"), choices=Gender.choices, required=False, widget=widgets.Segments()
    )
    phones = forms.CharField(
        label=_("电话"), required=False, max_length=200, help_text=_("几个号码用“/”隔开，号码旁可写接听人。")
    )
    emails = forms.CharField(label=_("邮箱"), required=False, max_length=200)
    premises = PremisesField(label=_("房产"), required=False)
    role = forms.ChoiceField(label=_("与房产的关系"), choices=OccupancyRole.choices, required=False)
    living = forms.BooleanField(label=_("本人在住"), required=False, initial=True)
    from_on = forms.DateField(label=_("入住日期"), required=False)
    licence_no = forms.CharField(label=_("统一社会信用代码"), required=False, max_length=40)
    legal_representative = forms.CharField(label=_("法定代表人"), required=False, max_length=60)
    licence_until = forms.DateField(label=_("执照有效期至"), required=False)
    industry = forms.CharField(label=_("行业"), required=False, max_length=60)
    staff_count = forms.IntegerField(label=_("人数"), required=False, min_value=0, max_value=10_000_000)
    registered_address = forms.CharField(label=_("注册地址"), required=False, max_length=200)
    contact_name = forms.CharField(label=_("联系人"), required=False, max_length=60)
    contact_phone = forms.CharField(label=_("联系人电话"), required=False, max_length=40)
    keeper = PersonField(label=pgettext_lazy("of a customer", "负责人"), required=False)
    grade = forms.ChoiceField(label=_("客户等级"), required=False, choices=grade_choices)
    vip = forms.BooleanField(label=_("重要客户"), required=False)
    tags = forms.MultipleChoiceField(
        label=_("标签"), required=False, widget=widgets.Combobox(multiple=True, create=True)
    )
    note = forms.CharField(label=_("备注"), required=False, max_length=2000, widget=area_text(2))
    id_number = forms.CharField(label=_("证件号码"), required=False, max_length=40)
    language = forms.ChoiceField(label=_("语言"), choices=LANGUAGES)
    preferred_channel = forms.ChoiceField(
        label=_("联系方式偏好"), choices=[("", _("不限")), *Channel.choices], required=False
    )
    quiet_from = forms.TimeField(label=_("免打扰开始"), required=False)
    quiet_to = forms.TimeField(label=_("免打扰结束"), required=False)
    credit_grade = forms.CharField(label=_("信用等级"), required=False, max_length=20)
    external_ref = forms.CharField(label=_("原系统编号"), required=False, max_length=60)

    def __init__(
        self, *args: Any, actor: Actor, kind: Any, customer: Customer | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.spec, self.customer = kind, customer
        self.fields["kind"].choices = list(catalogue.kind_labels().items())
        self._reach(actor, customer)
        self._shape(kind, customer)
        self._answers(kind, customer)
        widgets.dress(self)

    def _reach(self, actor: Actor, customer: Customer | None) -> None:
        """Only units, rooms and tags the actor reaches; a single unit is not asked for."""
        units = people.units_for(actor, caps.CREATE)
        self.fields["unit"].queryset = units
        if customer is not None or len(units) < 2:
            self.only_unit = customer.unit if customer is not None else units.first()
            del self.fields["unit"]
        self.fields["premises"].queryset = premises_reads.visible(actor)
        known = [*listing.tags(actor), *(self._given("tags"))]
        self.fields["tags"] = TagsField(known)
        if not actor.may(caps.GRADE):
            del self.fields["grade"]

    def _given(self, name: str) -> list[str]:
        if self.is_bound and hasattr(self.data, "getlist"):
            return list(self.data.getlist(name))
        return list(self.initial.get(name) or [])

    def _shape(self, kind: Any, customer: Customer | None) -> None:
        """Fields that this kind has no use for go; what it asks for is marked."""
        company = kind.nature == Nature.COMPANY
        gone: list[str] = []
        if not company:
            gone += [
                "licence_no",
                "legal_representative",
                "licence_until",
                "industry",
                "staff_count",
                "registered_address",
            ]
        if not company and "contact" not in kind.asks:
            gone += ["contact_name", "contact_phone"]
        if kind.nature != Nature.PERSON:
            gone += ["gender"]
        if customer is not None:
            gone += [
                "phones",
                "emails",
                "premises",
                "role",
                "living",
                "from_on",
                "contact_name",
                "contact_phone",
                "grade",
                "note",
            ]
        elif kind.occupancy is not None:
            self.initial.setdefault("role", kind.occupancy)
        for name in gone:
            self.fields.pop(name, None)
        if company or kind.nature == Nature.HOUSEHOLD:
            self.fields["name"].label = _("名称")
        asked = {
            "premises": "premises",
            "licence": "licence_no",
            "phone": "phones",
            "id_number": "id_number",
            "contact": "contact_name",
        }
        for ask in kind.asks:
            if asked[ask] in self.fields:
                self.fields[asked[ask]].required = True
        if "role" in self.fields:
            self.fields["living"].widget.attrs["data-show-when"] = "role=owner"

    def _answers(self, kind: Any, customer: Customer | None) -> None:
        """The pack's own fields of the kind."""
        self.answer_names: list[str] = []
        if kind.form is None:
            return
        before = customer.answers.get("answers", {}) if customer is not None else None
        built = spec_forms.build(kind.form, initial=before)
        for name, field in built.fields.items():
            self.fields[ANSWER + name] = field
            self.initial.setdefault(ANSWER + name, built.initial.get(name))
            self.answer_names.append(name)

    def groups(self) -> list[ui.forms.Group]:
        """The pack's own fields come before the folded rest."""
        made = super().groups()
        if self.answer_names and made and not made[-1].title:
            own = made.pop()
            titled = ui.forms.Group(catalogue.spoken(self.spec.label), "", 3, False, own.fields)
            made.insert(max(1, len(made) - 1), titled)
        return made

    def answers(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(ANSWER + name) for name in self.answer_names}

    def refuse(self, error: DomainError) -> None:
        """Refusals of the pack's fields are named without the prefix they have here."""
        if isinstance(error, Invalid):
            renamed = {
                (
                    ANSWER + name
                    if name in self.answer_names
                    else {"number": "phones", "address": "emails"}.get(name, name)
                ): texts
                for name, texts in error.errors.items()
            }
            error = Invalid(renamed, code=error.code)
        super().refuse(error)


class TagsField(forms.MultipleChoiceField):
    """Known tags to choose from, and new ones."""

    def __init__(self, known: Iterable[str]) -> None:
        choices = [(tag, tag) for tag in dict.fromkeys(known) if tag]
        super().__init__(
            label=_("标签"),
            required=False,
            choices=choices,
            widget=widgets.Combobox(multiple=True, create=True),
        )

    def valid_value(self, value: Any) -> bool:
        return len(str(value)) <= 30
