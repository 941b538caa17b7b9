"""The department dashboard 部门看板: how the work stands now and how this month goes, each figure with its rows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.reports import dashboard, selectors


@ui.page(capability="report.statistics", methods=("GET",))
def page(request: HttpRequest) -> HttpResponse:
    """The dashboard of a unit within the reader's reach."""
    asked = request.GET.get("unit", "")
    units = selectors.units(request.actor)
    unit = selectors.unit_of(request.actor, int(asked) if asked.isascii() and asked.isdigit() else None)
    values = {"title": _("部门看板"), "units": units, "unit": unit, "wide": True, **dashboard.computed(unit)}
    return ui.render(request, "desk/dashboard.html", values)
