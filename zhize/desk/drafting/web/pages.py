"""The list of drafts, a new one, its name, the plan, applying it and taking it away as a file."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.desk.drafting import packing, selectors, services
from zhize.desk.drafting.capabilities import APPLY, WORK
from zhize.desk.drafting.models import JobDraft
from zhize.desk.drafting.web import forms, showing
from zhize.kernel import access
from zhize.kernel.packs import PackRefused
from zhize.kernel.packs.applying import Change
from zhize.lib.jobtext import DraftDuty

KINDS = {
    "add": _("新建"),
    "change": _("修改"),
    "drop": _("停用"),
    "keep": _("保留单位自己的"),
    "refuse": _("不能建"),
}
SECTIONS = {"positions": _("岗位"), "duties": _("职责"), "forms": _("表单")}


def _state(row: JobDraft) -> Any:
    if row.applied_at is not None:
        return _("已建成")
    return _("可以建了") if row.decided_count == row.line_count else pgettext_lazy("draft line", "待确认")


def _category(row: JobDraft) -> str:
    if row.applied_at is not None:
        return "closed"
    return "resolved" if row.decided_count == row.line_count else "working"


def _progress(row: JobDraft) -> tuple[int, int]:
    return row.decided_count, row.line_count


class DraftFilters(ui.Filters):
    q = ui.filters.Search(fields=("name", "file_name", "code", "unit__name"))


class DraftList(ui.ListPage):
    """Drafts of the units one may draft for, and one's own."""

    capability = WORK
    title = _("从说明书建岗位")
    filters = DraftFilters
    search_hint = _("名称、文件或单位")
    columns = (
        ui.columns.Link("name", _("名称"), url="drafting:draft", sort=True, second="file_name"),
        ui.columns.State("state", _("状态"), value=_state, category=_category),
        ui.columns.Progress("progress", pgettext_lazy("draft line", "已确认"), value=_progress),
        ui.columns.Text("unit", _("单位"), sort="unit__path"),
        ui.columns.Person("author", _("起草人"), sort="author__name"),
        ui.columns.When("updated_at", _("最近修改"), sort=True),
        ui.columns.Code("code", _("包的代码"), sort=True, hidden=True),
    )
    chips = (
        ui.Chip("open", _("未建成"), lambda page: Q(applied_at__isnull=True)),
        ui.Chip("applied", _("已建成"), lambda page: Q(applied_at__isnull=False)),
    )
    default_sort = "-updated_at"
    empty = ui.Empty(
        _("还没有草稿"), _("上传或粘贴岗位说明书，逐条核对后就建成岗位、条款和职责。"), "file-import"
    )

    def rows(self) -> Any:
        return selectors.drafts(self.actor)

    def acts(self) -> list[ui.Act]:
        return [ui.Act(_("上传或粘贴说明书"), reverse("drafting:new"), icon="plus", primary=True, key="n")]


