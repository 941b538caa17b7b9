"""Lists: cases, work sheets, delays."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.cases import services
from zhize.domains.cases.filters import CaseFilter, WorkSheetFilter
from zhize.domains.cases.models import Case, WorkSheet
from zhize.domains.cases.selectors import lists
from zhize.domains.cases.web import forms, tables
from zhize.kernel import search


class CaseListFilter(ui.Filters, CaseFilter):
    first: ClassVar[tuple[str, ...]] = ("type", "owner", "area")


class WorkSheetListFilter(ui.Filters, WorkSheetFilter):
    first: ClassVar[tuple[str, ...]] = ("unit", "person")


def _chip(code: str, label: Any, tone: str = "") -> ui.Chip:
    return ui.Chip(code, label, lambda page: lists.chips(page.actor, **page.given)[code], tone=tone)


def _assign(*, actor: Any, row: Case, to: Any, note: str = "") -> Any:
    return services.assign(actor=actor, case=row, to=to, note=note)


def _take(*, actor: Any, row: Case) -> Any:
    return services.take(actor=actor, case=row)


def _urge(*, actor: Any, row: Case, note: str) -> Any:
    return services.urge(actor=actor, case=row, note=note)


def _tag(*, actor: Any, row: Case, tags: list[str]) -> Any:
    return services.tag(actor=actor, case=row, add=tags)


class CaseList(ui.ListPage):
    """Every case the actor may see."""

    capability = "case.view"
    title = _("工单")
    filters = CaseListFilter
    columns = tables.CASE_COLUMNS
    chips = (
        _chip("mine", _("我手上的")),
        _chip("late", _("已超时"), "red"),
        _chip("today", _("今天到期"), "amber"),
        _chip("unassigned", _("待派")),
        _chip("waiting", _("已暂停")),
        _chip("resolved", _("待回访或关闭")),
        _chip("major", _("重大"), "red"),
        _chip("repeat", _("重复")),
        _chip("open", _("全部未结")),
    )
    bulk = (
        ui.BulkAction(
            "assign", _("派给…"), _assign, "case.dispatch", form=forms.AssignForm, icon="user-share"
        ),
        ui.BulkAction("take", _("领取"), _take, "case.take", icon="hand-grab"),
        ui.BulkAction("urge", _("催办…"), _urge, "case.urge", form=forms.NoteForm, icon="bell-ringing"),
        ui.BulkAction("tag", _("加标签…"), _tag, "case.edit", form=forms.TagForm, icon="tag"),
    )
    export = "case.export"
    default_sort = "-number"
    kept = True
    search_hint = _("编号、电话、姓名或内容")
    empty = ui.Empty(_("还没有工单"), _("受理以后会出现在这里，按时限排好。"), "ticket")

    def rows(self) -> QuerySet[Case]:
        return lists.visible(self.actor)

    @cached_property
    def hits(self) -> list[int] | None:
        """Keys of the newest cases that have the word; None where no word is asked for, or the cases are named by it."""
        if self.word:
            known, newest = lists.hits(self.word)
            return None if known else newest
        return (
            self.filterset.counted if not self.is_plain and isinstance(self.filterset, CaseFilter) else None
        )

    @cached_property
    def given(self) -> dict[str, Any]:
        few = self.word and self.hits is not None and len(self.hits) <= search.FEW
        return {**lists.moments(), **({"keys": self.hits} if few else {})}

    def searched(self) -> QuerySet[Case] | None:
        if "keys" in self.given:
            return lists.searched(self.actor, self.given["keys"])
        found = self.hits if self.word else None
        return None if found is None else search.narrow(self.rows(), self.word, found)

    def chip_counts(self) -> dict[str, ui.Count]:
        cap, rows = self.count_cap, None if self.is_plain else self.filtered
        if rows is not None and self.hits is not None:
            # Of a common word only the newest hits are counted. Who sees next to none of them is told of all.
            more = len(self.hits) > search.FEW
            found = lists.counts_among(self.actor, self.hits[: search.FEW], None if self.word else rows)
            if not more or found[""] > self.size:
                return {code: ui.Count(number, more) for code, number in found.items()}
        counted = lists.chip_counts(self.actor, cap + 1, rows)
        return {code: ui.Count(min(number, cap), number > cap) for code, number in counted.items()}

    def acts(self) -> list[ui.Act]:
        if not self.actor.may("case.open"):
            return []
        return [ui.Act(_("受理"), reverse("channels:intake"), icon="plus", primary=True, key="n")]

    def row_class(self, row: Case) -> str:
        return "is-late" if row.is_late and row.is_open else ""


class WorkSheetList(ui.ListPage):
    """Work sheets of the actor's department and of the own cases."""

    capability = "worksheet.view"
    title = pgettext_lazy("list", "工作单")
    filters = WorkSheetListFilter
    columns = tables.WORKSHEET_COLUMNS
    chips = (
        ui.Chip(
            "mine",
            _("我办的"),
            lambda page: Q(person_id=page.actor.person_id, category__in=("new", "working")),
        ),
        ui.Chip("open", _("未办结"), lambda page: ~Q(category__in=("closed", "void"))),
        ui.Chip("answered", _("待验收"), lambda page: Q(category="resolved")),
        ui.Chip("sent", _("我发的"), lambda page: Q(sent_by_id=page.actor.person_id)),
    )
    default_chip = "open"
    default_sort = "due_at"
    empty = ui.Empty(_("没有工作单"), _("在工单里点“协办”，把要其他部门做的事发出去。"), "clipboard-list")

    def rows(self) -> QuerySet[WorkSheet]:
        return lists.worksheets(self.actor)
