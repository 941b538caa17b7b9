"""The one intake form that every channel registers in (CHN-03)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.kinds import Channel, Nature, Severity
from zhize.domains.cases.selectors import choices, types
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels.web.fields import PagesField
from zhize.kernel import forms as questions
from zhize.kernel import packs
from zhize.kernel.access import Actor
from zhize.ui import widgets
from zhize.ui.forms import Form, adopt

# The channels a person at a desk registers; the others come in by themselves.
BY_HAND = (
    Channel.PHONE,
    Channel.COUNTER,
    Channel.LETTER,
    Channel.FAX,
    Channel.VOICEMAIL,
    Channel.REGULATOR,
    Channel.STAFF,
    Channel.IM,
)

# What is registered under a document number with its scan, by those who keep that register.
WRITTEN = (Channel.LETTER, Channel.FAX)


class IntakeForm(Form):
    """受理: who, what, how urgent; the rest follows from the rules."""

    channel = forms.ChoiceField(
        label=_("来源"), choices=[(code.value, code.label) for code in BY_HAND], widget=widgets.Segments()
    )
    customer = forms.IntegerField(required=False, widget=forms.HiddenInput())
    premises = forms.IntegerField(required=False, widget=forms.HiddenInput())
    contact_name = forms.CharField(label=_("姓名"), required=False, max_length=60)
    contact_phone = forms.CharField(label=_("电话"), required=False, max_length=40)
    type = forms.ChoiceField(label=_("类型"), widget=widgets.Segments())
    subtype = forms.ChoiceField(label=_("分类"), required=False)
    severity = forms.ChoiceField(label=_("紧急程度"), required=False, widget=widgets.Segments())
    title = forms.CharField(label=_("事由"), max_length=120)
    description = forms.CharField(label=_("内容"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    scans = PagesField(label=_("扫描件或照片"), required=False, help_text=_("来信、传真必须附上扫描件。"))
    object_code = forms.ChoiceField(label=_("涉及对象"), required=False)
    consent = forms.BooleanField(label=_("客户同意转为工单"), required=False)
    on_contact = forms.BooleanField(label=_("当场办结"), required=False)
    solution = forms.CharField(
        label=_("当场怎么解决的"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-show-when": "on_contact=on"}),
    )

    def __init__(self, *args: Any, actor: Actor, spec: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not actor.may(caps.DOCUMENT_RECORD):
            self.fields["channel"].choices = [
                (code.value, code.label) for code in BY_HAND if code not in WRITTEN
            ]
        self.fields["type"].choices = choices.type_choices()
        self.fields["severity"].choices = choices.severities(spec) if spec else Severity.choices
        self.fields["subtype"].choices = [("", _("未分类")), *(choices.subtypes(spec) if spec else [])]
        if spec is None or not spec.consent_to_transfer:
            del self.fields["consent"]
        self.solvable = spec is not None and spec.on_contact is not None
        # What was written for another type stays in sight until somebody takes it away.
        if not self.solvable and not self["solution"].value():
            del self.fields["on_contact"]
            del self.fields["solution"]
        self.fields["object_code"].choices = [("", _("不涉及")), *choices.involved(spec)] if spec else []
        if len(self.fields["object_code"].choices) < 2:
            del self.fields["object_code"]
        self.own = own_fields(spec, self.data if self.is_bound else None)

    @property
    def asked_first(self) -> list[forms.BoundField]:
        """What this type cannot do without."""
        return [field for field in self.own or () if field.field.required]

    @property
    def asked_more(self) -> list[forms.BoundField]:
        """What this type also asks when there is time for it; it stands folded."""
        return [field for field in self.own or () if not field.field.required]

    @property
    def more_wanted(self) -> bool:
        """Whether something folded has to be put right."""
        involved = [self["object_code"]] if "object_code" in self.fields else []
        return any(field.errors for field in [*self.asked_more, *involved])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        solution = said.get("solution", "")
        if solution and not self.solvable:
            self.add_error("solution", _("这种类型不能当场办结。"))
        elif solution and not said.get("on_contact"):
            self.add_error("solution", _("这里写了话：请勾选“当场办结”，或者清空这里。"))
        elif said.get("on_contact") and not solution:
            self.add_error("solution", _("请写明当场怎么解决的。"))
        if not said.get("customer") and not said.get("contact_phone") and not said.get("contact_name"):
            self.add_error("contact_name", _("请选择客户，或写下姓名或电话。"))
        if said.get("channel") in WRITTEN and not said.get("scans"):
            self.add_error("scans", _("请附上扫描件。"))
        if self.own is not None and not self.own.is_valid():
            self.add_error(None, _("请检查这种类型的补充内容。"))
        said["answers"] = self.own.answers if self.own is not None else {}
        return said


def own_fields(spec: Any, data: Any = None) -> Any:
    """The fields that only this type asks for (CAS-01), or None."""
    form = packs.find("forms", spec.form) if spec is not None and spec.form is not None else None
    return adopt(questions.build(form, state="new", data=data, prefix="own")) if form is not None else None


def chosen_type(code: str) -> Any:
    """The case type asked for, else the first one."""
    known = {item.code: item for item in types.case_types()}
    complaints = (item for item in known.values() if item.nature == Nature.COMPLAINT)
    return known.get(code) or next(complaints, None) or next(iter(known.values()), None)
