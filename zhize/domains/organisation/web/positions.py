"""Positions: list, sheet with versions, clauses, rights. The page that also shows duties is composed above."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.organisation import capabilities as caps
from zhize.domains.organisation import services
from zhize.domains.organisation.selectors import positions, units
from zhize.domains.organisation.web import forms, sheet_form
from zhize.kernel import access
from zhize.kernel.access.models import Grant
from zhize.kernel.db import NotFound
from zhize.kernel.org.models import Clause, Position, SheetVersion, Unit
from zhize.lib import clock
from zhize.ui import links, widgets


class PositionFilters(ui.Filters):
    first: ClassVar[tuple[str, ...]] = ("unit",)
    q = ui.filters.Search(fields=("name", "name_en", "code", "unit__name", "unit__short_name", "unit__code"))
    unit = ui.filters.Row(
        label=_("单位"), queryset=lambda request: units.visible(request.actor).filter(active=True), method="in_unit",
        widget=widgets.Combobox(),
    )  # fmt: skip

    def in_unit(self, rows: QuerySet[Position], name: str, value: Any) -> QuerySet[Position]:
        return rows.filter(unit__path__startswith=value.path) if value else rows


def _holders(row: Position) -> list[str]:
    return [
        f"{held.person}" + ("" if held.kind == "primary" else f"（{held.get_kind_display()}）")
        for held in row.held
    ]


class PositionList(ui.ListPage):
    """Every position one may see, with who holds it."""

    capability = caps.VIEW
    title = pgettext_lazy("list", "岗位")
    filters = PositionFilters
    search_hint = _("岗位、代码或单位")
    columns = (
        ui.columns.Link("name", pgettext_lazy("column", "岗位"), value=str, url=links.url_of, sort=True),
        ui.columns.Text("unit", _("单位"), sort="unit__path"),
        ui.columns.Tags("holders", _("在任"), value=_holders),
        ui.columns.Number("headcount", pgettext_lazy("position", "编制"), sort=True),
        ui.columns.Text("reports_to", _("直接上级"), sort="reports_to__name"),
        ui.columns.Number(
            "clauses", pgettext_lazy("column", "条款"), value="clause_count", sort="clause_count"
        ),
        ui.columns.Code("code", _("职位代码"), sort=True, hidden=True),
        ui.columns.Column("family", _("职系"), sort=True, hidden=True),
        ui.columns.Column("grade", _("职等职级"), sort=True, hidden=True),
    )
    chips = (
        ui.Chip("open", _("在设"), lambda page: Q(active=True)),
        ui.Chip("vacant", _("空缺"), lambda page: positions.vacant(), tone="amber"),
        ui.Chip("closed", _("已撤销"), lambda page: Q(active=False)),
    )
    default_chip = "open"
    export = caps.SHEET
    default_sort = "unit"
    empty = ui.Empty(_("没有找到岗位"), _("岗位在单位页里设立，或随行业包带来。"), "briefcase")

    def rows(self) -> QuerySet[Position]:
        return positions.visible(self.actor)


def _page(position: Position) -> str:
    return links.url_of(position) or reverse("organisation:positions")


class NewPosition(ui.FormPage):
    """Set up a position in a unit."""

    capability = caps.EDIT
    form_class, title, submit = sheet_form.PositionForm, _("新岗位"), _("设立")
    done_message = _("已设立。")
    row: Unit

    def fetch(self) -> Unit:
        return access.fetch(self.actor, Unit, self.kwargs["pk"], caps.EDIT)

    def title_text(self) -> Any:
        return f"{_('新岗位')}：{self.row}"

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def initial(self) -> dict[str, Any]:
        return {"headcount": 1}

    def perform(self, form: Any) -> Position:
        given = form.values({})
        included = given.pop("includes")
        position = services.create_position(actor=self.actor, unit=self.row, **given)
        if included:
            services.update_position(actor=self.actor, position=position, includes=included)
        return position

    def success_url(self, result: Position) -> str:
        return _page(result)

    def leave(self, result: Position) -> bool:
        return True


class PositionPage(ui.FormPage):
    """Base of the forms about one position."""

    capability = caps.SHEET
    needs: ClassVar[str] = caps.SHEET
    row: Position

    def fetch(self) -> Position:
        return access.fetch(self.actor, Position, self.kwargs["pk"], self.needs)

    def success_url(self, result: Any) -> str:
        return _page(self.row)


class EditPosition(PositionPage):
    """Change the sheet as it stands; what was issued stays as it was."""

    form_class, title = sheet_form.PositionForm, _("修改岗位说明书")
    shared = True

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor, "row": self.row}

    def initial(self) -> dict[str, Any]:
        columns = {
            name: getattr(self.row, name)
            for name in ("name", "code", "family", "grade", "headcount", "purpose", "name_en")
        }
        return {
            **columns,
            **sheet_form.initial(self.row.sheet),
            "reports_to": self.row.reports_to_id,
            "includes": [row.pk for row in self.row.includes.all()],
        }

    def perform(self, form: Any) -> Position:
        return services.update_position(actor=self.actor, position=self.row, **form.values(self.row.sheet))


class IssueSheet(PositionPage):
    """Put the sheet in force from a day, as its next version."""

    form_class, title, submit = forms.IssueForm, _("签发新版本"), _("签发")
    intro = _("签发时说明书的全部内容按现在的样子存档，以后可以查到任何一天生效的版本。")
    done_message = _("已签发。")

    def initial(self) -> dict[str, Any]:
        today = clock.today(self.row.unit.timezone)
        said = self.row.sheet.get("control") or {}
        return {
            "effective_from": today,
            "written_on": today,
            "signed_off_on": today,
            "read_in_days": services.READING_DAYS,
            "prepared_by": said.get("prepared_by") or str(self.row.unit),
            "reviewer": said.get("reviewer", ""),
            "approver": said.get("approver", ""),
        }

    def perform(self, form: Any) -> SheetVersion:
        return services.issue_sheet(actor=self.actor, position=self.row, **form.cleaned_data)


class AddClause(PositionPage):
    """Write a further sentence into the sheet."""

    form_class, title, submit = forms.ClauseForm, _("增加条款"), _("增加")

    def initial(self) -> dict[str, Any]:
        rows = positions.clauses(self.row)
        return {"section": rows[-1].section if rows else ""}

    def perform(self, form: Any) -> Clause:
        return services.add_clause(actor=self.actor, position=self.row, **form.cleaned_data)


class ClausePage(ui.FormPage):
    """Change a sentence."""

    capability = caps.SHEET
    form_class, title = forms.ClauseForm, _("修改条款")
    row: Clause

    def fetch(self) -> Clause:
        return positions.clause(self.actor, self.kwargs["pk"], caps.SHEET)

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.row, name) for name in forms.ClauseForm.base_fields}

    def perform(self, form: Any) -> Clause:
        return services.change_clause(actor=self.actor, clause=self.row, **form.cleaned_data)

    def success_url(self, result: Clause) -> str:
        return _page(self.row.position)


@ui.page(capability=caps.SHEET, methods=("POST",))
def mark_standing(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a sentence as a standard that holds always and that no duty has to carry out (DUT-16)."""
    row = positions.clause(request.actor, pk, caps.SHEET)
    services.change_clause(actor=request.actor, clause=row, standing=True)
    return ui.done(request, _("已标为常设标准。"), to=ui.back(request))


