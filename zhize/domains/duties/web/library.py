"""The library of duties 职责库, the defaults that a unit may set, and the sentences that nothing carries out yet."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import wording
from zhize.domains.duties.models import Duty, Kind
from zhize.domains.duties.selectors import library
from zhize.kernel.org.models import Clause
from zhize.lib.text import Text
from zhize.ui import links, widgets

ICONS = {"recurring": "repeat", "triggered": "bolt", "standing": "square-check"}
SETTINGS = (
    ("default", pgettext_lazy("setting", "默认")),
    ("own", _("单位自定")),
    ("unit", _("单位自建")),
)


def position_name(row: Any) -> Text:
    return Text(row.position_name or row.position_code, row.position_name_en or row.position_name or "")


def acceptor_name(row: Any) -> Text:
    return Text(row.acceptor_name or "", row.acceptor_name_en or row.acceptor_name or "")


class LibraryFilters(ui.Filters):
    first: ClassVar[tuple[str, ...]] = ("position", "kind", "setting")
    q = ui.filters.Search(
        fields=("current__title__zh", "current__title__en", "code", "refs", "clauses__clause__text"),
        method="matching",
    )
    position = ui.filters.Row(
        label=pgettext_lazy("column", "岗位"),
        queryset=lambda request: library.positions(request.actor),
        method="of_position",
        widget=widgets.Combobox(),
    )
    kind = ui.filters.Choice(label=_("种类"), choices=Kind.choices)
    setting = ui.filters.Choice(label=_("设定"), choices=SETTINGS, method="with_setting")
    acceptor = ui.filters.Row(
        label=_("接收人"),
        queryset=lambda request: library.positions(request.actor),
        method="of_acceptor",
        widget=widgets.Combobox(),
    )
    without_clause = ui.filters.Switch(label=_("没有条款"), method="has_no_clause")

    def matching(self, rows: QuerySet[Duty], name: str, value: str) -> QuerySet[Duty]:
        return library.matching(rows, value)

    def of_position(self, rows: QuerySet[Duty], name: str, value: Any) -> QuerySet[Duty]:
        return rows.filter(position_code=value.code) if value else rows

    def of_acceptor(self, rows: QuerySet[Duty], name: str, value: Any) -> QuerySet[Duty]:
        return rows.filter(current__acceptor_code=value.code) if value else rows

    def with_setting(self, rows: QuerySet[Duty], name: str, value: str) -> QuerySet[Duty]:
        return rows.filter(library.WITH_SETTING[value]) if value in library.WITH_SETTING else rows

    def has_no_clause(self, rows: QuerySet[Duty], name: str, value: bool) -> QuerySet[Duty]:
        return rows.filter(Q(clause_count=0)) if value else rows


def _setting(row: Duty) -> list[Any]:
    """What is as the job description says needs no mark."""
    code, label = library.setting(row)
    return [] if code == "given" else [label]


TITLE = ui.columns.Link(
    "title", _("事项"), value=str, url="duties:duty", sort="current__title__zh", css="col-wide"
)  # fmt: skip
POSITION = ui.columns.Text(
    "position",
    pgettext_lazy("column", "岗位"),
    value=position_name,
    sort="position_code",
    lines=2,
    css="col-tight",
)
RULE = ui.columns.Text("rule", pgettext_lazy("duty", "规则"), value=library.rule_of_duty, lines=2)
SETTING = ui.columns.Tags("setting", _("设定"), value=_setting)


def _month(row: Any) -> str:
    """In time of what was owed so far this month."""
    return f"{row.month_in_time or 0}/{row.month_owed}" if row.month_owed else ""


class Library(ui.ListPage):
    """Every duty of the units in the actor's sight."""

    capability = caps.DUTY_VIEW
    title = _("职责库")
    intro = _("每个岗位的每一项职责：什么时候做，拿什么证明，交给谁，落实说明书的哪一条。")
    filters = LibraryFilters
    search_hint = _("事项、代码、条款或依据")
    columns = (
        TITLE,
        POSITION,
        ui.columns.Column("kind", _("种类"), value="get_kind_display", sort=True, css="col-nowrap", hidden=True),
        RULE,
        ui.columns.Text(
            "evidence", _("凭证"), value=lambda row: wording.evidence_text(row.current.evidence) if row.current else "",
            lines=2, css="col-tight",
        ),
        ui.columns.Text("acceptor", _("接收人"), value=acceptor_name, sort="current__acceptor_code", lines=2, css="col-tight"),
        ui.columns.Number("weight", _("权重"), value="current.weight", sort="current__weight", hidden=True),
        ui.columns.Tags("clauses", pgettext_lazy("column", "条款"), value=lambda row: [link.clause.number or link.clause.code for link in row.links], sort="clause_count"),
        ui.columns.Tags("refs", _("依据"), value=lambda row: row.refs, hidden=True),
        SETTING,
        ui.columns.Code("month", _("本月按时"), value=_month, sort="month_owed", css="col-nowrap"),
        ui.columns.Text("unit", _("单位"), sort="unit__path", hidden=True),
        ui.columns.Code("code", pgettext_lazy("duty", "代码"), sort=True, hidden=True),
    )  # fmt: skip
    chips = (
        ui.Chip("active", pgettext_lazy("duty", "在用"), lambda page: Q(active=True)),
        ui.Chip("default", _("默认周期"), lambda page: Q(active=True) & library.WITH_SETTING["default"], tone="amber"),
        ui.Chip("own", _("单位自定"), lambda page: Q(active=True, current__own=True)),
        ui.Chip("no_clause", _("没有条款"), lambda page: Q(active=True, clause_count=0), tone="red"),
        ui.Chip("ended", _("已停用"), lambda page: Q(active=False)),
    )  # fmt: skip
    default_chip = "active"
    export = caps.DUTY_VIEW
    default_sort = "position"
    empty = ui.Empty(_("职责库是空的"), _("职责随行业包带来，也可以由单位自己建立。"), "book")

    def rows(self) -> QuerySet[Duty]:
        return library.library(self.actor)

    def acts(self) -> list[ui.Act]:
        acts = [ui.Act(_("默认值"), reverse("duties:assumed"), icon="adjustments-horizontal")]
        if self.actor.may(caps.DUTY_EDIT):
            acts.insert(
                0, ui.Act(_("新职责"), reverse("duties:new_duty"), icon="plus", primary=True, key="n")
            )
        return acts


