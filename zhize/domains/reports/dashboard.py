"""What the department dashboard shows: how the work stands now and how the month goes, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from zhize.domains.cases.models import Case
from zhize.domains.reports import periods
from zhize.domains.reports.building.figures import chart, plain, trend_chart
from zhize.domains.reports.building.links import drill
from zhize.domains.reports.building.making import Making, said
from zhize.domains.visits.models import Callback
from zhize.kernel import measures
from zhize.kernel.db import known
from zhize.kernel.flow import OPEN
from zhize.kernel.measures import MeasureScope
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Unit
from zhize.lib import clock

TREND_DAYS = 30
MONTHLY = (
    "case.opened",
    "case.closed",
    "case.in_time_rate",
    "case.solved_once_rate",
    "case.repeated",
    "case.reopened",
    "case.satisfaction",
)
PEOPLE, CLASSES = 30, 8
LATE = Q(is_late=True)


def computed(unit: Unit) -> dict[str, Any]:
    """Everything on the page for a unit with all below it."""
    ids = org.subtree_ids(unit)
    now = clock.now()
    month = periods.containing("month", now.astimezone(clock.zone(unit.timezone)).date())
    scope = MeasureScope.days(month.first, month.last, unit_ids=ids, zone=unit.timezone)
    hands = in_hand(unit, ids, now)
    return {
        "now": standing(unit, ids, now, hands),
        "month": month.label,
        "tiles": tiles(unit, MONTHLY, scope),
        "trend": _trend(unit, scope, now),
        "classes": _classes(unit, scope),
        "people": workload(unit, hands),
        "callbacks": callbacks(unit, ids, scope),
    }


def _link(unit: Unit, name: str = "cases:list", **query: Any) -> str:
    return f"{reverse(name)}?{urlencode({'under': unit.pk, **query}, doseq=True)}"


def _conditions(unit: Unit, now: datetime) -> dict[str, Q]:
    zone = clock.zone(unit.timezone)
    tomorrow = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone)
    return {
        "open": Q(),
        "late": LATE | Q(next_due_at__lt=now),
        "today": Q(next_due_at__gte=now, next_due_at__lt=tomorrow),
        "major": Q(is_major=True),
    }


def in_hand(unit: Unit, ids: list[int], now: datetime) -> list[dict[str, Any]]:
    """Open cases for each holder (an id) and for nobody: all, over the limit, due today, major. One query, of an index alone."""
    wanted = {code: Count("unit_id", filter=where) for code, where in _conditions(unit, now).items()}
    rows: Any = Case.objects.filter(unit_id__in=ids, category__in=OPEN).order_by()
    return list(rows.values("owner_id").annotate(**wanted))


def standing(unit: Unit, ids: list[int], now: datetime, hands: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Open cases now: all, over the limit, due today, nobody's, major; and callbacks to make. One query."""
    found = {code: sum(one[code] for one in hands) for code in _conditions(unit, now)}
    found["unassigned"] = sum(one["open"] for one in hands if one["owner_id"] is None)
    calls = Callback.objects.filter(unit_id__in=ids, category__in=OPEN).aggregate(
        all=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now))
    )
    labels = {
        "open": (_("未结"), ""), "late": (_("已超时"), "red"), "today": (_("今天到期"), "amber"),
        "unassigned": (_("待派"), "amber"), "major": (_("重大"), "red"),
    }  # fmt: skip
    tiles = [
        {
            "label": label,
            "value": found[code],
            "tone": tone if found[code] else "",
            "url": _link(unit, chip=code),
        }
        for code, (label, tone) in labels.items()
    ]
    hint = _("其中超时 %(n)d") % {"n": calls["late"]} if calls["late"] else ""
    tiles.append(
        {
            "label": _("待回访"),
            "value": calls["all"],
            "tone": "",
            "hint": hint,
            "url": f"{reverse('visits:list')}?chip=all",
        }
    )
    return tiles


def tiles(unit: Unit, codes: Sequence[str], scope: MeasureScope) -> list[dict[str, Any]]:
    """Each measure with that of the span before."""
    before = measures.values(codes, scope.before())
    return [
        {
            "label": said(result.measure.text),
            "value": result.shown,
            "url": drill(result, unit),
            "hint": before[code].shown,
        }
        for code, result in measures.values(codes, scope).items()
    ]