@ui.page(capability=caps.SHEET, methods=("POST",))
def drop_clause(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a sentence out of the sheet; issued versions keep it."""
    row = positions.clause(request.actor, pk, caps.SHEET)
    services.change_clause(actor=request.actor, clause=row, active=False)
    return ui.done(request, _("已删去。"), to=_page(row.position))


@ui.page(capability=caps.EDIT, methods=("POST",))
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a position nobody holds any more."""
    position = access.fetch(request.actor, Position, pk, caps.EDIT)
    services.close_position(actor=request.actor, position=position)
    return ui.done(request, _("已撤销。"), to=_page(position))


class AddGrant(PositionPage):
    """Let the position do something."""

    capability = needs = caps.GRANT
    form_class, title, submit = forms.GrantForm, _("授予权限"), _("授予")
    intro = _("只能授予自己也有的权限，不能给自己的岗位授权。")
    done_message = _("已授予。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def perform(self, form: Any) -> Grant:
        return services.grant(actor=self.actor, position=self.row, **form.cleaned_data)


@ui.page(capability=caps.GRANT, methods=("POST",))
def revoke(request: HttpRequest, pk: int, grant: int) -> HttpResponse:
    """Take a right back."""
    position = access.fetch(request.actor, Position, pk, caps.GRANT)
    row = positions.grant(position, grant)
    if row is None:
        raise NotFound
    services.revoke(actor=request.actor, row=row)
    return ui.done(request, _("已收回。"), to=_page(position))
