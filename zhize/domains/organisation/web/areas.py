"""Areas of responsibility and who answers for them (ORG-21)."""

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
from zhize.domains.organisation.selectors import places, units
from zhize.domains.organisation.web import forms
from zhize.kernel import access, history
from zhize.kernel.org.models import Area, AreaAssignment
from zhize.lib import clock
from zhize.ui import widgets


class AreaFilters(ui.Filters):
    first: ClassVar[tuple[str, ...]] = ("unit",)
    q = ui.filters.Search(fields=("name", "code"))
    unit = ui.filters.Row(
        label=_("单位"),
        queryset=lambda request: units.visible(request.actor).filter(active=True),
        widget=widgets.Combobox(),
    )


KINDS = {"community": _("小区"), "court": _("苑落"), "building": _("楼栋"), "district": _("片区")}


def kind(row: Area) -> Any:
    """The kind in words; units may also write their own."""
    return KINDS.get(row.kind, row.kind)


def _written(said: dict[str, Any]) -> dict[str, Any]:
    """What was typed, with a kind written in words kept as the kind it is."""
    codes = {str(label): code for code, label in KINDS.items()}
    typed = said["kind"].strip()
    return {**said, "kind": codes.get(typed, typed)}


def _holders(row: Area) -> list[str]:
    return [f"{held.person}（{held.position}）" for held in row.held]


class AreaList(ui.ListPage):
    """Areas with the people who answer for them."""

    capability = caps.VIEW
    title = pgettext_lazy("list", "责任区域")
    intro = _("受理时按地点找到区域，再找到负责这里的人。")
    filters = AreaFilters
    columns = (
        ui.columns.Link("name", _("名称"), url="organisation:area", sort=True),
        ui.columns.Code("code", _("编号"), sort=True),
        ui.columns.Column("kind", _("类别"), value=kind, sort="kind"),
        ui.columns.Tags("holders", _("责任人"), value=_holders),
        ui.columns.Column("parent", _("上级区域"), sort="parent__name", hidden=True),
        ui.columns.Column("unit", _("单位"), sort="unit__path"),
    )
    chips = (
        ui.Chip("open", pgettext_lazy("register", "在用"), lambda page: Q(active=True)),
        ui.Chip("free", _("没有责任人"), lambda page: places.unassigned(), tone="red"),
        ui.Chip("closed", pgettext_lazy("register", "停用"), lambda page: Q(active=False)),
    )
    default_chip = "open"
    default_sort = "code"
    empty = ui.Empty(_("还没有责任区域"), _("把小区、苑落或片区划给负责的人。"), "map-pin")

    def rows(self) -> QuerySet[Area]:
        return places.areas(self.actor)

    def acts(self) -> list[ui.Act]:
        if not self.actor.may(caps.AREA_EDIT):
            return []
        return [
            ui.Act(
                _("划定区域"),
                reverse("organisation:new_area"),
                icon="plus",
                drawer=True,
                primary=True,
                key="n",
            )
        ]


@ui.page(capability=caps.VIEW, methods=("GET",))
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One area with everybody who ever answered for it."""
    area = access.fetch(request.actor, Area, pk)
    may = access.allowed(request.actor, caps.AREA_EDIT, area)
    today = clock.today(area.unit.timezone)
    acts = [
        ui.Act(
            _("指定责任人"), _url("assign_area", area), icon="user-pin", drawer=True, primary=True, key="a"
        ),
        ui.Act(_("修改"), _url("edit_area", area), icon="edit", drawer=True, key="e"),
    ]
    values = {
        "title": str(area),
        "area": area,
        "crumbs": [(pgettext_lazy("list", "责任区域"), reverse("organisation:areas")), (str(area), "")],
        "facts": [
            (_("编号"), area.code),
            (_("类别"), kind(area)),
            (_("单位"), area.unit),
            (_("上级区域"), area.parent),
        ],
        "assignments": [
            (row, row.to_on is not None and row.to_on < today) for row in places.assignments(area)
        ],
        "may": may,
        "acts": acts if may else [],
        "entries": history.timeline(area)[:20],
    }
    return ui.render(request, "organisation/area.html", values)


def _url(route: str, area: Area) -> str:
    return reverse(f"organisation:{route}", args=[area.pk])


class NewArea(ui.FormPage):
    """Draw an area."""

    capability = caps.AREA_EDIT
    form_class, title, submit = forms.AreaForm, _("划定区域"), _("划定")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def initial(self) -> dict[str, Any]:
        return {"unit": self.actor.home_unit_id}

    def perform(self, form: Any) -> Area:
        return services.create_area(actor=self.actor, **_written(form.cleaned_data))

    def success_url(self, result: Area) -> str:
        return _url("area", result)


class AreaPage(ui.FormPage):
    """Base of the forms about one area."""

    capability = caps.AREA_EDIT
    row: Area

    def fetch(self) -> Area:
        return access.fetch(self.actor, Area, self.kwargs["pk"], caps.AREA_EDIT)

    def success_url(self, result: Any) -> str:
        return _url("area", self.row)


class EditArea(AreaPage):
    """Change or close an area."""

    form_class, title = forms.EditAreaForm, _("修改责任区域")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor, "area": self.row}

    def initial(self) -> dict[str, Any]:
        return {
            "name": self.row.name,
            "kind": kind(self.row),
            "parent": self.row.parent_id,
            "active": self.row.active,
        }

    def perform(self, form: Any) -> Area:
        return services.update_area(actor=self.actor, area=self.row, **_written(form.cleaned_data))


class AssignArea(AreaPage):
    """Make somebody answerable."""

    form_class, title, submit = forms.AssignAreaForm, _("指定责任人"), _("指定")
    done_message = _("已指定。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def initial(self) -> dict[str, Any]:
        now = next(iter(places.assignments(self.row)), None)
        return {
            "from_on": clock.today(self.row.unit.timezone),
            "replace": True,
            "position": now.position_id if now else None,
        }

    def perform(self, form: Any) -> AreaAssignment:
        return services.assign_area(actor=self.actor, area=self.row, **form.cleaned_data)


class ReleaseArea(ui.FormPage):
    """End somebody's responsibility."""

    capability = caps.AREA_EDIT
    form_class, title, submit, danger = forms.EndForm, _("收回责任"), _("收回"), True
    row: AreaAssignment

    def fetch(self) -> AreaAssignment:
        return places.assignment(self.actor, self.kwargs["pk"], caps.AREA_EDIT)

    def initial(self) -> dict[str, Any]:
        return {"on": clock.today(self.row.area.unit.timezone)}

    def perform(self, form: Any) -> AreaAssignment:
        return services.release_area(actor=self.actor, assignment=self.row, on=form.cleaned_data["on"])

    def success_url(self, result: AreaAssignment) -> str:
        return _url("area", self.row.area)
