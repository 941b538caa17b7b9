"""Obligations 应办事项 as a list: what every figure of the board opens, and where a leader acts on many at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms as django_forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.duties import filters, selectors, services, subjects
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors import board_lists, coverage
from zhize.domains.duties.web import forms
from zhize.kernel.org.models import Person
from zhize.lib import clock
from zhize.ui import columns, html, paging, widgets, words
from zhize.ui.forms import Form
from zhize.ui.html import format_html

# How a fact looks: icon, and the hue of the one time scale (amber, red) or none.
LOOKS = {
    "in_time": ("circle-check-filled", ""),
    "late": ("clock-exclamation", " tag-amber"),
    "missed": ("circle-x", " tag-red"),
    "overdue": ("alarm", " tag-red"),
    "excused": ("circle-dashed", ""),
    "ahead": ("circle-half-2", ""),
    "paused": ("player-pause", ""),
}


def fact(row: Obligation) -> Any:
    """The row's fact as icon and word; handed in or cancelled, its state."""
    code = coverage.fact_of(row, clock.now())
    if not code or row.state == "submitted":
        return html.state(row.state_label, row.category)
    picture, tone = LOOKS[code]
    label = words.in_language(coverage.FACTS[code])
    return format_html('<span class="tag{}">{} {}</span>', tone, html.icon(picture, size=14), label)


def fact_text(row: Obligation) -> Any:
    code = coverage.fact_of(row, clock.now())
    return coverage.FACTS[code] if code else row.state_label


class Fact(columns.State):
    """The fact, coloured by itself; exports carry its word."""

    def html(self, row: Any) -> Any:
        return fact(row)


