"""Acts on a duty: end it, bring it back, back to the default, which sentences it carries out. The editor has its own module."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import services
from zhize.domains.duties.models import Duty
from zhize.domains.duties.selectors import duty as reads
from zhize.domains.duties.web.forms import ReasonForm
from zhize.kernel import access
from zhize.ui import widgets


class DutyAct(ui.FormPage):
    """Base of the acts on one duty."""

    capability = caps.DUTY_EDIT
    form_class: ClassVar[Any] = ReasonForm
    row: Duty

    def fetch(self) -> Duty:
        return reads.one(access.fetch(self.actor, Duty, self.kwargs["pk"], caps.DUTY_EDIT))

    def success_url(self, result: Any) -> str:
        return reverse("duties:duty", args=[self.row.pk])

    def context(self) -> dict[str, Any]:
        return {"intro": str(self.row)}


class EndDuty(DutyAct):
    title, submit = _("停用职责"), _("停用")
    intro = _("已经开始的事项照旧办完；还没有开始的不再办理。行业包更新时不会把它恢复。")
    done_message = _("已停用。")
    danger = True

    def perform(self, form: Any) -> Duty:
        return services.end_duty(actor=self.actor, duty=self.row, reason=form.cleaned_data["reason"])


class RestoreDuty(DutyAct):
    title, submit = _("恢复职责"), _("恢复")
    intro = _("从现在起重新办理，停用期间的不补。")
    done_message = _("已恢复。")

    def perform(self, form: Any) -> Any:
        return services.restore_duty(actor=self.actor, duty=self.row, reason=form.cleaned_data["reason"])


class ResetDuty(DutyAct):
    title, submit = _("恢复默认"), _("恢复默认")
    intro = _("回到行业包的规定。已经开始的事项不变，只影响还没有开始的。")
    done_message = _("已恢复默认。")
    template = "duties/library/reset.html"

    def perform(self, form: Any) -> Any:
        return services.reset_duty(actor=self.actor, duty=self.row, reason=form.cleaned_data["reason"])

    def context(self) -> dict[str, Any]:
        return {**super().context(), "changes": reads.back_to_default(self.row)}


class ClauseField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number or obj.code} {obj.text[:60]}"


class ClausesForm(ui.Form):
    clauses: Any = ClauseField(label=_("落实的条款"), queryset=None, widget=widgets.Combobox(multiple=True))
    wide = ("clauses",)

    def __init__(self, *args: Any, duty: Duty, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clauses"].queryset = reads.clauses_to_link(duty)


class LinkClauses(DutyAct):
    """Which sentences of the position sheet the duty carries out (ORG-08)."""

    form_class: ClassVar[Any] = ClausesForm
    title = _("落实的条款")
    drafts = False

    def form_kwargs(self) -> dict[str, Any]:
        return {"duty": self.row}

    def initial(self) -> dict[str, Any]:
        return {"clauses": [clause.pk for clause in reads.clauses(self.row) if clause.active]}

    def perform(self, form: Any) -> int:
        return services.link_clauses(
            actor=self.actor, duty=self.row, clauses=list(form.cleaned_data["clauses"])
        )