class NewDraft(ui.FormPage):
    """Paste or upload a job description."""

    capability = WORK
    form_class = forms.NewForm
    template = "drafting/new.html"
    title, submit = _("上传或粘贴说明书"), _("开始读")
    intro = _("读出岗位、条款和每条的职责建议，再由您逐条确认。全部在本机完成，不联网。")
    done_message = _("读好了，请逐条核对。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def perform(self, form: Any) -> JobDraft:
        data = form.cleaned_data
        file = data["file"]
        content = file.read() if file else b""
        return services.make(
            actor=self.actor, unit=data["unit"], text=data["text"], content=content,
            file_name=file.name if file else "", name=data["name"],
        )  # fmt: skip

    def success_url(self, result: JobDraft) -> str:
        return reverse("drafting:draft", args=[result.pk])

    def leave(self, result: Any) -> bool:
        return True


class Rename(ui.FormPage):
    """Name of the draft and code of its pack."""

    capability = WORK
    form_class = forms.RenameForm
    title = _("名称和代码")
    row: JobDraft

    def fetch(self) -> JobDraft:
        return access.fetch(self.actor, JobDraft, self.kwargs["pk"])

    def initial(self) -> dict[str, Any]:
        return {"name": self.row.name, "code": self.row.code}

    def perform(self, form: Any) -> JobDraft:
        return services.rename(actor=self.actor, draft=self.row, **form.cleaned_data)

    def success_url(self, result: Any) -> str:
        return reverse("drafting:draft", args=[self.row.pk])


@ui.page(capability=WORK, methods=("POST",))
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    services.delete(actor=request.actor, draft=access.fetch(request.actor, JobDraft, pk))
    return ui.done(request, _("已删除。"), to=reverse("drafting:list"), leave=True)


@ui.page(capability=WORK, methods=("GET",))
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """What would be made where, before anything is made."""
    draft = access.fetch(request.actor, JobDraft, pk)
    problems: list[str] = []
    changes: list[Change] = []
    try:
        changes = services.plan(actor=request.actor, draft=draft)
    except PackRefused as refused:
        problems = [str(problem) for problem in refused.problems]
    found = selectors.generated(draft)
    soon = {} if draft.applied_at else selectors.foreseen(draft, found.made.duties)
    values = {
        "title": _("将要建立的内容"),
        "crumbs": [
            (_("从说明书建岗位"), reverse("drafting:list")),
            (draft.name, reverse("drafting:draft", args=[pk])),
        ],
        "draft": draft,
        "progress": selectors.progress(selectors.lines_of(draft)),
        "counts": found.made.counts,
        "positions": [
            (row, code, selectors.names_nobody(row, found.positions))
            for row, code in zip(found.positions, found.made.positions, strict=True)
        ],
        "rights": showing.rights_of(found),
        "groups": _groups(changes, found.made.forms),
        "duties": _duties(changes, found.made.duties, soon, {row.name for row in found.positions}),
        "namesakes": selectors.namesakes(draft, found.positions),
        "may_apply": access.allowed(request.actor, APPLY, draft.unit),
        "problems": problems + [str(change.detail) for change in changes if change.kind == "refuse"],
        "refused": [said for texts in found.made.refused.values() for said in texts],
        "files": found.made.files.items(),
    }
    return ui.render(request, "drafting/plan.html", values)


@ui.page(capability=APPLY, methods=("POST",))
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    draft = access.fetch(request.actor, JobDraft, pk)
    services.apply(actor=request.actor, draft=draft)
    return ui.done(request, _("岗位和职责已经建好。"), to=reverse("drafting:draft", args=[pk]), leave=True)


@ui.page(capability=WORK, methods=("GET",))
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The pack of the draft as a zip."""
    draft = access.fetch(request.actor, JobDraft, pk)
    content = packing.zipped(selectors.generated(draft).made)
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{draft.code}.zip"'
    return response


def _duties(
    changes: list[Change], read: dict[str, DraftDuty], soon: dict[str, selectors.Foreseen], names: set[str]
) -> list[dict[str, Any]]:
    """Each duty that is made or changed, with its rule in words, its next times, its evidence and who gets it."""
    return [
        {
            "kind": KINDS[change.kind],
            "code": change.code,
            "title": duty.title if duty is not None else change.detail,
            "icon": showing.ICONS[duty.kind] if duty is not None else "",
            "rule": showing.rule_of(duty) if duty is not None else "",
            "soon": soon.get(change.code),
            "evidence": showing.evidence_of(duty) if duty is not None else "",
            "people": [
                (role, name, bool(code) or name in names)
                for role, name, code in (
                    (_("交给"), duty.receiver, duty.receiver_code),
                    (_("确认人"), duty.acceptor, duty.acceptor_code),
                )
                if name
            ]
            if duty is not None
            else [],
            "assumed": duty is not None and duty.assumed,
        }
        for change in changes
        if change.section == "duties"
        for duty in [read.get(change.code)]
    ]


def _groups(changes: list[Change], forms: dict[str, str]) -> list[tuple[Any, list[tuple[Any, str, str]]]]:
    """The changes under positions, duties, forms: what is done, to what, under which code."""
    made: dict[str, list[tuple[Any, str, str]]] = {}
    for change in changes:
        if (change.section, change.kind) == ("positions", "add") or change.section == "duties":
            continue  # listed with superior and headcount, or with their rules, above
        listed = made.setdefault(change.section, [])
        listed.append(
            (KINDS[change.kind], forms.get(change.code) or change.detail or change.code, change.code)
        )
    return [(SECTIONS.get(section, section), listed) for section, listed in made.items()]