def _trend(unit: Unit, scope: MeasureScope, now: datetime) -> dict[str, Any]:
    today = now.astimezone(clock.zone(unit.timezone)).date()
    recent = MeasureScope.days(
        today - timedelta(days=TREND_DAYS - 1), today, unit_ids=scope.unit_ids, zone=unit.timezone
    )
    found = measures.trends(("case.opened", "case.closed", "case.in_time_rate"), recent, "day")
    lines = [(measures.get(code), results) for code, results in found.items()]
    heads = [f"{span.first_day:%m-%d}" for span in recent.steps("day")]
    making: Any = Making(None, unit, None)  # type: ignore[arg-type]
    rows = [
        {
            "head": head,
            "cells": [{"text": plain(one[1][at]), "url": drill(one[1][at], unit)} for one in lines],
        }
        for at, head in enumerate(heads)
    ]
    return {
        "option": trend_chart(heads, lines, making),
        "rows": rows,
        "heads": [said(one.text) for one, _results in lines],
    }


def _classes(unit: Unit, scope: MeasureScope) -> dict[str, Any]:
    groups = measures.breakdown("case.opened", scope, ["type", "subtype"], top=CLASSES)
    points = [
        (" · ".join(dict.fromkeys(str(label) for label in group.labels if group.keys[1] or label == group.labels[0])),
         float(group.result.value or 0), drill(group.result, unit))
        for group in groups
    ]  # fmt: skip
    rows = [{"label": label, "count": f"{value:.0f}", "url": url} for label, value, url in points]
    return {"option": _lying(chart("bar", said(measures.get("case.opened").text), points)), "rows": rows}


def _lying(option: dict[str, Any] | None) -> dict[str, Any] | None:
    """The bars on their side, the longest on top: names of classes are long."""
    if option is not None:
        option["yAxis"], option["xAxis"] = (
            {**option["xAxis"], "inverse": True, "axisLabel": {"width": 130, "overflow": "truncate"}},
            option["yAxis"],
        )
    return option


def workload(unit: Unit, hands: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Open cases in hand per person, most first: all, over the limit, due today."""
    people = [one for one in hands if one["owner_id"] is not None]
    names = known.rows_of(Person, [one["owner_id"] for one in people])
    people.sort(key=lambda one: (-one["open"], names[one["owner_id"]].name))
    return [
        {
            "name": str(names[one["owner_id"]]),
            "cells": [
                {"text": one[code], "url": _link(unit, chip=code, owner=one["owner_id"])}
                for code in ("open", "late", "today")
            ],
        }
        for one in people[:PEOPLE]
    ]


def callbacks(unit: Unit, ids: list[int], scope: MeasureScope) -> list[dict[str, Any]]:
    """Callbacks of the month per caller: planned, done in time, the rate (VIS-22). One query."""
    due = Callback.objects.filter(unit_id__in=ids, due_at__gte=scope.since, due_at__lt=scope.until).exclude(
        state="cancelled"
    )
    groups = due.order_by().values_list("caller_id").annotate(
        planned=Count("pk"),
        done=Count("pk", filter=Q(done_at__isnull=False)),
        in_time=Count("pk", filter=Q(done_at__lte=F("due_at"))),
        satisfied=Count("pk", filter=Q(satisfied=True)),
    )  # fmt: skip
    lines = []
    found = list(groups.order_by("caller__name"))
    names = known.rows_of(Person, [pk for pk, *_ in found if pk is not None])
    for pk, planned, done, in_time, satisfied in found:
        query = {
            "chip": "all",
            "caller": pk or "",
            "done_after": scope.first_day,
            "done_before": scope.last_day,
        }
        lines.append(
            {
                "name": str(names[pk]) if pk is not None else "—",
                "planned": planned,
                "done": done,
                "in_time": in_time,
                "satisfied": satisfied,
                "rate": f"{in_time / planned * 100:.1f}%" if planned else "—",
                "url": f"{reverse('visits:list')}?{urlencode(query)}",
            }
        )
    return lines
