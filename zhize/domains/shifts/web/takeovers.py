"""Handover lists between holders of a position: the list of lists, one of them, and the acts of its sides (DUT-17)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts import papers, selectors
from zhize.domains.shifts.models import Takeover
from zhize.domains.shifts.services import takeovers as services
from zhize.domains.shifts.web import forms
from zhize.domains.shifts.web.printing import as_pdf
from zhize.kernel import access, flow, history
from zhize.kernel.org.models import Person
from zhize.ui import columns, words


def _chip(code: str, label: Any, tone: str = "") -> ui.Chip:
    return ui.Chip(code, label, lambda page: selectors.takeover_chips(page.actor)[code], tone=tone)


class TakeoverList(ui.ListPage):
    """Who hands over what position; the unsigned ones stand out."""

    capability = caps.TAKEOVER_VIEW
    title = _("岗位交接清单")
    columns = (
        columns.Link("giver", _("交出人"), value="giver", url="shifts:takeover", second=lambda row: str(row.position or "")),
        columns.State("state_label", _("状态"), sort="state"),
        columns.When("on", _("交接日期"), sort="on"),
        columns.Text("reason", _("交接原因"), css="col-wide"),
        columns.When("given_at", _("交出人签字"), sort="given_at"),
        columns.When("ended_at", _("办结时间"), sort="ended_at"),
        columns.Text("unit", _("部门"), value=lambda row: str(row.unit), hidden=True),
    )  # fmt: skip
    chips = (
        _chip("sign", _("待我签字"), "amber"),
        _chip("open", _("未签完"), "red"),
        _chip("without", _("没有接手人"), "red"),
    )
    export = caps.TAKEOVER_VIEW
    default_sort = "-on"
    empty = ui.Empty(
        _("没有岗位交接"), _("有人离开岗位时，没办完的事项自动列成清单，由双方签字。"), "switch-horizontal"
    )

    def rows(self) -> QuerySet[Takeover]:
        return selectors.takeovers(self.actor)

    def acts(self) -> list[ui.Act]:
        if not self.actor.may(caps.TAKEOVER_MAKE):
            return []
        return [
            ui.Act(
                _("编制清单"), reverse("shifts:takeover_new"), icon="plus", drawer=True, primary=True, key="n"
            )
        ]


class Make(ui.FormPage):
    """List what somebody still owes in a position."""

    capability = caps.TAKEOVER_MAKE
    form_class, title, submit = forms.MakeForm, _("编制岗位交接清单"), _("编制清单")
    intro = _("列出这个人在岗位上没办完的事项，由交出人和接手人签字。")
    done_message = _("已编制，请双方签字。")

    def form_kwargs(self) -> dict[str, Any]:
        return {
            "held": selectors.handed_by(self.actor),
            "people": access.visible(self.actor, Person).filter(active=True),
        }

    def initial(self) -> dict[str, Any]:
        return {"on": words.today()}

    def perform(self, form: Any) -> Takeover:
        values = dict(form.cleaned_data)
        held = values.pop("held")
        return services.make_list(actor=self.actor, giver=held.person, position=held.position, **values)

    def success_url(self, result: Takeover) -> str:
        return reverse("shifts:takeover", args=[result.pk])

    def leave(self, result: Takeover) -> bool:
        return True


@ui.page(capability=caps.TAKEOVER_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One list: what is owed, who takes it, who has signed."""
    access.fetch(request.actor, Takeover, pk)
    row = selectors.takeovers(request.actor).get(pk=pk)
    lines = selectors.lines_for(request.actor, row)
    context = {
        "title": words.in_language(_("%(who)s的岗位交接清单") % {"who": row.giver}),
        "takeover": row,
        "lines": lines,
        "ahead": row.state in {"open", "waiting"} and selectors.is_ahead(row),
        "signing": papers.takeover_lines(row, selectors.parties(row, lines)),
        # It closes by itself with the last signature, or waits for its day.
        "offers": [offer for offer in flow.offers(row, request.actor) if offer.verb not in {"close", "wait"}],
        "base": reverse("shifts:takeover", args=[pk]) + "verbs/",
        "entries": history.timeline(row)[:50],
        "crumbs": [(_("岗位交接清单"), reverse("shifts:takeovers")), (str(row), "")],
    }
    return ui.render(request, "shifts/takeover.html", context)


