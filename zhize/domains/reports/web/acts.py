"""Verbs of reports on the screen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.reports import capabilities as caps
from zhize.domains.reports import selectors, services
from zhize.domains.reports.web.views import number
from zhize.kernel.db import Invalid


@ui.page(capability=caps.MAKE, methods=("POST",))
def open_draft(request: HttpRequest) -> HttpResponse:
    """Begin the report of a period."""
    unit = selectors.unit_of(request.actor, number(request.POST.get("unit", "")), caps.MAKE)
    day = parse_date(request.POST.get("day", "") or "")
    if day is None:
        raise Invalid({"day": _("请选择期间。")})
    row = services.open_draft(actor=request.actor, code=request.POST.get("code", ""), unit=unit, day=day)
    return ui.done(request, _("已开始编制。"), to=reverse("reports:report", args=[row.pk]), leave=True)


@ui.page(capability=caps.MAKE, methods=("POST",))
def write_text(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """A text of the draft, in place."""
    row = selectors.report(request.actor, pk, caps.MAKE)
    services.write_text(actor=request.actor, report=row, key=key, text=request.POST.get("text", ""))
    return ui.done(request, _("已保存。"), to=reverse("reports:report", args=[pk]))


@ui.page(capability=caps.VIEW, methods=("POST",))
def write_cause(request: HttpRequest, pk: int, cause: str) -> HttpResponse:
    """The measure (in the draft) or the decision (before the approval) about a cause, in place."""
    if "decision" in request.POST:
        row = selectors.report(request.actor, pk, caps.APPROVE)
        services.decide_cause(actor=request.actor, report=row, cause=cause, decision=request.POST["decision"])
    else:
        row = selectors.report(request.actor, pk, caps.MAKE)
        services.write_cause(
            actor=request.actor, report=row, cause=cause, measure=request.POST.get("measure", "")
        )
    return ui.done(request, _("已保存。"), to=reverse("reports:report", args=[pk]))


@ui.page(capability=caps.RECEIVE, methods=("POST",))
def receive(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign for the own copy."""
    row = selectors.report(request.actor, pk, caps.RECEIVE)
    services.receive(actor=request.actor, report=row)
    return ui.done(request, _("已签收。"), to=reverse("reports:report", args=[pk]))


class NoteForm(ui.Form):
    note = forms.CharField(
        label=_("意见"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )


class IssueForm(ui.Form):
    """Nothing to fill: issuing is confirmed."""


class Move(ui.FormPage):
    """Issue, accept, approve, file or return a report."""

    capability = caps.VIEW
    form_class = NoteForm
    drafts = False
    done_message = _("已办理。")

    def fetch(self) -> Any:
        return selectors.report(self.actor, self.kwargs["pk"])

    def begin(self, request: HttpRequest) -> None:
        super().begin(request)
        move = self.move_of(self.kwargs["verb"])
        self.title = self.submit = move.label
        if move.verb == "issue":
            self.intro = _("签发以后数字和文字不再改变，PDF 存档并发给接收岗位。")

    def make_form(self, **arguments: Any) -> Any:
        if self.kwargs["verb"] == "issue":
            arguments.pop("initial", None)
            return IssueForm(**arguments)
        return super().make_form(**arguments)

    def perform(self, form: Any) -> Any:
        return services.move(
            actor=self.actor,
            report=self.row,
            verb=self.kwargs["verb"],
            note=form.cleaned_data.get("note", ""),
        )

    def success_url(self, result: Any) -> str:
        return reverse("reports:report", args=[result.pk])

    def leave(self, result: Any) -> bool:
        return result.pk != self.row.pk
