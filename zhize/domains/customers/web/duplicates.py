"""Entries that may be one customer: proposals, side by side, merge and undo (CUS-32)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import services
from zhize.domains.customers.models import DuplicateProposal, MergeRecord
from zhize.domains.customers.selectors import comparing
from zhize.domains.customers.web import cells
from zhize.domains.customers.web.act_forms import NoteForm, OptionalNoteForm
from zhize.kernel import access


def _tabs(current: str) -> list[dict[str, Any]]:
    return [
        {"label": _("待判断"), "url": reverse("customers:duplicates"), "current": current == "open"},
        {"label": _("已合并"), "url": reverse("customers:merges"), "current": current == "merges"},
    ]


class DuplicateList(ui.ListPage):
    """Pairs that look like one customer."""

    capability = caps.MERGE
    title = _("疑似重复")
    intro = _("电话、证件号码，或姓名和房产相同的两份档案。合并后两份历史都保留，可以撤销。")
    template = "customers/days.html"
    columns = (
        ui.columns.Html("pair", _("两份档案"), value=cells.pair, phone="title", css="col-nowrap"),
        ui.columns.Column(
            "likeness", _("依据"), value="get_likeness_display", sort="likeness", phone="state"
        ),
        ui.columns.Column("kinds", _("类别"), value=cells.kinds_of_pair),
        ui.columns.When("proposed_at", _("发现"), sort=True, style="date"),
    )
    chips = (
        ui.Chip("id", _("证件号码相同"), lambda page: Q(likeness="id_number", settled_at__isnull=True)),
        ui.Chip("phone", _("电话相同"), lambda page: Q(likeness="phone", settled_at__isnull=True)),
        ui.Chip(
            "name", _("姓名和房产相同"), lambda page: Q(likeness="name_premises", settled_at__isnull=True)
        ),
        ui.Chip("dismissed", _("已认定不同"), lambda page: Q(dismissed=True)),
    )
    default_sort = "-proposed_at"
    empty = ui.Empty(
        _("没有疑似重复的档案"), _("新登记的电话或证件号码与已有档案相同时，会列在这里。"), "arrows-join"
    )

    def rows(self) -> QuerySet[DuplicateProposal]:
        return comparing.proposals(self.actor, settled=self.params.get("chip") == "dismissed")

    def extra(self) -> dict[str, Any]:
        return {"tabs": _tabs("open")}

    def acts(self) -> list[ui.Act]:
        return [ui.Act(_("现在查找"), reverse("customers:find_duplicates"), icon="search", method="post")]

    def row_acts(self, row: DuplicateProposal) -> list[ui.Act]:
        return [ui.Act(_("比较"), reverse("customers:compare", args=[row.pk]))]


@ui.page(capability=caps.MERGE, methods=("POST",))
def find(request: HttpRequest) -> HttpResponse:
    """Look through the archive now instead of tonight."""
    number = services.find_duplicates(actor=request.actor)
    message = _("新发现 {number} 对。").format(number=number) if number else _("没有新的疑似重复。")
    return ui.done(request, message, to=reverse("customers:duplicates"))


class MergeForm(ui.Form):
    """Which entry stays, which values are taken from the other one."""

    winner = forms.IntegerField(widget=forms.HiddenInput())
    keep = forms.MultipleChoiceField(required=False, choices=[])
    reason = forms.CharField(label=_("合并说明"), max_length=200, required=False)

    def __init__(self, *args: Any, columns: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keep"].choices = [(name, name) for name in columns]


class Compare(ui.FormPage):
    """The two entries side by side; what differs is chosen, then merged."""

    capability = caps.MERGE
    form_class = MergeForm
    title = _("比较两份档案")
    submit = _("合并")
    template = "customers/compare.html"
    drafts = False
    size = "wide"

    def fetch(self) -> DuplicateProposal:
        return access.fetch(self.actor, DuplicateProposal, self.kwargs["pk"], caps.MERGE)

    def begin(self, request: HttpRequest) -> None:
        super().begin(request)
        asked = (request.POST or request.GET).get("winner", "")
        row: Any = self.row
        self.winner, self.loser = (
            (row.second, row.first) if asked == str(row.second_id) else (row.first, row.second)
        )
        self.lines = comparing.lines(self.winner, self.loser)

    def form_kwargs(self) -> dict[str, Any]:
        return {"columns": [line.column for line in self.lines if line.column]}

    def initial(self) -> dict[str, Any]:
        return {"winner": self.winner.pk}

    def context(self) -> dict[str, Any]:
        row: Any = self.row
        return {
            "proposal": row,
            "winner": self.winner,
            "loser": self.loser,
            "lines": self.lines,
            "turn_url": f"?winner={self.loser.pk}",
            "crumbs": [(_("疑似重复"), reverse("customers:duplicates")), (self.title, None)],
            "settled": row.settled_at is not None
            or self.winner.state != "active"
            or self.loser.state != "active",
        }

    def perform(self, form: Any) -> MergeRecord:
        return services.merge(
            actor=self.actor,
            winner=self.winner,
            loser=self.loser,
            keep_from_loser=form.cleaned_data["keep"],
            reason=form.cleaned_data["reason"],
        )

    def message(self, result: MergeRecord) -> Any:
        return _("已合并，可以在“已合并”里撤销。")

    def success_url(self, result: Any) -> str:
        return reverse("customers:detail", args=[self.winner.pk])


class Dismiss(ui.FormPage):
    """These are two customers."""

    capability = caps.MERGE
    form_class = NoteForm
    title = _("不是同一客户")
    submit = _("认定")
    size = "narrow"

    def fetch(self) -> DuplicateProposal:
        return access.fetch(self.actor, DuplicateProposal, self.kwargs["pk"], caps.MERGE)

    def perform(self, form: Any) -> Any:
        return services.dismiss(actor=self.actor, proposal=self.row, reason=form.cleaned_data["note"])

    def success_url(self, result: Any) -> str:
        return reverse("customers:duplicates")

    def leave(self, result: Any) -> bool:
        return True


class MergeList(ui.ListPage):
    """Merges that were made, and can be undone."""

    capability = caps.MERGE
    title = _("已合并")
    template = "customers/days.html"
    columns = (
        ui.columns.Html("pair", _("合并"), value=cells.merged_pair, phone="title", css="col-nowrap"),
        ui.columns.Text("reason", _("说明"), lines=2),
        ui.columns.Person("merged_by", _("合并人")),
        ui.columns.When("merged_at", _("合并时间"), sort=True),
        ui.columns.When("undone_at", _("撤销"), sort=True, style="date"),
    )
    default_sort = "-merged_at"
    empty = ui.Empty(_("还没有合并过"), _("合并的档案会列在这里，可以撤销。"), "arrow-merge")

    def rows(self) -> QuerySet[MergeRecord]:
        return comparing.merges(self.actor)

    def extra(self) -> dict[str, Any]:
        return {"tabs": _tabs("merges")}

    def row_acts(self, row: MergeRecord) -> list[ui.Act]:
        if row.undone_at is not None:
            return []
        return [
            ui.Act(
                _("撤销合并"),
                reverse("customers:undo_merge", args=[row.pk]),
                icon="arrow-back-up",
                drawer=True,
            )
        ]


class UndoMerge(ui.FormPage):
    capability = caps.MERGE
    form_class = OptionalNoteForm
    title = _("撤销合并")
    submit = _("撤销合并")
    intro = _("合并时带过去的电话、记录和工单会还给原来的档案；合并以后新记的留在保留的档案里。")
    done_message = _("已撤销合并。")
    size = "narrow"
    danger = True

    def fetch(self) -> MergeRecord:
        return access.fetch(self.actor, MergeRecord, self.kwargs["pk"], caps.MERGE)

    def perform(self, form: Any) -> Any:
        return services.undo_merge(actor=self.actor, record=self.row, reason=form.cleaned_data["note"])

    def success_url(self, result: Any) -> str:
        return reverse("customers:merges")
