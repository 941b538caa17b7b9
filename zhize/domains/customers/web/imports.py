"""Importing a customer list: upload, look at what would happen, correct the columns, carry out, take the errors home."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.customers import capabilities as caps
from zhize.domains.customers.importing import Owners
from zhize.domains.customers.selectors import imports as reads
from zhize.domains.customers.selectors import people
from zhize.kernel.documents import imports
from zhize.ui import words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(ui.Form):
    columns = 1
    unit: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=_("导入到"), queryset=None, empty_label=None
    )
    file = forms.FileField(
        label=_("名单文件"),
        help_text=_("xlsx、xls、ods 或 csv。有标题行、合并单元格、一格几个电话都可以。"),
        widget=ui.widgets.Upload(accept=".xlsx,.xls,.ods,.csv"),
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = people.units_for(actor, caps.IMPORT)
        self.fields["unit"].queryset = units
        self.only_unit = units.first()
        if len(units) < 2:
            del self.fields["unit"]


class Upload(ui.FormPage):
    capability = caps.IMPORT
    form_class = UploadForm
    title = _("导入客户名单")
    submit = _("上传并试运行")
    submit_icon = "upload"
    template = "customers/import.html"
    drafts = False

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def context(self) -> dict[str, Any]:
        return {
            "runs": reads.runs(self.actor),
            "crumbs": [(_("客户档案"), reverse("customers:list")), (self.title, None)],
        }

    def perform(self, form: Any) -> Any:
        upload = form.cleaned_data["file"]
        unit = form.cleaned_data.get("unit") or form.only_unit
        return imports.upload(actor=self.actor, kind=Owners.code, content=upload, name=upload.name, unit=unit)

    def message(self, result: Any) -> Any:
        return ""

    def success_url(self, result: Any) -> str:
        return reverse("customers:import_run", args=[result.pk])


@ui.page(capability=caps.IMPORT, methods=("GET",))
def template(request: HttpRequest) -> Any:
    """An empty table with the columns."""
    return FileResponse(
        imports.template(Owners.code), as_attachment=True, filename="customers.xlsx", content_type=XLSX
    )


@ui.page(capability=caps.IMPORT, methods=("GET",))
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: how far it is, what its rows came to, and what to do next."""
    return ui.render(request, "customers/import_run.html", _values(request, pk))


@ui.page(capability=caps.IMPORT, methods=("GET",))
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that follows the work."""
    return ui.fragment(request, "customers/parts/import_state.html", _values(request, pk))


def _values(request: HttpRequest, pk: int) -> dict[str, Any]:
    row = reads.run(request.actor, pk)
    far = imports.progress(row)
    shown = request.GET.get("show", "")
    lines = reads.lines(row, shown)
    wrong = far.trial.get("bad", 0) + far.trial.get("duplicate", 0) + far.outcome.get("failed", 0)
    return {
        "title": row.name,
        "crumbs": [(_("导入客户名单"), reverse("customers:import")), (row.name, None)],
        "run": row,
        "far": far,
        "steps": _steps(row),
        "counts": _counts(row, far),
        "rows": lines,
        "show": shown,
        "mapping": reads.mapping(row),
        "busy": row.state in {"trying", "running"},
        "wrong": 0 if row.forgotten else wrong,
    }


def _steps(row: Any) -> list[dict[str, Any]]:
    order = {"trying": 1, "tried": 2, "running": 3, "done": 4, "cancelled": 4}
    now = order[row.state]
    labels = (_("上传"), _("试运行"), _("查看结果"), _("导入"), _("完成"))
    return [
        {"label": label, "state": "done" if number < now or now == 4 else "now" if number == now else "next"}
        for number, label in enumerate(labels)
    ]


def _counts(row: Any, far: imports.Progress) -> list[dict[str, Any]]:
    url = reverse("customers:import_run", args=[row.pk])
    if row.state in {"trying", "tried"}:
        listed = [
            ("good", _("可以导入"), ""),
            ("bad", _("要改正"), "red"),
            ("duplicate", _("文件里重复"), "amber"),
            ("premises", _("新建房产"), "amber"),
        ]
        found = {**far.trial, "premises": reads.new_premises(row)}
    else:
        listed = [
            ("created", _("新建客户"), ""),
            ("premises", _("新建房产"), ""),
            ("updated", _("补充"), ""),
            ("unchanged", _("没有变化"), ""),
            ("failed", _("失败"), "red"),
        ]
        found = {
            **far.outcome,
            "created": reads.new_customers(row),
            "premises": reads.new_premises(row),
        }
    return [
        {
            "label": label,
            "value": words.number(found.get(code, 0)),
            "tone": tone if found.get(code) else "",
            "url": "" if row.forgotten else f"{url}?show={code}",
        }
        for code, label, tone in listed
    ]


class ColumnsForm(ui.Form):
    """Which column of the file brings which field."""

    columns = 2
    header_row = forms.IntegerField(label=_("表头在第几行"), min_value=1, max_value=1000)

    def __init__(self, *args: Any, row: Any, language: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("不导入")), *((one.code, words.in_language(one.label)) for one in Owners.fields)]
        for index, head in enumerate(row.heads):
            label = head.replace("\n", " ") or _("第 {number} 列").format(number=index + 1)
            self.fields[f"column_{index}"] = forms.ChoiceField(label=label, choices=choices, required=False)
        ui.widgets.dress(self)

    def chosen(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for name, code in self.cleaned_data.items():
            if name.startswith("column_") and code:
                found.setdefault(code, []).append(int(name.removeprefix("column_")))
        return found


class Columns(ui.FormPage):
    """Correct the guess of the columns, then try again."""

    capability = caps.IMPORT
    form_class = ColumnsForm
    title = _("调整列对应")
    submit = _("重新试运行")
    drafts = False

    def fetch(self) -> Any:
        return reads.run(self.actor, self.kwargs["pk"])

    def form_kwargs(self) -> dict[str, Any]:
        return {"row": self.row}

    def initial(self) -> dict[str, Any]:
        row: Any = self.row
        chosen = {f"column_{place}": code for code, places in row.columns.items() for place in places}
        return {"header_row": row.header_row + 1, **chosen}

    def perform(self, form: Any) -> Any:
        return imports.remap(
            actor=self.actor,
            run=self.row,
            header_row=form.cleaned_data["header_row"] - 1,
            columns=form.chosen(),
        )

    def message(self, result: Any) -> Any:
        return ""

    def success_url(self, result: Any) -> str:
        return reverse("customers:import_run", args=[self.row.pk])


@ui.page(capability=caps.IMPORT, methods=("POST",))
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry out what the trial found good."""
    row = reads.run(request.actor, pk)
    imports.start(actor=request.actor, run=row)
    return ui.done(request, to=reverse("customers:import_run", args=[pk]))


@ui.page(capability=caps.IMPORT, methods=("POST",))
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop; what was carried out stays."""
    row = reads.run(request.actor, pk)
    imports.cancel(actor=request.actor, run=row)
    return ui.done(request, _("已取消，已导入的保留。"), to=reverse("customers:import_run", args=[pk]))


@ui.page(capability=caps.IMPORT, methods=("GET",))
def errors(request: HttpRequest, pk: int) -> Any:
    """The rows that were not taken, each with its reason, as a table that can be corrected and uploaded again."""
    row = reads.run(request.actor, pk)
    left = words.in_language(_("未导入"))
    name = f"{row.name.rsplit('.', 1)[0]}-{left}.xlsx"
    return FileResponse(imports.error_sheet(row), as_attachment=True, filename=name, content_type=XLSX)
