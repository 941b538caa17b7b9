"""Delays 延时: who was late with what, why, and whether the leader has looked at it (CAS-18, TRG-34)."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.cases import services
from zhize.domains.cases.drilling import UnitsFilter, under
from zhize.domains.cases.kinds import Nature
from zhize.domains.cases.models import DelayAudit
from zhize.domains.cases.selectors import lists
from zhize.kernel import access
from zhize.ui import columns


class DelayFilters(ui.Filters):
    first: ClassVar[tuple[str, ...]] = ("since",)

    q = ui.filters.Search(fields=("case__number", "case__title", "reason"))
    since = ui.filters.Period(label=_("超时日期"), field_name="late_since")
    nature = ui.filters.Choice(label=_("性质"), field_name="case__nature", choices=Nature.choices)
    department = django_filters.NumberFilter(
        field_name="unit_id", label=_("部门"), widget=forms.HiddenInput()
    )
    person = django_filters.NumberFilter(
        field_name="person_id", label=_("责任人"), widget=forms.HiddenInput()
    )
    under = UnitsFilter(label=_("机构范围"), method="of_units", widget=forms.HiddenInput())

    class Meta:
        model = DelayAudit
        fields: tuple[str, ...] = ()

    def of_units(self, rows: QuerySet[DelayAudit], name: str, value: str) -> QuerySet[DelayAudit]:
        return under(rows, value)


def _audit(*, actor: Any, row: DelayAudit) -> Any:
    return services.audit_delay(actor=actor, delay=row)


class DelayList(ui.ListPage):
    """Every passed limit the actor may see."""

    capability = "delay.view"
    title = _("延时工单")
    filters = DelayFilters
    columns = (
        columns.Link(
            "case", _("工单"), value=lambda row: f"{row.case.number} {row.case.title}",
            url=lambda row: reverse("cases:detail", args=[row.case.number]), css="col-wide",
        ),
        columns.Text("what", _("延时事项"), value=lambda row: row.obligation.name),
        columns.Text("unit", _("部门"), value=lambda row: str(row.unit)),
        columns.Person("person", _("责任人")),
        columns.When("late_since", _("时限"), sort="late_since"),
        columns.Text("reason", _("延时原因"), lines=2),
        columns.Text("audited", _("审核"), value=lambda row: str(row.audited_by or _("已审核")) if row.audited_at else _("未审核")),
        columns.When("audited_at", _("审核时间"), hidden=True),
    )  # fmt: skip
    chips = (
        ui.Chip("unexplained", _("待说明"), lambda page: Q(reason=""), tone="red"),
        ui.Chip(
            "unaudited", _("待审核"), lambda page: Q(audited_at__isnull=True) & ~Q(reason=""), tone="amber"
        ),
        ui.Chip("mine", _("我的"), lambda page: Q(person_id=page.actor.person_id)),
    )
    bulk = (ui.BulkAction("audit", _("审核"), _audit, "delay.audit", icon="checks"),)
    export = "delay.view"
    default_sort = "-late_since"
    empty = ui.Empty(
        _("没有延时"), _("超过时限的工单和工作单会出现在这里，要说明原因并由主管审核。"), "clock"
    )

    def rows(self) -> QuerySet[DelayAudit]:
        return lists.delays(self.actor)

    def row_acts(self, row: DelayAudit) -> list[ui.Act]:
        acts = []
        if row.audited_at is None and self.actor.may("delay.explain"):
            acts.append(ui.Act(_("说明原因"), reverse("cases:delay_explain", args=[row.pk]), drawer=True))
        if row.audited_at is None and row.reason and self.actor.may("delay.audit"):
            acts.append(ui.Act(_("审核"), reverse("cases:delay_audit", args=[row.pk]), drawer=True))
        return acts


class ReasonForm(ui.Form):
    reason = forms.CharField(label=_("延时原因"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class Explain(ui.FormPage):
    """Why it ran over."""

    capability = "delay.explain"
    form_class = ReasonForm
    title = submit = _("说明延时原因")

    def fetch(self) -> DelayAudit:
        return access.fetch(self.actor, DelayAudit, self.kwargs["pk"], "delay.explain")

    def initial(self) -> dict[str, Any]:
        return {"reason": self.row.reason}

    def perform(self, form: Any) -> Any:
        return services.explain_delay(actor=self.actor, delay=self.row, reason=form.cleaned_data["reason"])

    def success_url(self, result: Any) -> str:
        return reverse("cases:delays")


class AuditForm(ui.Form):
    """Nothing to fill: the reason stands above."""


class Audit(ui.FormPage):
    """The leader has looked at the delay and its reason."""

    capability = "delay.audit"
    form_class = AuditForm
    title = submit = _("审核延时")
    drafts = False
    done_message = _("已审核。")

    def fetch(self) -> DelayAudit:
        row: DelayAudit = access.fetch(self.actor, DelayAudit, self.kwargs["pk"], "delay.audit")
        self.intro = row.reason
        return row

    def make_form(self, **arguments: Any) -> Any:
        arguments.pop("initial", None)
        return AuditForm(**arguments)

    def perform(self, form: Any) -> Any:
        return services.audit_delay(actor=self.actor, delay=self.row)

    def success_url(self, result: Any) -> str:
        return reverse("cases:delays")
