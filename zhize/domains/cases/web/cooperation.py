"""Pages of work sheets, papers and alarms."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.cases import services
from zhize.domains.cases.models import Paper, Transfer, WorkSheet
from zhize.domains.cases.selectors import alarms
from zhize.domains.cases.services import papers, worksheets
from zhize.domains.cases.web import forms
from zhize.kernel import access, flow, history
from zhize.ui.forms import Form


@ui.page(capability="worksheet.view")
def worksheet(request: HttpRequest, number: str) -> HttpResponse:
    """One work sheet with its clock, verbs and history."""
    sheet = access.fetch(request.actor, WorkSheet, None, number=number)
    context = {
        "title": f"{sheet.number}",
        "sheet": sheet,
        "offers": flow.offers(sheet, request.actor),
        "base": reverse("cases:worksheet", args=[number]),
        "entries": history.timeline(sheet)[:100],
        "may_chase": sheet.is_open and access.allowed(request.actor, "worksheet.send", sheet),
        "crumbs": [(pgettext_lazy("list", "工作单"), reverse("cases:worksheets")), (sheet.number, "")],
    }
    return ui.render(request, "cases/worksheet.html", context)


class SheetAct(ui.FormPage):
    """Base of the acts on a work sheet."""

    capability = "worksheet.view"
    done_message = _("已办理。")

    def fetch(self) -> WorkSheet:
        row: WorkSheet = access.fetch(
            self.actor, WorkSheet, None, str(self.capability), number=self.kwargs["number"]
        )
        self.intro = row.task
        return row

    def success_url(self, result: Any) -> str:
        return reverse("cases:worksheet", args=[self.row.number])


class ReceiveSheet(SheetAct):
    capability = "worksheet.answer"
    form_class = Form
    title = _("签收工作单")
    submit = _("签收")

    def perform(self, form: Any) -> Any:
        return services.receive_worksheet(actor=self.actor, sheet=self.row)


class AnswerSheet(SheetAct):
    capability = "worksheet.answer"
    form_class = forms.WorkSheetAnswerForm
    title = _("答复工作单")
    submit = _("答复")
    done_message = _("已答复，等发出工作单的人验收。")

    def perform(self, form: Any) -> Any:
        return services.answer_worksheet(actor=self.actor, sheet=self.row, **form.cleaned_data)


class AcceptSheet(SheetAct):
    capability = "worksheet.accept"
    form_class = Form
    title = _("验收工作单")
    submit = _("验收通过")

    def perform(self, form: Any) -> Any:
        return services.accept_worksheet(actor=self.actor, sheet=self.row)


class ReturnSheet(SheetAct):
    capability = "worksheet.accept"
    form_class = forms.NewLimitForm
    title = _("退回重办")
    submit = _("退回")

    def initial(self) -> dict[str, Any]:
        return {"due_at": worksheets.usual_limit(self.row.case)}

    def perform(self, form: Any) -> Any:
        return services.return_worksheet(actor=self.actor, sheet=self.row, **form.cleaned_data)


class CancelSheet(SheetAct):
    capability = "worksheet.send"
    form_class = forms.NoteForm
    title = _("撤回工作单")
    submit = _("撤回")
    danger = True

    def perform(self, form: Any) -> Any:
        return services.cancel_worksheet(actor=self.actor, sheet=self.row, **form.cleaned_data)


class UrgeSheet(SheetAct):
    capability = "worksheet.send"
    form_class = forms.OptionalNoteForm
    title = _("催办工作单")
    submit = _("催办")

    def perform(self, form: Any) -> Any:
        return services.urge_worksheet(actor=self.actor, sheet=self.row, **form.cleaned_data)


class MoveSheetLimit(SheetAct):
    capability = "worksheet.send"
    form_class = forms.NewLimitForm
    title = _("调整时限")

    def initial(self) -> dict[str, Any]:
        return {"due_at": self.row.due_at}

    def perform(self, form: Any) -> Any:
        return services.move_worksheet_due(actor=self.actor, sheet=self.row, **form.cleaned_data)


@ui.page(capability="paper.view")
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """One notice or report as it prints; opening it in a receiving unit keeps the time it was read."""
    row = access.fetch(request.actor, Paper, None, number=number)
    services.read_paper(actor=request.actor, paper=row)
    parts = papers.PARTS[row.kind]
    context = {
        "title": f"{row.get_kind_display()} {row.number}",
        "paper": row,
        "parts": [(label, row.content.get(name, "")) for name, label in parts.items()],
        "receivers": row.receivers.select_related("unit", "read_by"),
        "offers": flow.offers(row, request.actor),
        "may_mend": row.category == "new" and access.allowed(request.actor, "paper.write", row),
        "base": reverse("cases:paper", args=[number]),
        "crumbs": [
            (_("工单"), reverse("cases:list")),
            (row.case.number, reverse("cases:detail", args=[row.case.number])),
            (row.number, ""),
        ],
    }
    return ui.render(request, "cases/paper.html", context)


class PaperAct(ui.FormPage):
    """A move of a paper."""

    capability = "paper.view"
    form_class = forms.OptionalNoteForm
    done_message = _("已办理。")

    def fetch(self) -> Paper:
        return access.fetch(self.actor, Paper, None, number=self.kwargs["number"])

    def begin(self, request: HttpRequest) -> None:
        super().begin(request)
        self.title = self.submit = self.move_of(self.kwargs["verb"]).label

    def perform(self, form: Any) -> Any:
        return services.move_paper(
            actor=self.actor, paper=self.row, verb=self.kwargs["verb"], note=form.cleaned_data["note"]
        )

    def success_url(self, result: Any) -> str:
        return reverse("cases:paper", args=[self.row.number])


class MendPaper(ui.FormPage):
    """Mend a draft that the audit returned."""

    capability = "paper.write"
    form_class = forms.PaperForm
    title = _("修改")
    done_message = _("已保存。")

    def fetch(self) -> Paper:
        return access.fetch(self.actor, Paper, None, "paper.write", number=self.kwargs["number"])

    def form_kwargs(self) -> dict[str, Any]:
        return {"case": self.row.case, "kind": self.row.kind}

    def initial(self) -> dict[str, Any]:
        return {**self.row.content, "receivers": [row.unit_id for row in self.row.receivers.all()]}

    def perform(self, form: Any) -> Any:
        receivers = form.cleaned_data["receivers"]
        return services.rewrite_paper(
            actor=self.actor, paper=self.row, content=form.content(), receivers=receivers
        )

    def success_url(self, result: Any) -> str:
        return reverse("cases:paper", args=[self.row.number])


class ReportFire(ui.FormPage):
    """Fire, from anywhere in two fields: a case is opened and everybody on shift is told at once (CHN-21, TRG-25)."""

    capability = "case.alarm"
    form_class = forms.AlarmForm
    title = _("报告火情")
    intro = _("提交后立即通知控制中心和所有当班人员。")
    submit = _("立即报警")
    danger = True
    drafts = False
    done_message = _("警报已发出。")

    def initial(self) -> dict[str, Any]:
        return {"title": words_fire()}

    def perform(self, form: Any) -> Any:
        return services.report_fire(actor=self.actor, **form.cleaned_data)

    def success_url(self, result: Any) -> str:
        return reverse("cases:detail", args=[result.number])

    def leave(self, result: Any) -> bool:
        return True


def words_fire() -> str:
    """What the report is called when nobody types more."""
    return str(_("发现火情"))


@ui.page(login=True, methods=("POST",))
def acknowledge(request: HttpRequest, number: str) -> HttpResponse:
    """已收到: the person has the alarm. Whoever was called says so, also who may not open the case."""
    call = alarms.call_of(request.actor, number)
    services.acknowledge(actor=request.actor, alarm=call.alarm)
    return ui.done(request, _("已确认收到。"), events=("notices-changed",))


@ui.page(capability="transfer.receive", methods=("POST",))
def receive_transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit signs for an opinion passed on to it."""
    row = access.fetch(request.actor, Transfer, pk, "transfer.receive")
    services.receive_transfer(actor=request.actor, row=row)
    return ui.done(request, _("已签收。"))
