"""Counts of any period and unit on one page: four kinds, volume, delays, each opening its rows (REP-10, REP-19, CAS-47)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.cases.kinds import Nature
from zhize.domains.cases.models import Case
from zhize.domains.reports import capabilities as caps
from zhize.domains.reports import periods, selectors
from zhize.domains.reports.building.figures import dimension, plain, trend_chart
from zhize.domains.reports.building.links import drill
from zhize.domains.reports.building.making import Making, said
from zhize.domains.reports.dashboard import tiles
from zhize.domains.reports.web.views import number
from zhize.kernel import measures
from zhize.kernel.measures import MeasureScope, dimensions
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Unit
from zhize.lib import clock
from zhize.ui.forms import Form

BY = (
    "unit",
    "subtype",
    "type",
    "channel",
    "area",
    "owner",
    "severity",
    "cause",
    "customer_kind",
    "outcome",
    "state",
)
COLUMNS = (
    "case.opened",
    "case.closed",
    "case.late",
    "case.late_rate",
    "case.in_time_rate",
    "case.reopened",
    "case.repeated",
    "case.first_contact_rate",
    "case.dispatch_minutes",
)
TILES = ("case.opened", "case.closed", "case.open", "case.late", "case.late_rate")
# The four counts that the leader wants (CAS-47); the others follow.
FOUR = (Nature.CONSULTATION, Nature.FAULT, Nature.COMPLAINT, Nature.SUGGESTION)
LONGEST = 3 * 366


class Choice(Form):
    """Which unit, from when to when, by what."""

    unit = forms.TypedChoiceField(label=_("机构"), coerce=int, required=False)
    first = forms.DateField(label=_("从"), required=False)
    last = forms.DateField(label=_("到"), required=False)
    by = forms.ChoiceField(label=_("按"), required=False)
    nature = forms.ChoiceField(label=_("性质"), required=False, choices=[("", _("全部")), *Nature.choices])

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [(unit.pk, str(unit)) for unit in units]
        self.fields["by"].choices = [(code, said(dimensions.get(Case, dimension(code)).text)) for code in BY]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", _("结束日期在开始日期之前。"))
        elif first and last and (last - first).days > LONGEST:
            self.add_error("last", _("最多三年。"))
        return given


@ui.page(capability=caps.STATISTICS, methods=("GET",))
def page(request: HttpRequest) -> HttpResponse:
    """The statistics of a unit and period."""
    units = selectors.units(request.actor)
    unit = selectors.unit_of(request.actor, number(request.GET.get("unit", "")))
    this_month = periods.containing("month", clock.today(unit.timezone))
    given = request.GET.copy()
    for name, value in (
        ("unit", unit.pk),
        ("first", this_month.first),
        ("last", this_month.last),
        ("by", BY[0]),
    ):
        if not given.get(name):
            given[name] = str(value)
    form = Choice(given, units=units)
    values: dict[str, Any] = {"title": _("工单分析与业务统计"), "form": form, "unit": unit, "wide": True}
    if form.is_valid():
        values |= computed(
            unit, **{name: form.cleaned_data[name] for name in ("first", "last", "by", "nature")}
        )
    return ui.render(request, "reports/statistics.html", values)


def computed(unit: Unit, *, first: date, last: date, by: str, nature: str) -> dict[str, Any]:
    """Every figure of the page with its address."""
    scope = MeasureScope.days(first, last, unit_ids=org.subtree_ids(unit), zone=unit.timezone)
    narrowed = scope.where(nature=[nature]) if nature else scope
    return {
        "natures": natures(unit, scope),
        "tiles": tiles(unit, TILES, scope),
        "table": table(unit, narrowed, dimension(by)),
        "delays": delays(unit, scope),
        "trend": daily(unit, narrowed),
    }


def natures(unit: Unit, scope: MeasureScope) -> list[dict[str, Any]]:
    """New, cleared and overdue by kind of matter: the four first, then what else there is."""
    codes = ("case.opened", "case.closed", "case.late")
    found = {
        code: {group.keys[0]: group.result for group in groups}
        for code, groups in measures.breakdowns(codes, scope, ["nature"]).items()
    }
    there = {key for groups in found.values() for key in groups}
    order = [*FOUR, *(one for one in Nature if one not in FOUR and one.value in there)]
    lines = []
    for one in order:
        cells = []
        for groups in found.values():
            result = groups.get(one.value)
            cells.append(
                {"text": plain(result) if result else "0", "url": drill(result, unit) if result else ""}
            )
        lines.append({"label": one.label, "cells": cells})
    totals = measures.values(codes, scope).values()
    lines.append(
        {
            "label": _("合计"),
            "cells": [{"text": plain(one), "url": drill(one, unit)} for one in totals],
            "total": True,
        }
    )
    return lines


def table(unit: Unit, scope: MeasureScope, name: str) -> dict[str, Any]:
    """All columns by one dimension."""
    groups = {
        code: {group.keys[0]: group for group in several}
        for code, several in measures.breakdowns(COLUMNS, scope, [name]).items()
    }
    labels: dict[Any, str] = {}
    for found in groups.values():
        for key, group in found.items():
            labels.setdefault(key, str(group.labels[0]))
    lines = []
    for key, label in labels.items():
        cells = []
        for code in COLUMNS:
            one = groups[code].get(key)
            cells.append(
                {"text": plain(one.result) if one else "–", "url": drill(one.result, unit) if one else ""}
            )
        lines.append({"label": label, "cells": cells})
    return {
        "head": said(dimensions.get(Case, name).text),
        "columns": [said(measures.get(code).text) for code in COLUMNS],
        "lines": lines,
    }


def delays(unit: Unit, scope: MeasureScope) -> list[dict[str, Any]]:
    """Passed limits by department, with each one's share of all and how many the leader has audited (CAS-18, REP-19)."""
    found = measures.breakdowns(("delay.count", "delay.audited_rate"), scope, ["department"])
    counts = found["delay.count"]
    audited = {group.keys[0]: group.result for group in found["delay.audited_rate"]}
    whole = sum(int(group.result.value or 0) for group in counts)
    return [
        {
            "label": str(group.labels[0]),
            "count": plain(group.result),
            "url": drill(group.result, unit),
            "share": f"{int(group.result.value or 0) / whole * 100:.1f}%",
            "audited": audited[group.keys[0]].shown,
        }
        for group in counts
    ]


def daily(unit: Unit, scope: MeasureScope) -> dict[str, Any]:
    """Volume over the period: by day up to two months, by week up to a year, else by month."""
    days = (scope.last_day - scope.first_day).days
    step: Any = "day" if days <= 62 else "week" if days <= 366 else "month"
    found = measures.trends(("case.opened", "case.closed"), scope, step)
    lines = [(measures.get(code), results) for code, results in found.items()]
    heads = [
        f"{span.first_day:%Y-%m}" if step == "month" else f"{span.first_day:%m-%d}"
        for span in scope.steps(step)
    ]
    making: Any = Making(None, unit, None)  # type: ignore[arg-type]
    rows = [
        {
            "head": head,
            "cells": [{"text": plain(one[1][at]), "url": drill(one[1][at], unit)} for one in lines],
        }
        for at, head in enumerate(heads)
    ]
    return {"option": trend_chart(heads, lines, making), "rows": rows}
