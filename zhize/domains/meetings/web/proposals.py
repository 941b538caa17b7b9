"""Proposals: list, one proposal with its decision, and what can be done with it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.meetings import capabilities as caps
from zhize.domains.meetings import selectors, services
from zhize.domains.meetings.models import Proposal, ProposalKind, Talk
from zhize.domains.meetings.web import forms
from zhize.kernel import access, flow, history


class ProposalFilters(ui.Filters):
    first: ClassVar[tuple[str, ...]] = ("kind", "filed_at")
    q = ui.filters.Search(fields=("number", "title", "text", "author__name"))
    kind = ui.filters.Choice(label=_("种类"), choices=ProposalKind.choices)
    filed_at = ui.filters.Period(label=_("提出日期"))


class ProposalList(ui.ListPage):
    """Proposals 建议 the actor may see."""

    capability = caps.PROPOSAL_VIEW
    title = pgettext_lazy("proposal", "建议")
    filters = ProposalFilters
    search_hint = _("编号、题目、内容或提出人")
    columns = (
        ui.columns.Link(
            "title",
            pgettext_lazy("proposal", "建议"),
            url="meetings:proposal",
            second="number",
            css="col-wide",
        ),
        ui.columns.Text("kind", _("种类"), value="get_kind_display", sort="kind"),
        ui.columns.State("state_label", _("状态"), sort="state"),
        ui.columns.Person("author", _("提出人"), sort="author__name"),
        ui.columns.Text("decider", _("由谁决定")),
        ui.columns.When("filed_at", _("提出时间"), sort=True),
        ui.columns.When("decided_at", _("决定时间"), sort=True, hidden=True),
    )
    chips = (
        ui.Chip("decide", _("要我决定"), lambda page: selectors.to_decide(page.actor), tone="amber"),
        ui.Chip("open", _("未了结"), lambda page: Q(ended_at__isnull=True)),
        ui.Chip("mine", _("我提的"), lambda page: Q(author=page.actor.person_id)),
        ui.Chip("done", _("已落实"), lambda page: Q(state="done")),
    )
    export = caps.PROPOSAL_VIEW
    default_sort = "-filed_at"
    empty = ui.Empty(_("还没有建议"), _("对流程、制度和人事的建议提在这里，由上级决定。"), "bulb")

    def rows(self) -> QuerySet[Proposal]:
        return selectors.proposals(self.actor)

    def acts(self) -> list[ui.Act]:
        if not self.actor.may(caps.PROPOSAL_FILE):
            return []
        return [
            ui.Act(_("提建议"), reverse("meetings:propose"), icon="plus", drawer=True, primary=True, key="n")
        ]


class Propose(ui.FormPage):
    """File a proposal; `?talk=` names the talk it was heard in."""

    capability = caps.PROPOSAL_FILE
    form_class, title, submit = forms.ProposalForm, _("提建议"), _("提出")
    done_message = _("已提出。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def source(self) -> Talk | None:
        pk = self.request.GET.get("talk", "")
        return access.fetch(self.actor, Talk, pk) if pk else None

    def initial(self) -> dict[str, Any]:
        source = self.source()
        return {"text": source.measures or source.text} if source is not None else {}

    def perform(self, form: Any) -> Proposal:
        return services.file_proposal(actor=self.actor, source=self.source(), **form.cleaned_data)

    def success_url(self, result: Proposal) -> str:
        return reverse("meetings:proposal", args=[result.pk])


@ui.page(capability=caps.PROPOSAL_VIEW, methods=("GET",))
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: what, by whom, who decides, what was decided and which version carries it out."""
    row = selectors.proposals(request.actor).get(pk=access.fetch(request.actor, Proposal, pk).pk)
    values = {
        "title": row.title,
        "proposal": row,
        "offers": flow.offers(row, request.actor),
        "base": reverse("meetings:proposal", args=[pk]) + "verbs/",
        "entries": history.timeline(row)[:50],
        "crumbs": [(pgettext_lazy("proposal", "建议"), reverse("meetings:proposals")), (row.number, "")],
    }
    return ui.render(request, "meetings/proposal.html", values)


class ProposalAct(ui.FormPage):
    """Base of what is done with one proposal."""

    capability: ClassVar[Any] = caps.PROPOSAL_VIEW
    form_class: ClassVar[Any] = forms.DecideForm
    row: Proposal

    def fetch(self) -> Proposal:
        return access.fetch(self.actor, Proposal, self.kwargs["pk"], self.capability)

    def context(self) -> dict[str, Any]:
        return {"intro": self.row.text}

    def success_url(self, result: Any) -> str:
        return reverse("meetings:proposal", args=[self.row.pk])


class Adopt(ProposalAct):
    title, submit, done_message = _("采纳建议"), _("采纳"), _("已采纳。")

    def perform(self, form: Any) -> Proposal:
        return services.adopt(actor=self.actor, proposal=self.row, **form.cleaned_data)


class Decline(ProposalAct):
    title, submit, done_message = _("不采纳建议"), _("不采纳"), _("已记下。")

    def perform(self, form: Any) -> Proposal:
        return services.decline(actor=self.actor, proposal=self.row, **form.cleaned_data)


class CarryOut(ProposalAct):
    form_class = forms.CarryOutForm
    title, submit, done_message = _("登记落实"), _("登记"), _("已登记。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"proposal": self.row}

    def perform(self, form: Any) -> Proposal:
        return services.carry_out(actor=self.actor, proposal=self.row, **form.cleaned_data)


class Withdraw(ProposalAct):
    capability = caps.PROPOSAL_FILE
    form_class = forms.ReasonForm
    title, submit, done_message = _("撤回建议"), _("撤回"), _("已撤回。")

    def perform(self, form: Any) -> Proposal:
        return services.withdraw(actor=self.actor, proposal=self.row, **form.cleaned_data)
