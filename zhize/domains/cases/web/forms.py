"""Forms of the case pages. They check the shape of what was typed; the services decide."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.kinds import OUTWARD, Channel
from zhize.domains.cases.models import Case, PaperKind
from zhize.domains.cases.selectors import choices
from zhize.domains.cases.services import papers, worksheets
from zhize.domains.customers.selectors import listing, premises
from zhize.domains.customers.web.forms import CustomerField, PremisesField
from zhize.kernel import calendars
from zhize.kernel.access import Actor
from zhize.kernel.flow import Category, Move
from zhize.ui import widgets
from zhize.ui.forms import Form

AREA = {"rows": 4}

# Through which a word to the customer goes or was said.
REPLY_CHANNELS = [(str(code), label) for code, label in OUTWARD.items()]


class PersonField(forms.ModelChoiceField):
    """Somebody of the case's department, with the number of cases in hand."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("queryset", None)
        options.setdefault("widget", widgets.Combobox())
        super().__init__(**options)

    def label_from_instance(self, obj: Any) -> str:
        load = getattr(obj, "load", None)
        return str(obj) if load is None else f"{obj} · {_('手上 %(count)d 件') % {'count': load}}"


class UnitField(forms.ModelChoiceField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("queryset", None)
        options.setdefault("widget", widgets.Combobox())
        super().__init__(**options)


class NoteForm(Form):
    note = forms.CharField(label=_("说明"), widget=forms.Textarea(attrs=AREA))


class OptionalNoteForm(Form):
    note = forms.CharField(label=_("说明"), required=False, widget=forms.Textarea(attrs=AREA))


class AssignForm(Form):
    to = PersonField(label=_("派给"))
    note = forms.CharField(label=_("派单说明"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, case: Case | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = (
            choices.assignable(case.unit) if case is not None else choices.everybody()
        )


class IncomingForm(Form):
    """What the customer said on the phone or at the counter about a case that exists."""

    body = forms.CharField(label=_("客户说了什么"), widget=forms.Textarea(attrs=AREA))
    channel = forms.ChoiceField(label=_("来源"), choices=Channel.choices, initial=Channel.PHONE)


class InformForm(Form):
    channel = forms.ChoiceField(label=_("告知方式"), choices=REPLY_CHANNELS, widget=widgets.Segments())
    note = forms.CharField(label=_("说明"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class MoveForm(Form):
    """The inputs that a move of the lifecycle needs, in the words of the case type."""

    analysis = forms.CharField(label=_("可行性分析"), widget=forms.Textarea(attrs=AREA))
    plan = forms.CharField(label=_("改进方案"), widget=forms.Textarea(attrs=AREA))
    solution = forms.CharField(label=_("处理情况与答复"), widget=forms.Textarea(attrs={"rows": 5}))
    outcome = forms.ChoiceField(label=_("处理结果"))
    told_by = forms.ChoiceField(
        label=_("告知客户"),
        choices=[("", _("还没有告知")), *REPLY_CHANNELS],
        widget=widgets.Segments(),
        help_text=_("已经当面或电话告诉客户的，选方式；关闭前必须告知。"),
    )
    cause = forms.ChoiceField(label=_("原因分类"))
    responsible_unit = UnitField(label=_("责任部门"), required=False)
    proposal = forms.CharField(label=_("处理建议"), widget=forms.Textarea(attrs=AREA))
    reason = forms.CharField(label=_("原因"), max_length=200)
    until = forms.DateTimeField(label=_("暂停到"))
    note = forms.CharField(label=_("说明"), widget=forms.Textarea(attrs={"rows": 2}))

    ASKED_WITH: ClassVar[dict[str, tuple[str, ...]]] = {
        "solution": ("outcome", "told_by", "cause", "responsible_unit")
    }

    def __init__(self, *args: Any, case: Case, move: Move, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = dict.fromkeys(move.needs, True)
        for name in move.needs:
            for more in self.ASKED_WITH.get(name, ()):
                wanted.setdefault(more, False)
        if "solution" in wanted:
            self._fit_answer(wanted, case, move)
        if "note" not in wanted:
            wanted["note"] = False
        causes = [("", _("未分类")), *choices.causes(case.spec)]
        self.fields["cause"].choices = causes
        self.fields["responsible_unit"].queryset = choices.units_near(case.unit)
        self.fields["outcome"].choices = [("", _("请选择")), *choices.outcomes(case.nature)]
        for name in list(self.fields):
            if name not in wanted or (name == "cause" and len(causes) == 1):
                del self.fields[name]
            else:
                self.fields[name].required = wanted[name]
        if "until" in self.fields:
            self.fields["until"].initial = calendars.next_day_end(case.unit)
        if "solution" in self.fields and case.solution:
            self.fields["solution"].initial = case.solution

    @staticmethod
    def _fit_answer(wanted: dict[str, bool], case: Case, move: Move) -> None:
        """Somebody says how an answered matter ended, because "solved" is counted; what is adopted or not says it by
        the move itself. An answer that ends the case at once was given to the customer himself."""
        answers = case.machine.state(move.target).category == Category.RESOLVED
        wanted["outcome"] = answers
        if "analysis" in wanted:
            del wanted["outcome"]
        if not answers:
            del wanted["told_by"]


class WorkSheetForm(Form):
    unit = UnitField(label=_("协办部门"))
    person = PersonField(label=_("办理人"), required=False, help_text=_("不选则交给部门负责人。"))
    task = forms.CharField(label=_("协办事项"), widget=forms.Textarea(attrs=AREA))
    due_at = forms.DateTimeField(label=_("时限"))

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = choices.units_near(case.unit)
        self.fields["person"].queryset = choices.people_near(case.unit)
        self.fields["due_at"].initial = worksheets.usual_limit(case)


class WorkSheetAnswerForm(Form):
    agreed = forms.CharField(label=_("商定措施"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    result = forms.CharField(label=_("办理结果"), widget=forms.Textarea(attrs=AREA))


class NewLimitForm(Form):
    due_at = forms.DateTimeField(label=_("新的时限"))
    note = forms.CharField(label=_("说明"), widget=forms.Textarea(attrs={"rows": 3}))


class ConsultForm(Form):
    body = forms.CharField(label=_("请示内容"), widget=forms.Textarea(attrs=AREA))


class PromiseForm(Form):
    text = forms.CharField(label=_("承诺内容"), max_length=200)
    due_at = forms.DateTimeField(label=_("承诺时间"))


class MajorForm(Form):
    reason = forms.CharField(label=_("为什么是重大投诉"), widget=forms.Textarea(attrs=AREA))


class ProposalForm(Form):
    proposal = forms.CharField(label=_("处理建议"), widget=forms.Textarea(attrs=AREA))


class DecisionForm(Form):
    decision = forms.CharField(label=_("批示"), widget=forms.Textarea(attrs=AREA))


class AuditForm(Form):
    passed = forms.TypedChoiceField(
        label=_("审核意见"),
        choices=[("yes", _("通过")), ("no", _("退回，再次派单"))],
        coerce=lambda value: value == "yes",
        widget=widgets.Segments(),
        initial="yes",
    )
    note = forms.CharField(label=_("说明"), required=False, widget=forms.Textarea(attrs=AREA))


class AlarmForm(Form):
    place = forms.CharField(label=_("地点"), max_length=200)
    title = forms.CharField(label=_("情况"), max_length=120)


class EndAlarmForm(Form):
    measures = forms.CharField(label=_("采取措施"), widget=forms.Textarea(attrs=AREA))
    aftermath = forms.CharField(label=_("善后情况"), widget=forms.Textarea(attrs=AREA))


class TransferForm(Form):
    unit = UnitField(label=_("转给部门"))
    text = forms.CharField(label=_("意见"), widget=forms.Textarea(attrs=AREA))

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = choices.units_near(case.unit)


class CaseNumberField(forms.CharField):
    """Another case: one of this customer's, or found by its words; a known number may be typed as well."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", widgets.Combobox(create=True, placeholder=_("输入编号、客户或事由")))
        super().__init__(max_length=30, **options)


class CaseNumberForm(Form):
    """Asks for another case; `route` answers which ones are offered."""

    route: ClassVar[str] = "cases:others"

    number = CaseNumberField(label=_("工单"))

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget: Any = self.fields["number"].widget
        widget.source = reverse(self.route, args=[case.number])
        asked = self["number"].value()
        widget.choices = [(asked, asked)] if asked else []


class OtherCaseForm(CaseNumberForm):
    """Another case, chosen or by its number."""

    note = forms.CharField(label=_("说明"), required=False, max_length=200)


class MergeForm(OtherCaseForm):
    """The case this one goes into: an open one of the same customer."""

    route = "cases:mergeable"


class ParentForm(CaseNumberForm):
    """The case that this one is part of; empty for none."""

    number = CaseNumberField(label=_("上级工单"), required=False, help_text=_("留空则不再归入上级。"))


class SplitForm(Form):
    title = forms.CharField(label=_("新工单的事由"), max_length=120)
    description = forms.CharField(label=_("内容"), required=False, widget=forms.Textarea(attrs=AREA))


class EditForm(Form):
    title = forms.CharField(label=_("事由"), max_length=120)
    description = forms.CharField(label=_("内容"), required=False, widget=forms.Textarea(attrs=AREA))
    subtype = forms.ChoiceField(label=_("分类"), required=False)
    severity = forms.ChoiceField(label=_("紧急程度"), widget=widgets.Segments())
    contact_name = forms.CharField(label=_("联系人"), required=False, max_length=60)
    contact_phone = forms.CharField(label=_("联系电话"), required=False, max_length=40)
    contact_email = forms.EmailField(label=_("邮箱"), required=False)
    customer = CustomerField(label=_("客户"), required=False)
    premises = PremisesField(label=_("房产"), required=False)
    note = forms.CharField(label=_("修改原因"), required=False, max_length=200)

    def __init__(self, *args: Any, case: Case, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer"].queryset = listing.customers(actor)
        self.fields["premises"].queryset = premises.visible(actor)
        self.fields["subtype"].choices = [("", _("未分类")), *choices.subtypes(case.spec)]
        self.fields["severity"].choices = choices.severities(case.spec)


class VerifyForm(EditForm):
    """What the customer wrote alone, tidied by whoever verifies it (CHN-05)."""

    note = forms.CharField(
        label=_("核实情况"), required=False, max_length=200, help_text=_("例如：已电话核实，房号以登记为准。")
    )


class PaperForm(Form):
    kind = forms.ChoiceField(label=_("文件"), choices=PaperKind.choices, widget=widgets.Segments())
    receivers: Any = forms.ModelMultipleChoiceField(
        label=_("接收部门"), queryset=None, widget=widgets.Combobox(multiple=True)
    )

    def __init__(self, *args: Any, case: Case, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receivers"].queryset = choices.units_near(case.unit)
        self.fields["kind"].initial = kind
        self.fields["kind"].widget = forms.HiddenInput()
        for name, label in papers.PARTS[kind].items():
            self.fields[name] = forms.CharField(
                label=label, widget=forms.Textarea(attrs={"rows": 3, "data-wide": ""})
            )
        widgets.dress(self)

    def content(self) -> dict[str, str]:
        """The parts of the paper as typed."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"kind", "receivers"}}


class TagForm(Form):
    tags = forms.MultipleChoiceField(label=_("标签"), required=False, widget=forms.CheckboxSelectMultiple())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tags"].choices = choices.tags()