class Assumed(ui.ListPage):
    """Duties whose source gives no number: what holds by default and what the unit set itself (DUT-10)."""

    capability = caps.DUTY_VIEW
    title = _("默认的周期和时限")
    intro = _(
        "说明书只写“定期”“及时”而没有数字的，先按默认值执行；单位可以改成自己的，只影响还没有开始的事项。"
    )
    filters = LibraryFilters
    columns = (
        TITLE,
        POSITION,
        ui.columns.Column("kind", _("种类"), value="get_kind_display", sort=True, css="col-nowrap"),
        RULE,
        SETTING,
        ui.columns.Text("why", _("修改原因"), value=lambda row: row.current.reason if row.current and row.current.own else ""),
        ui.columns.When("since", _("自"), value="current.made_at", sort="current__made_at", style="date"),
    )  # fmt: skip
    chips = (
        ui.Chip("default", pgettext_lazy("setting", "默认"), lambda page: Q(current__own=False)),
        ui.Chip("own", _("单位自定"), lambda page: Q(current__own=True)),
    )
    export = caps.DUTY_VIEW
    default_sort = "position"
    empty = ui.Empty(_("没有默认的周期"), _("每项职责的周期和时限都写在说明书里。"), "adjustments-horizontal")

    def rows(self) -> QuerySet[Duty]:
        return library.assumed(self.actor)

    def acts(self) -> list[ui.Act]:
        """The limits of cases stand in tables of their own; whoever looks for a default finds them from here."""
        url = links.url_for("packs.deadlines", "all")
        if not url or not self.actor.may("casetype.view"):
            return []
        return [ui.Act(_("工单的时限"), url, icon="hourglass")]

    def row_acts(self, row: Duty) -> list[ui.Act]:
        if not self.actor.may(caps.DUTY_EDIT):
            return []
        return [ui.Act(_("设定"), reverse("duties:edit_duty", args=[row.pk]), icon="edit")]


class UnlinkedFilters(ui.Filters):
    first: ClassVar[tuple[str, ...]] = ("position",)
    q = ui.filters.Search(fields=("text", "code"))
    position = ui.filters.Row(
        label=pgettext_lazy("column", "岗位"),
        queryset=lambda request: library.positions_with_open_clauses(request.actor),
        widget=widgets.Combobox(),
    )


class Unlinked(ui.ListPage):
    """Sentences of position sheets that no duty carries out (DUT-18)."""

    capability = caps.DUTY_EDIT
    title = _("未落实的条款")
    intro = _("说明书里还没有职责来落实、也不是常设标准的条款。")
    filters = UnlinkedFilters
    columns = (
        ui.columns.Link("text", pgettext_lazy("column", "条款"), value="text", url=lambda row: reverse("duties:new_duty") + f"?clause={row.pk}", css="col-wide"),
        ui.columns.Code("number", _("编号"), value=lambda row: row.number or row.code),
        ui.columns.Text("position", pgettext_lazy("column", "岗位"), value="position", sort="position__name"),
        ui.columns.Text("unit", _("单位"), value="position.unit", sort="position__unit__path"),
    )  # fmt: skip
    export = caps.DUTY_EDIT
    default_sort = "position"
    empty = ui.Empty(_("每一条都落实了"), _("新增或改写的条款会出现在这里，直到有职责来落实。"), "checks")

    def rows(self) -> QuerySet[Clause]:
        return library.unlinked(self.actor)

    def row_acts(self, row: Clause) -> list[ui.Act]:
        return [ui.Act(_("建立职责"), reverse("duties:new_duty") + f"?clause={row.pk}", icon="plus")]
