"""Shift logs: the list, one log as it will be printed, and the acts of both sides (ORG-18)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.duties import selectors as duties
from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts import papers, selectors
from zhize.domains.shifts.models import ShiftLog
from zhize.domains.shifts.services import logs as services
from zhize.domains.shifts.web import forms
from zhize.domains.shifts.web.printing import as_pdf
from zhize.kernel import access, flow, history
from zhize.kernel.db import Refused
from zhize.ui import columns, links


def _chip(code: str, label: Any, tone: str = "") -> ui.Chip:
    return ui.Chip(code, label, lambda page: selectors.log_chips(page.actor)[code], tone=tone)


class LogList(ui.ListPage):
    """The logs of the unit's shifts, the running one first."""

    capability = caps.HANDOVER_VIEW
    title = _("交接班日志")
    columns = (
        columns.Link("name", _("班次"), value="name", url="shifts:log", second=lambda row: str(row.unit)),
        columns.State("state_label", _("状态"), sort="state"),
        columns.When("from_at", _("开始"), sort="from_at"),
        columns.Person("outgoing", _("交班人")),
        columns.When("handed_at", _("交班时间"), sort="handed_at"),
        columns.Person("incoming", _("接班人")),
        columns.When("taken_at", _("接班时间"), sort="taken_at"),
        columns.Number("items", _("未结"), value=lambda row: len(row.items) if row.items else None),
    )
    chips = (
        _chip("waiting", _("待接班签收"), "amber"),
        _chip("draft", _("填写中")),
        _chip("mine", _("我交出和接收的")),
    )
    export = caps.HANDOVER_VIEW
    default_sort = "-from_at"
    empty = ui.Empty(
        _("还没有交接班日志"), _("交班时填写一份，未结的工单和事项由系统列出。"), "arrows-exchange"
    )

    def rows(self) -> QuerySet[ShiftLog]:
        return selectors.logs(self.actor)

    def acts(self) -> list[ui.Act]:
        if not self.actor.may(caps.HANDOVER_WRITE):
            return []
        return [
            ui.Act(
                _("填写交接班日志"),
                reverse("shifts:log_begin"),
                icon="plus",
                drawer=True,
                primary=True,
                key="n",
            )
        ]


class Begin(ui.FormPage):
    """Begin the log of the running shift of the own unit."""

    capability = caps.HANDOVER_WRITE
    form_class, title, submit = forms.BeginForm, _("填写交接班日志"), _("开始填写")
    intro = _("未结的工单和一天内到期的事项由系统列出，您只写系统看不到的。")
    done_message = _("已开始，请填写后签字交班。")

    def initial(self) -> dict[str, Any]:
        unit = access.unit_of(self.actor)
        return {"name": selectors.shift_name(self.actor, unit) if unit is not None else ""}

    def perform(self, form: Any) -> ShiftLog:
        unit = access.unit_of(self.actor)
        if unit is None:
            raise Refused
        return services.begin(actor=self.actor, unit=unit, **form.cleaned_data)

    def success_url(self, result: ShiftLog) -> str:
        return reverse("shifts:log", args=[result.pk])

    def leave(self, result: ShiftLog) -> bool:
        return True


def _rows(items: selectors.Items) -> list[dict[str, Any]]:
    """The rows with their addresses."""
    return [
        {**row, "url": links.url_for(row["label"], row["id"]), "due": papers.moment(row["due"])}
        for row in items.rows
    ]


@ui.page(capability=caps.HANDOVER_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One log: what is open, what was written, who signed."""
    access.fetch(request.actor, ShiftLog, pk)
    log = selectors.logs(request.actor).get(pk=pk)
    items = selectors.items_for(request.actor, log)
    may_write = log.state == "draft" and access.allowed(request.actor, caps.HANDOVER_WRITE, log)
    context = {
        "title": log.name,
        "log": log,
        "items": _rows(items),
        "hidden": items.hidden,
        "count": items.count,
        "hidden_said": papers.not_shown(items.hidden),
        "texts": papers.texts(log),
        "lines": papers.log_lines(log),
        "may_write": may_write,
        "offers": flow.offers(log, request.actor),
        "base": reverse("shifts:log", args=[pk]) + "verbs/",
        "entries": history.timeline(log)[:50],
        "crumbs": [(_("交接班日志"), reverse("shifts:logs")), (str(log), "")],
    }
    return ui.render(request, "shifts/log.html", context)


@ui.page(capability=caps.HANDOVER_VIEW, methods=("GET",))
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The log as it is filed."""
    access.fetch(request.actor, ShiftLog, pk)
    log = selectors.logs(request.actor).get(pk=pk)
    return as_pdf(papers.log_sheet(log, selectors.items_for(request.actor, log)), plain=f"shift-log-{log.pk}")


class LogAct(ui.FormPage):
    """Base of the acts on one log."""

    row: ShiftLog
    capability: ClassVar[Any] = caps.HANDOVER_WRITE

    def fetch(self) -> ShiftLog:
        access.fetch(self.actor, ShiftLog, self.kwargs["pk"], self.capability)
        row: ShiftLog = selectors.logs(self.actor).get(pk=self.kwargs["pk"])
        return row

    def success_url(self, result: Any) -> str:
        return reverse("shifts:log", args=[self.row.pk])


class Write(LogAct):
    form_class, title = forms.WriteForm, _("填写日志")
    shared = True
    done_message = _("已保存。")
    drafts = True

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.row, name) for name in services.WRITTEN}

    def perform(self, form: Any) -> ShiftLog:
        return services.write(actor=self.actor, log=self.row, **form.cleaned_data)


class Hand(LogAct):
    form_class, title, submit = forms.HandForm, _("签字交班"), _("签字交班")
    intro = _("交出以后未结事项定格在日志上，由接班人核对签字。")
    done_message = _("已交班，等接班人签收。")

    def form_kwargs(self) -> dict[str, Any]:
        return {
            "people": selectors.near(self.row.unit).exclude(pk=self.actor.person_id or 0),
            "provable": duties.provable(self.actor, services.RECORD),
        }

    def perform(self, form: Any) -> ShiftLog:
        return services.hand(actor=self.actor, log=self.row, **form.cleaned_data)


class Take(LogAct):
    form_class, title, submit = forms.TakeForm, _("签字接班"), _("签字接班")
    done_message = _("已接班，未结事项列在本班的页面上。")

    def perform(self, form: Any) -> ShiftLog:
        return services.take(actor=self.actor, log=self.row, **form.cleaned_data)


class GiveBack(LogAct):
    form_class, title, submit, danger = forms.GiveBackForm, _("退回补充"), _("退回补充"), True
    done_message = _("已退回给交班人。")

    def perform(self, form: Any) -> ShiftLog:
        return services.give_back(actor=self.actor, log=self.row, **form.cleaned_data)


class Drop(LogAct):
    form_class, title, submit, danger = forms.WhyForm, _("作废日志"), _("作废日志"), True
    done_message = _("已作废。")

    def perform(self, form: Any) -> ShiftLog:
        return services.drop(actor=self.actor, log=self.row, **form.cleaned_data)
