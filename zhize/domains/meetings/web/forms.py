"""The forms of meetings, talks and proposals."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.domains.duties import selectors as duties
from zhize.domains.meetings import selectors, services
from zhize.domains.meetings.models import (
    UPWARD,
    Meeting,
    MeetingKind,
    Presence,
    Proposal,
    ProposalKind,
    TalkKind,
)
from zhize.kernel import access
from zhize.kernel.access import Actor
from zhize.ui import widgets
from zhize.ui.forms import Form, Section

AREA = {"rows": 5, "data-count": "20000"}
UP = ",".join(sorted(UPWARD))
NOT_UP = ",".join(sorted(set(TalkKind.values) - UPWARD))
STAFF = "appoint,promote,demote,dismiss,pay,hire"


def _people(label: Any, *, required: bool = True, multiple: bool = False, **more: Any) -> Any:
    kind = forms.ModelMultipleChoiceField if multiple else forms.ModelChoiceField
    attrs = more.pop("attrs", {})
    field: Any = kind(
        label=label,
        queryset=None,
        required=required,
        widget=widgets.Combobox(attrs, multiple=multiple),
        **more,
    )
    return field


class CallForm(Form):
    """A meeting to be called."""

    sections = (
        Section(_("会议"), ("unit", "kind", "title", "starts_at", "place"), columns=2),
        Section(_("人员"), ("chair", "keeper", "people"), columns=2),
        Section(_("议题"), ("agenda",)),
    )
    unit: Any = forms.ModelChoiceField(label=_("单位"), queryset=None, widget=widgets.Combobox())
    kind = forms.ChoiceField(label=_("种类"), choices=MeetingKind.choices)
    title = forms.CharField(label=_("主题"), max_length=120)
    starts_at = forms.DateTimeField(label=_("时间"), widget=widgets.DateTimeInput())
    place = forms.CharField(label=_("地点"), max_length=120, required=False)
    chair = _people(_("主持人"))
    keeper = _people(_("记录人"), required=False, help_text=_("不选就由主持人记录。"))
    people = _people(_("参加人"), required=False, multiple=True)
    agenda = forms.CharField(
        label=_("议题"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = selectors.units_to_meet(actor)
        colleagues = selectors.colleagues(access.unit_of(actor))
        for name in ("chair", "keeper", "people"):
            self.fields[name].queryset = colleagues


class ChangeForm(Form):
    """What may still change before the minutes are closed."""

    title = forms.CharField(label=_("主题"), max_length=120)
    starts_at = forms.DateTimeField(label=_("时间"), widget=widgets.DateTimeInput())
    place = forms.CharField(label=_("地点"), max_length=120, required=False)
    chair = _people(_("主持人"))
    keeper = _people(_("记录人"))
    agenda = forms.CharField(
        label=_("议题"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("chair", "keeper"):
            self.fields[name].queryset = selectors.colleagues(meeting.unit)


class MinutesForm(Form):
    minutes = forms.CharField(
        label=_("会议记录"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14, "data-count": "20000"}),
    )


class PresenceForm(Form):
    """One row of choices for everybody who was asked to come."""

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in meeting.attendances.all():
            self.fields[f"person_{row.person_id}"] = forms.ChoiceField(
                label=str(row.person),
                choices=Presence.choices,
                initial=row.presence,
                widget=widgets.Segments(),
            )
        self.fields["further"] = _people(_("另外到会的人"), required=False, multiple=True)
        self.fields["further"].queryset = selectors.colleagues(meeting.unit)
        widgets.dress(self)

    def presence(self) -> dict[int, str]:
        """Person id → presence, those who came besides included."""
        said = {
            int(name[7:]): value for name, value in self.cleaned_data.items() if name.startswith("person_")
        }
        return said | {person.pk: Presence.PRESENT.value for person in self.cleaned_data["further"]}


class DecisionForm(Form):
    text = forms.CharField(label=_("决议"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    owner = _people(_("由谁办理"), required=False, help_text=_("选了办理人，定稿时就交办给他。"))
    due_at = forms.DateTimeField(label=_("到期"), required=False, widget=widgets.DateTimeInput())

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = selectors.colleagues(meeting.unit)


class CloseForm(Form):
    proves: Any = forms.ModelChoiceField(
        label=_("这次会议落实的职责"),
        queryset=None,
        required=False,
        widget=widgets.Combobox(),
        help_text=_("选中的职责随定稿办结，会议记录就是凭证。"),
    )

    def __init__(self, *args: Any, actor: Actor, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proves"].queryset = duties.provable(actor, services.RECORD)
        if not self.fields["proves"].queryset:
            del self.fields["proves"]


class ReasonForm(Form):
    reason = forms.CharField(label=_("原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class TalkForm(Form):
    """A talk to be put on record."""

    kind = forms.ChoiceField(label=_("种类"), choices=TalkKind.choices)
    to = _people(_("和谁沟通"), required=False, attrs={"data-show-when": f"kind={NOT_UP}"})
    to_unit: Any = forms.ModelChoiceField(
        label=_("和哪个部门"),
        queryset=None,
        required=False,
        widget=widgets.Combobox({"data-show-when": "kind=exchange"}),
    )
    about = _people(_("涉及员工"), required=False, attrs={"data-show-when": f"kind={UP}"})
    on = forms.DateField(label=_("日期"), required=False, help_text=_("不填就是今天。"))
    text = forms.CharField(label=_("内容"), max_length=20_000, widget=forms.Textarea(attrs=AREA))
    measures = forms.CharField(
        label=_("措施与建议"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        home = access.unit_of(actor)
        above = selectors.superior_of(actor)
        if above is not None:
            self.fields["kind"].help_text = _("上报类由您的上级岗位“%(who)s”接收。") % {"who": above}
        self.fields["to"].queryset = self.fields["about"].queryset = selectors.colleagues(home)
        self.fields["to_unit"].queryset = selectors.departments(home)
        widgets.dress(self)


class AnswerForm(Form):
    text = forms.CharField(label=_("答复"), max_length=4000, widget=forms.Textarea(attrs=AREA))


class ProposalForm(Form):
    """A proposal to be filed."""

    kind = forms.ChoiceField(label=_("种类"), choices=ProposalKind.choices)
    title = forms.CharField(label=pgettext_lazy("proposal", "建议"), max_length=120)
    duty: Any = forms.ModelChoiceField(
        label=_("针对的职责"),
        queryset=None,
        required=False,
        widget=widgets.Combobox({"data-show-when": "kind=rule"}),
    )
    about = _people(_("针对的人"), required=False, attrs={"data-show-when": f"kind={STAFF}"})
    about_position: Any = forms.ModelChoiceField(
        label=_("针对的岗位"),
        queryset=None,
        required=False,
        widget=widgets.Combobox({"data-show-when": f"kind={STAFF},rule"}),
    )
    text = forms.CharField(label=_("内容与理由"), max_length=20_000, widget=forms.Textarea(attrs=AREA))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        home = access.unit_of(actor)
        self.fields["duty"].queryset = selectors.duties_to_change(actor)
        self.fields["about"].queryset = selectors.colleagues(home)
        self.fields["about_position"].queryset = selectors.positions_near(home)
        widgets.dress(self)


class DecideForm(Form):
    decision = forms.CharField(label=_("决定与理由"), max_length=4000, widget=forms.Textarea(attrs=AREA))


class CarryOutForm(Form):
    outcome = forms.CharField(label=_("落实情况"), max_length=4000, widget=forms.Textarea(attrs=AREA))
    duty_version: Any = forms.ModelChoiceField(
        label=_("职责的新版本"), queryset=None, required=False, widget=widgets.Combobox()
    )
    sheet_version: Any = forms.ModelChoiceField(
        label=_("岗位说明书的新版本"), queryset=None, required=False, widget=widgets.Combobox()
    )

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["duty_version"].queryset = selectors.versions_since(proposal)
        self.fields["sheet_version"].queryset = selectors.sheets_since(proposal)