class ReassignMany(forms.ReasonForm):
    """To whom many are given; each is refused where that person is not of its unit."""

    field_order = ("to", "reason")
    to: Any = django_forms.ModelChoiceField(
        label=_("改派给"), queryset=None, widget=widgets.Combobox(source="duties:people")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = selectors.everybody()


class RemindForm(Form):
    note = django_forms.CharField(
        label=_("要说的话"), required=False, max_length=300, widget=django_forms.Textarea(attrs={"rows": 2})
    )


def _reassign(*, actor: Any, row: Obligation, to: Person, reason: str) -> Any:
    person = selectors.candidate(row, to.pk)
    return services.reassign(actor=actor, obligation=row, to=person, reason=reason)


def _move(
    *, actor: Any, row: Obligation, reason: str, days: int | None, working: bool, due_at: Any
) -> Obligation:
    if days is not None:
        return services.postpone(actor=actor, obligation=row, days=days, working=working, reason=reason)
    return services.move_due(actor=actor, obligation=row, due_at=due_at, reason=reason)


def _bulk(service: Callable[..., Any]) -> Callable[..., Any]:
    def call(*, actor: Any, row: Obligation, **given: Any) -> Any:
        return service(actor=actor, obligation=row, **given)

    return call


class ObligationFilters(ui.Filters, filters.ObligationFilter):
    first: ClassVar[tuple[str, ...]] = ("under", "holder")
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"role", "unit", "units", "own", "counted", "owed"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["duty"].extra["widget"] = widgets.Combobox(
            source="duties:owed_duties", placeholder=_("全部")
        )
        self.filters["fact"].extra["widget"] = widgets.Combobox(multiple=True, placeholder=_("全部"))
        self.filters["due"].extra["widget"] = widgets.DateRange()

    def more_names(self) -> list[str]:
        return [name for name in super().more_names() if name not in self.HIDDEN]


def _chip(code: str, label: Any, tone: str = "") -> ui.Chip:
    return ui.Chip(code, label, lambda page: board_lists.chips(page.actor, clock.now())[code], tone=tone)


class ObligationList(ui.ListPage):
    """Every obligation the actor may see."""

    capability = "obligation.view"
    title = _("应办事项")
    filters = ObligationFilters
    columns = (
        columns.Link(
            "name", _("事项"), url="duties:detail", sort="title__zh", css="col-wide", second="matter"
        ),
        Fact("fact", _("结果"), value=fact_text, phone="state"),
        columns.Person("holder", _("办理人"), value="doer", sort="holder__name"),
        columns.Text("position", _("岗位"), sort="position__name"),
        columns.Text("unit", _("单位"), sort="unit__path", hidden=True),
        columns.Due("due_at", _("到期"), sort=True, stopped="done_at", over="ended_at"),
        columns.When("done_at", _("办结时间"), sort=True, hidden=True),
        columns.Text("kind", _("种类"), value="get_kind_display", sort=True, hidden=True),
        columns.Code("reference", _("依据"), hidden=True),
        columns.Progress("progress", _("进度"), value=lambda row: (row.progress, row.quota), hidden=True),
        columns.Number("proofs", _("凭证")),
        columns.Number("returned_count", _("退回次数"), sort=True, hidden=True),
    )
    chips = (
        _chip("all", _("全部")),
        _chip("mine", _("我要办的")),
        _chip("open", _("进行中")),
        _chip("later", _("未开始")),
        _chip("overdue", _("超时未办"), "red"),
        _chip("submitted", _("待确认"), "amber"),
        _chip("in_time", _("按时")),
        _chip("late", _("迟办"), "amber"),
        _chip("missed", _("漏办"), "red"),
        _chip("excused", _("免办")),
        _chip("nobody", _("无人可通知"), "red"),
    )
    bulk = (
        ui.BulkAction("remind", _("催办…"), _bulk(services.remind), "obligation.reassign", form=RemindForm, icon="bell-ringing"),
        ui.BulkAction("reassign", _("改派…"), _reassign, "obligation.reassign", form=ReassignMany, icon="switch-horizontal"),
        ui.BulkAction("move", _("改期…"), _move, "obligation.move", form=forms.MoveManyForm, icon="calendar-time"),
        ui.BulkAction("excuse", _("免办…"), _bulk(services.excuse), "obligation.excuse", form=forms.ReasonForm, icon="circle-x"),
        ui.BulkAction("miss", _("记为漏办…"), _bulk(services.miss), "obligation.miss", form=forms.ReasonForm, icon="alert-circle"),
        ui.BulkAction("cancel", _("撤销…"), _bulk(services.cancel), "obligation.cancel", form=forms.ReasonForm, icon="trash"),
        ui.BulkAction("explain", _("说明原因…"), _bulk(services.explain_failure), "obligation.fulfil", form=forms.ReasonForm, icon="message"),
    )  # fmt: skip
    export = "obligation.view"
    default_sort = "due_at"
    default_chip = "open"
    search_hint = _("事项、人、岗位或依据")
    empty = ui.Empty(_("还没有应办事项"), _("岗位的定期职责、触发的时限和交办的任务会出现在这里。"), "checks")

    def rows(self) -> QuerySet[Obligation]:
        return board_lists.listed(self.actor)

    @cached_property
    def slice(self) -> paging.Slice:
        """Each row with what it is about: six of one duty are told apart by their case or customer."""
        part = super().slice
        about = subjects.about(self.actor, ((row.subject_type, row.subject_id) for row in part.rows))
        for row in part.rows:
            row.matter = about.get((row.subject_type, row.subject_id), subjects.NOTHING).title
        return part

    def chip_counts(self) -> dict[str, ui.Count]:
        counted = board_lists.chip_counts(self.actor, self.filtered, clock.now())
        return {code: ui.Count(number, False) for code, number in counted.items()}

    def row_class(self, row: Obligation) -> str:
        return "is-late" if coverage.fact_of(row, clock.now()) == "overdue" else ""


@ui.page(capability="obligation.view", methods=("GET",))
def owed_duties(request: HttpRequest) -> HttpResponse:
    """Duties of which something is owed, for the filter."""
    found = board_lists.duties(request.actor, request.GET.get("q", ""))[:20]
    items = [{"value": str(row.pk), "text": str(row), "hint": " ".join(row.refs)} for row in found]
    return JsonResponse({"items": items})
