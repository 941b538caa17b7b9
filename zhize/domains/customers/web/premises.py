"""The premises tree, its nodes, and the vacant rooms (CUS-06)."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.customers import addresses, services
from zhize.domains.customers import capabilities as caps
from zhize.domains.customers.models import Condition, ParkingKind, Premises, PremisesKind
from zhize.domains.customers.selectors import care, people
from zhize.domains.customers.selectors import premises as reads
from zhize.domains.customers.web.filters import RoomFilters
from zhize.domains.customers.web.forms import CustomerField, PremisesField
from zhize.kernel import access


@ui.page(capability=caps.PREMISES_VIEW, methods=("GET",))
def overview(request: HttpRequest) -> HttpResponse:
    """All communities with how many rooms they have and how many stand empty."""
    values = {
        "title": _("房产"),
        "roots": list(reads.roots(request.actor)),
        "may_edit": request.actor.may(caps.PREMISES_EDIT),
        "vacant_url": reverse("customers:vacant"),
    }
    return ui.render(request, "customers/premises.html", values)


@ui.page(capability=caps.PREMISES_VIEW, methods=("GET",))
def node(request: HttpRequest, pk: int) -> HttpResponse:
    """One node: what stands below it, who is there, parking and facilities."""
    found = access.fetch(request.actor, Premises, pk)
    page = reads.page(request.actor, found)
    crumbs: list[tuple[Any, str | None]] = [(_("房产"), reverse("customers:premises"))]
    crumbs += [(row.name, reverse("customers:premises_node", args=[row.pk])) for row in page.way[:-1]]
    values = {
        "title": found.address,
        "crumbs": [*crumbs, (found.name, None)],
        "page": page,
        "node": found,
        "floors": _floors(page.children),
        "may_edit": access.allowed(request.actor, caps.PREMISES_EDIT, found),
        "may_add": found.kind not in {PremisesKind.ROOM, PremisesKind.SHOP, PremisesKind.PUBLIC},
        "customers_url": _customers_below(found),
    }
    return ui.render(request, "customers/node.html", values)


def _customers_below(found: Premises) -> str:
    """The customer list of a community; below it there is no filter, so the address is searched for."""
    url = reverse("customers:list")
    return (
        f"{url}?community={found.pk}"
        if found.parent_id is None
        else f"{url}?{urlencode({'q': found.address})}"
    )


def _floors(children: Any) -> list[tuple[str, list[Premises]]]:
    """Rooms by floor, the top floor first, as one sees the building; empty when these are no rooms."""
    rooms = [row for row in children if row.is_occupiable]
    if not rooms:
        return []
    by_floor: dict[str, list[Premises]] = {}
    for row in rooms:
        by_floor.setdefault(_floor(row), []).append(row)
    return sorted(
        by_floor.items(),
        key=lambda item: (not item[0], int(item[0]) if item[0].lstrip("-").isdigit() else 0),
        reverse=True,
    )


def _floor(room: Premises) -> str:
    """The floor as recorded, else what the number says: 301 → 3, 1205 → 12."""
    if room.floor is not None:
        return str(room.floor)
    digits = "".join(ch for ch in room.code if ch.isdigit())
    return str(int(digits[:-2])) if len(digits) >= 3 else ""


class VacantList(ui.ListPage):
    """Rooms without an occupier 空置房."""

    capability = caps.PREMISES_VIEW
    title = _("空置房")
    intro = _("没有人使用的房间和商铺；业主不自住、也没有租出的算空置，未售和停用的不算。")
    filters = RoomFilters
    columns = (
        ui.columns.Link(
            "address", _("房产"), url="customers:premises_node", sort="sort_key", css="col-nowrap"
        ),
        ui.columns.Column("kind", _("类型"), value="get_kind_display"),
        ui.columns.Column("condition", _("状况"), value="get_condition_display", sort="condition"),
        ui.columns.Column(
            "owner",
            _("业主"),
            value=lambda row: "、".join(one.customer.name for one in row.current_occupancies),
        ),
        ui.columns.Number("floor_area", _("面积（㎡）"), sort=True),
        ui.columns.Column("layout", _("户型")),
        ui.columns.Column("area", _("责任区域"), sort="area__code"),
        ui.columns.Column("unit", _("单位"), hidden=True),
    )
    export = caps.PREMISES_VIEW
    default_sort = "address"
    search_hint = _("房号")
    empty = ui.Empty(_("没有空置房"), _("没有人使用的房间会列在这里。"), "home")

    def rows(self) -> QuerySet[Premises]:
        return reads.vacant(self.actor)


class PremisesForm(ui.Form):
    """One node of the tree."""

    unit: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=_("所属单位"), queryset=None, empty_label=None
    )
    kind = forms.ChoiceField(label=_("类型"))
    code = forms.CharField(label=_("编号"), max_length=30, help_text=_("如 3、A、301；小区写拼音或代号。"))
    name = forms.CharField(
        label=_("名称"), max_length=60, required=False, help_text=_("不填按编号取名，如 3栋。")
    )
    area: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=_("责任区域"), queryset=None, required=False, empty_label=_("随上级")
    )
    floor = forms.IntegerField(label=_("楼层"), required=False, min_value=-10, max_value=200)
    floor_area = forms.DecimalField(
        label=_("建筑面积（㎡）"), required=False, min_value=0, max_digits=10, decimal_places=2
    )
    layout = forms.CharField(label=_("户型"), max_length=40, required=False)
    condition = forms.ChoiceField(label=_("状况"), choices=Condition.choices, required=False)
    delivered_on = forms.DateField(label=_("交付日期"), required=False)

    def __init__(
        self,
        *args: Any,
        actor: Any,
        parent: Premises | None = None,
        row: Premises | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        above = (
            row.parent.kind if row is not None and row.parent else parent.kind if parent is not None else None
        )
        kinds = [kind for kind in PremisesKind if addresses.may_stand_under(kind, above)]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
        units = people.units_for(actor, caps.PREMISES_EDIT)
        self.fields["unit"].queryset = units
        around = row or parent
        self.only_unit = around.unit if around is not None else units.first()
        if around is not None or len(units) < 2:
            del self.fields["unit"]
        self.fields["area"].queryset = people.areas_of(self.only_unit)
        for name in ("floor", "floor_area", "layout", "condition", "delivered_on"):
            if row is None:
                self.fields[name].widget.attrs["data-show-when"] = "kind=room,shop"
        if row is not None:
            for name in ("kind", "code", "area"):
                del self.fields[name]


class NewPremises(ui.FormPage):
    capability = caps.PREMISES_EDIT
    form_class = PremisesForm
    title = _("新建房产")
    submit = _("建立")
    done_message = _("已建立。")

    def fetch(self) -> Premises | None:
        pk = self.kwargs.get("pk")
        return access.fetch(self.actor, Premises, pk, caps.PREMISES_EDIT) if pk is not None else None

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor, "parent": self.row}

    def perform(self, form: Any) -> Premises:
        said = dict(form.cleaned_data)
        unit = said.pop("unit", None) or form.only_unit
        said["condition"] = said["condition"] or Condition.NORMAL
        return services.create_premises(actor=self.actor, unit=unit, parent=self.row, **said)

    def success_url(self, result: Any) -> str:
        if self.row is not None:
            return reverse("customers:premises_node", args=[self.row.pk])
        return reverse("customers:premises")


class EditPremises(ui.FormPage):
    capability = caps.PREMISES_EDIT
    form_class: ClassVar[type[ui.Form]] = PremisesForm
    title = _("修改房产")
    shared = True

    def fetch(self) -> Premises:
        return access.fetch(self.actor, Premises, self.kwargs["pk"], caps.PREMISES_EDIT)

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor, "row": self.row}

    def initial(self) -> dict[str, Any]:
        row: Any = self.row
        return {
            name: getattr(row, name)
            for name in ("name", "floor", "floor_area", "layout", "condition", "delivered_on")
        }

    def perform(self, form: Any) -> Premises:
        said = dict(form.cleaned_data)
        said["condition"] = said["condition"] or Condition.NORMAL
        return services.update_premises(actor=self.actor, premises=self.row, **said)

    def success_url(self, result: Any) -> str:
        return reverse("customers:premises_node", args=[self.row.pk])


class AreaForm(ui.Form):
    columns = 1
    area: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=_("责任区域"), queryset=None, required=False, empty_label=_("随上级")
    )

    def __init__(self, *args: Any, row: Premises, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = people.areas_of(row.unit)


class SetArea(EditPremises):
    """Who answers for a node and everything below it without an area of its own."""

    form_class = AreaForm
    title = _("责任区域")
    intro = _("下面没有单独指定的房产都随这里。")
    size = "narrow"

    def form_kwargs(self) -> dict[str, Any]:
        return {"row": self.row}

    def initial(self) -> dict[str, Any]:
        row: Any = self.row
        return {"area": None if row.area_inherited else row.area_id}

    def perform(self, form: Any) -> Any:
        return services.set_area(actor=self.actor, premises=self.row, area=form.cleaned_data["area"])


class ParkingForm(ui.Form):
    code = forms.CharField(label=_("车位号"), max_length=30)
    kind = forms.ChoiceField(label=_("类型"), choices=ParkingKind.choices)
    customer = CustomerField(label=_("使用人"), required=False)
    room = PremisesField(label=_("所属房号"), required=False)
    plates = forms.CharField(
        label=_("车牌"), max_length=80, required=False, help_text=_("几个车牌用逗号隔开。")
    )
    until_on = forms.DateField(label=_("租至"), required=False)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer"].queryset = care.active(actor)
        self.fields["room"].queryset = reads.visible(actor)


class RecordParking(EditPremises):
    """A parking space of the community, or who uses a known one."""

    form_class = ParkingForm
    title = _("登记车位")
    shared = False
    submit = _("登记")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def initial(self) -> dict[str, Any]:
        return {}

    def perform(self, form: Any) -> Any:
        said = dict(form.cleaned_data)
        plates = said.pop("plates").replace("，", ",").replace("、", ",").split(",")
        return services.record_parking(actor=self.actor, community=self.row, plates=plates, **said)