@ui.page(capability=caps.TAKEOVER_VIEW, methods=("GET",))
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The list as it is filed."""
    access.fetch(request.actor, Takeover, pk)
    row = selectors.takeovers(request.actor).get(pk=pk)
    lines = selectors.lines_for(request.actor, row)
    sheet = papers.takeover_sheet(row, lines, selectors.parties(row, lines))
    return as_pdf(sheet, plain=f"handover-{row.pk}")


class TakeoverAct(ui.FormPage):
    """Base of the acts on one list."""

    row: Takeover
    capability: ClassVar[Any] = caps.TAKEOVER_SIGN

    def fetch(self) -> Takeover:
        access.fetch(self.actor, Takeover, self.kwargs["pk"], self.capability)
        row: Takeover = selectors.takeovers(self.actor).get(pk=self.kwargs["pk"])
        return row

    def success_url(self, result: Any) -> str:
        return reverse("shifts:takeover", args=[self.row.pk])


class Assign(TakeoverAct):
    capability = caps.TAKEOVER_MAKE
    form_class, title = forms.TakersForm, _("指定接手人")
    done_message = _("已指定。")

    def form_kwargs(self) -> dict[str, Any]:
        waiting = [line for line in selectors.lines_for(self.actor, self.row) if line.moved_at is None]
        people = selectors.near(self.row.unit).exclude(pk=self.row.giver_id)
        return {"lines": waiting, "people": people}

    def perform(self, form: Any) -> Takeover:
        return services.name_takers(actor=self.actor, takeover=self.row, takers=form.takers)


class Give(TakeoverAct):
    form_class, title, submit = forms.SignForm, _("签字交出"), _("签字交出")

    def message(self, result: Takeover) -> Any:
        if result.state == "open":
            return _("已签字，等接手人签字。")
        return _("已签字，到交接日移交。") if result.state == "waiting" else _("已签字，交接完成。")

    def perform(self, form: Any) -> Takeover:
        return services.give(actor=self.actor, takeover=self.row, **form.cleaned_data)


class Take(TakeoverAct):
    form_class, title, submit = forms.SignForm, _("签字接手"), _("签字接手")
    intro = _("签字以后，清单里由您接手的事项从交接日期起由您办理。")

    def message(self, result: Takeover) -> Any:
        if selectors.is_ahead(result):
            return _("已签字，事项到交接日期转到您的工作台。")
        return _("已签字，事项已转到您的工作台。")

    def perform(self, form: Any) -> Takeover:
        return services.take(actor=self.actor, takeover=self.row, **form.cleaned_data)


class Move(TakeoverAct):
    capability = caps.TAKEOVER_FORCE
    form_class, title, submit = forms.WhyForm, _("立即移交"), _("立即移交")
    intro = _("不等签字，事项马上转给接手人；双方仍要补签。")
    done_message = _("已移交。")

    def perform(self, form: Any) -> Takeover:
        return services.move_now(actor=self.actor, takeover=self.row, **form.cleaned_data)


class Waive(TakeoverAct):
    capability = caps.TAKEOVER_FORCE
    form_class, title, submit, danger = forms.WhyForm, _("免签办结"), _("免签办结"), True
    intro = _("有人已经无法签字时使用，会写明是谁决定、为什么。")
    done_message = _("已办结。")

    def perform(self, form: Any) -> Takeover:
        return services.waive(actor=self.actor, takeover=self.row, **form.cleaned_data)
