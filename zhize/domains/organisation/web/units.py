"""The tree of units: search, page, set up, change, move, close (ORG-01)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.organisation import capabilities as caps
from zhize.domains.organisation import services
from zhize.domains.organisation.selectors import people, positions
from zhize.domains.organisation.selectors import units as reads
from zhize.domains.organisation.web import forms
from zhize.kernel import access, history
from zhize.kernel.org.models import Unit

TREE = "organisation:units"


@ui.page(capability=caps.VIEW, methods=("GET",))
def tree(request: HttpRequest) -> HttpResponse:
    """All units one may see, as a tree; the search finds them by code, full or short name."""
    words = request.GET.get("q", "").strip()
    nodes = reads.tree(request.actor, words, closed=bool(request.GET.get("closed")))
    acts = []
    if request.actor.may(caps.EDIT):
        acts.append(
            ui.Act(
                _("新单位"), reverse("organisation:new_unit"), icon="plus", drawer=True, primary=True, key="n"
            )
        )
    values = {
        "title": pgettext_lazy("list", "单位"),
        "nodes": nodes,
        "words": words,
        "acts": acts,
        "closed": bool(request.GET.get("closed")),
    }
    return ui.render(request, "organisation/units.html", values)


@ui.page(capability=caps.VIEW, methods=("GET",))
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: data, what is below it, its positions with holders."""
    actor = request.actor
    unit = access.fetch(actor, Unit, pk)
    above = reads.line(unit)
    values = {
        "title": str(unit),
        "unit": unit,
        "facts": [
            (_("机构编码"), unit.code),
            (_("简称"), unit.short_name),
            (_("类型"), unit.get_kind_display()),
            (_("级别"), unit.level),
            (_("时区"), unit.timezone),
        ],
        "crumbs": [
            (_("单位"), reverse(TREE)),
            *((str(row), reverse("organisation:unit", args=[row.pk])) for row in above),
            (str(unit), ""),
        ],
        "children": reads.children(actor, unit),
        "positions": positions.of_unit(actor, unit),
        "people_count": people.visible(actor).filter(people.of_unit(unit), active=True).count()
        if actor.may(caps.PERSON_VIEW)
        else None,
        "acts": _acts(actor, unit),
        "entries": history.timeline(unit)[:20],
    }
    return ui.render(request, "organisation/unit.html", values)


def _acts(actor: Any, unit: Unit) -> list[ui.Act]:
    if not unit.active or not access.allowed(actor, caps.EDIT, unit):
        return []
    return [
        ui.Act(_("修改"), _url("edit_unit", unit), icon="edit", drawer=True, key="e"),
        ui.Act(_("新下级单位"), reverse("organisation:new_unit") + f"?parent={unit.pk}", icon="plus", drawer=True),
        ui.Act(_("新岗位"), _url("new_position", unit), icon="briefcase"),
        ui.Act(_("调整上级"), _url("move_unit", unit), icon="hierarchy-2", drawer=True),
        ui.Act(_("停用"), _url("close_unit", unit), icon="archive", method="post", confirm=_("停用这个单位？以后不能再在这里设岗位、派人。"), danger=True),
    ]  # fmt: skip


def _url(route: str, unit: Unit) -> str:
    return reverse(f"organisation:{route}", args=[unit.pk])


class NewUnitForm(forms.ActorForm, forms.UnitForm):
    sections = (
        ui.Section("", ("parent", "name", "short_name", "code", "kind", "level")),
        *forms.UnitForm.sections[1:],
    )
    wide = ("parent",)
    parent = forms.row_field(_("上级单位"), "organisation:unit_options")

    def fill(self) -> None:
        self.fields["parent"].queryset = reads.visible(self.actor, caps.EDIT)


class NewUnit(ui.FormPage):
    """Set up a unit."""

    capability = caps.EDIT
    form_class, title, submit = NewUnitForm, _("新单位"), _("设立")
    done_message = _("已设立。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def initial(self) -> dict[str, Any]:
        return {"parent": self.actor.home_unit_id, "timezone": "Asia/Shanghai"}

    def perform(self, form: Any) -> Unit:
        return services.create_unit(actor=self.actor, **form.cleaned_data)

    def success_url(self, result: Unit) -> str:
        return _url("unit", result)

    def leave(self, result: Unit) -> bool:
        return True


class UnitFormPage(ui.FormPage):
    """Base of the forms about one unit."""

    capability = caps.EDIT
    row: Unit

    def fetch(self) -> Unit:
        return access.fetch(self.actor, Unit, self.kwargs["pk"], caps.EDIT)

    def success_url(self, result: Any) -> str:
        return _url("unit", self.row)


class EditUnit(UnitFormPage):
    """Change a unit's data."""

    form_class, title = forms.UnitForm, _("修改单位")

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.row, name) for name in forms.UnitForm.base_fields}

    def perform(self, form: Any) -> Unit:
        return services.update_unit(actor=self.actor, unit=self.row, **form.cleaned_data)


class MoveUnit(UnitFormPage):
    """Put a unit under another one."""

    form_class, title, submit = forms.MoveUnitForm, _("调整上级"), _("调整")
    intro = _("下级单位、岗位和责任区域一起移动；历史记录留在原处。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def initial(self) -> dict[str, Any]:
        return {"parent": self.row.parent_id}

    def perform(self, form: Any) -> Unit:
        return services.move_unit(actor=self.actor, unit=self.row, parent=form.cleaned_data["parent"])


@ui.page(capability=caps.EDIT, methods=("POST",))
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a unit that has nobody in it any more."""
    unit = access.fetch(request.actor, Unit, pk, caps.EDIT)
    services.close_unit(actor=request.actor, unit=unit)
    return ui.done(request, _("已停用。"), to=_url("unit", unit))
