"""Blocks that are computed by measures: figures, breakdowns, trends, the balance of the stocktake."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from zhize.domains.cases import measures as of_cases
from zhize.domains.reports.building.links import drill
from zhize.domains.reports.building.making import Making, said
from zhize.domains.reports.pack import BalanceBlock, BreakdownBlock, FiguresBlock, TrendBlock
from zhize.kernel import measures
from zhize.kernel.measures import MeasureScope, Result
from zhize.kernel.measures.scopes import floor, midnight
from zhize.lib import clock

Block = dict[str, Any]


def cell(text: Any, url: str = "", *, at: datetime | None = None) -> dict[str, str]:
    """One cell: what stands there, and where it leads; `at`: the local moment that the text says shortly."""
    found = {"text": str(text), "url": url}
    return found if at is None else {**found, "at": at.replace(tzinfo=None).isoformat(timespec="minutes")}


def column(label: Any, align: str = "left", width: float = 1, *, whole: bool = False) -> dict[str, Any]:
    """A column; `whole`: what stands in it is not broken on the screen (numbers, names, moments)."""
    return {"label": str(label), "align": align, "width": width, "whole": whole}


def figures(making: Making, block: FiguresBlock) -> Block:
    """Named figures, each with the period before if wanted."""
    items = []
    found = making.values(block.measures)
    before = measures.values(block.measures, making.scope.before()) if block.compare else {}
    for code, result in found.items():
        item = {"label": said(result.measure.text), "value": result.shown, "url": drill(result, making.unit)}
        if block.compare:
            earlier = before[code]
            moved, good = measures.change(result, earlier)
            item |= {"before": earlier.shown, "change": _moved(moved, result), "good": good}
        items.append(item)
    return {"kind": "figures", "title": said(block.title), "items": items}


def _moved(moved: Decimal | None, result: Result) -> str:
    if moved is None or moved == 0:
        return ""
    if result.measure.unit == "分":
        return f"{moved:+.1f}"
    return f"{moved * 100:+.1f}" if result.measure.unit == "%" else f"{moved * 100:+.0f}%"


def plain(result: Result) -> str:
    """The value as it stands in a column: a number without its unit, which the head implies."""
    if result.value is None or result.measure.unit == "%" or result.measure.unit == "分":
        return result.shown
    return f"{result.value:,.0f}"


def dimension(name: str) -> str:
    """The dimension a pack means: its "unit" is the department that answers for the case."""
    return "department" if name == "unit" else name


def breakdown(making: Making, block: BreakdownBlock) -> Block:
    """Measures by one dimension; with a second one, a cross table of the first measure."""
    if block.then_by is not None:
        return _cross(making, block)
    name = dimension(block.by)
    by_code = {
        code: {group.keys[0]: group for group in groups}
        for code, groups in measures.breakdowns(block.measures, making.scope, [name]).items()
    }
    keys: dict[Any, str] = {}
    for groups in by_code.values():
        for key, group in groups.items():
            keys.setdefault(key, str(group.labels[0]))
    lines = list(keys.items())[: block.top]
    specs = [measures.get(code) for code in block.measures]
    total = making.values(block.measures)
    columns = [column(_label(name)), *(column(said(one.text), "right", 0) for one in specs)]
    if block.share:
        columns.insert(2, column(_("占比"), "right", 0))
    rows = []
    whole = total[block.measures[0]].value or Decimal(0)
    for key, label in lines:
        cells = [cell(label)]
        for code in block.measures:
            found = by_code[code].get(key)
            result = found.result if found else None
            cells.append(
                cell(plain(result), drill(result, making.unit)) if result else cell(_nothing(total[code]))
            )
        if block.share:
            part = by_code[block.measures[0]].get(key)
            cells.insert(2, cell(share((part.result.value if part else None) or Decimal(0), whole)))
        rows.append(cells)
    totals = [
        cell(_("合计")),
        *(cell(plain(total[code]), drill(total[code], making.unit)) for code in block.measures),
    ]
    if block.share:
        totals.insert(2, cell(share(whole, whole)))
    first = by_code[block.measures[0]]
    points = [
        (label, float(first[key].result.value or 0), cells[1]["url"])
        for (key, label), cells in zip(lines, rows, strict=True)
        if key in first
    ]
    return {
        "kind": "table", "title": said(block.title), "columns": columns, "rows": rows, "totals": totals if rows else [],
        "chart": chart(block.chart, said(specs[0].text), points),
    }  # fmt: skip


def _label(name: str) -> str:
    from zhize.domains.cases.models import Case

    return said(measures_dimension(Case, name))


def measures_dimension(model: Any, name: str) -> Any:
    """The name of a dimension."""
    from zhize.kernel.measures import dimensions

    return dimensions.get(model, name).text


def _nothing(total: Result) -> str:
    return "0" if total.part is None and total.measure.unit != "分" else "—"


def share(part: Decimal, whole: Decimal) -> str:
    """A part of a whole in per cent; a dash of nothing."""
    return f"{part / whole * 100:.1f}%" if whole else "—"


def _cross(making: Making, block: BreakdownBlock) -> Block:
    code = block.measures[0]
    rows_by, columns_by = dimension(block.by), dimension(block.then_by or "")
    if columns_by in {"day", "week", "month"}:
        return _by_time(making, block, columns_by)
    groups = measures.breakdown(code, making.scope, [rows_by, columns_by])
    heads = dict(
        sorted({(group.keys[1], str(group.labels[1])) for group in groups}, key=lambda pair: pair[1])
    )
    lines: dict[Any, tuple[str, dict[Any, Any]]] = {}
    for group in groups:
        lines.setdefault(group.keys[0], (str(group.labels[0]), {}))[1][group.keys[1]] = group.result
    return _grid(making, block, rows_by, heads, lines)


def _by_time(making: Making, block: BreakdownBlock, step: Any) -> Block:
    """By class and time: one query a column, as many columns as the period has steps."""
    code = block.measures[0]
    rows_by = dimension(block.by)
    heads: dict[Any, str] = {}
    lines: dict[Any, tuple[str, dict[Any, Any]]] = {}
    for span in making.scope.steps(step):
        heads[span.first_day] = (
            f"{span.first_day:%m-%d}" if step == "day" else f"{span.first_day:%m-%d}–{span.last_day:%m-%d}"
        )
        for group in measures.breakdown(code, span, [rows_by]):
            lines.setdefault(group.keys[0], (str(group.labels[0]), {}))[1][span.first_day] = group.result
    return _grid(making, block, rows_by, heads, lines)


def _grid(
    making: Making,
    block: BreakdownBlock,
    name: str,
    heads: dict[Any, str],
    lines: dict[Any, tuple[str, dict[Any, Any]]],
) -> Block:
    def total(results: Any) -> int:
        return int(sum(result.value or 0 for result in results))

    ordered = sorted(lines.values(), key=lambda line: (-total(line[1].values()), line[0]))
    rows = []
    for label, found in ordered:
        cells = [
            cell(f"{found[key].value:.0f}", drill(found[key], making.unit)) if key in found else cell("")
            for key in heads
        ]
        rows.append([cell(label), *cells, cell(total(found.values()))])
    sums = [cell(total(found[key] for _label, found in ordered if key in found)) for key in heads]
    everything = total(result for _label, found in ordered for result in found.values())
    return {
        "kind": "table", "title": said(block.title), "chart": None,
        "columns": [column(_label(name)), *(column(head, "right", 0) for head in heads.values()), column(_("合计"), "right", 0)],
        "rows": rows, "totals": [cell(_("合计")), *sums, cell(everything)] if rows else [],
    }  # fmt: skip


def chart(kind: str, name: str, points: list[tuple[str, float, str]]) -> dict[str, Any] | None:
    """An ECharts option whose figures open their rows; None for no chart."""
    if kind == "none" or not points:
        return None
    data = [{"value": value, "url": url, "name": label} for label, value, url in points]
    if kind == "pie":
        return {"series": [{"type": "pie", "radius": ["45%", "72%"], "data": data}]}
    option: dict[str, Any] = {
        "xAxis": {"type": "category", "data": [label for label, _value, _url in points]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [{"type": "line" if kind == "line" else "bar", "name": name, "data": data}],
    }
    if kind == "pareto":
        whole, so_far, line = sum(value for _label, value, _url in points), 0.0, []
        for _name, value, _url in points:
            so_far += value
            line.append(round(so_far / whole * 100, 1) if whole else 0)
        option["yAxis"] = [
            {"type": "value", "minInterval": 1},
            {
                "type": "value",
                "max": 100,
                "axisLabel": {"formatter": "{value}%"},
                "splitLine": {"show": False},
            },
        ]
        option["series"].append({"type": "line", "name": _("累计占比"), "yAxisIndex": 1, "data": line})
    return option


def trend(making: Making, block: TrendBlock) -> Block:
    """Measures over the last periods up to the report's own."""
    scope = long_scope(making.scope, block.by, block.periods)
    found = measures.trends(block.measures, scope, block.by)
    specs = [measures.get(code) for code in block.measures]
    spans = scope.steps(block.by)
    heads = [_step(span, block.by) for span in spans]
    rows = [
        [
            cell(head),
            *(cell(plain(found[code][at]), drill(found[code][at], making.unit)) for code in block.measures),
        ]
        for at, head in enumerate(heads)
    ]
    return {
        "kind": "table", "title": said(block.title), "totals": [], "rows": rows,
        "columns": [column(_("时间")), *(column(said(one.text), "right", 0) for one in specs)],
        "chart": trend_chart(heads, [(one, found[one.code]) for one in specs], making),
    }  # fmt: skip


def trend_chart(heads: list[str], lines: list[tuple[Any, list[Result]]], making: Making) -> dict[str, Any]:
    """Bars for numbers, lines with an axis of their own for shares."""
    axes: list[dict[str, Any]] = [{"type": "value", "minInterval": 1}]
    if any(one.unit == "%" for one, _results in lines):
        axes.append(
            {
                "type": "value",
                "max": 100,
                "axisLabel": {"formatter": "{value}%"},
                "splitLine": {"show": False},
            }
        )
    series = []
    for one, results in lines:
        percent = one.unit == "%"
        data = [
            {
                "value": None
                if result.value is None
                else round(float(result.value) * (100 if percent else 1), 1),
                "url": drill(result, making.unit),
            }
            for result in results
        ]
        series.append(
            {
                "type": "line" if percent else "bar",
                "name": said(one.text),
                "data": data,
                "yAxisIndex": len(axes) - 1 if percent else 0,
            }
        )
    return {"xAxis": {"type": "category", "data": heads}, "yAxis": axes, "series": series}


def _step(span: MeasureScope, step: str) -> str:
    return f"{span.first_day:%Y-%m}" if step == "month" else f"{span.first_day:%m-%d}"


def long_scope(scope: MeasureScope, step: Any, periods: int) -> MeasureScope:
    """The scope stretched back over as many steps as wanted, ending with its own last one."""
    first = floor(scope.last_day, step)
    for _index in range(periods - 1):
        first = floor(first - timedelta(days=1), step)
    return scope.between(midnight(first, scope.zone), max(scope.until, midnight(first, scope.zone)))


def balance(making: Making, block: BalanceBlock) -> Block:
    """Open before + new − cleared = open after (REP-02)."""
    lines = (
        _by_day(making) if block.by == "day" else _by_group(making, dimension(block.by) if block.by else None)
    )
    heads = [_("期初未结"), _("新增"), _("消项"), _("期末未结")]
    first = _("日期") if block.by == "day" else _label(dimension(block.by)) if block.by else ""
    rows = [[cell(label), *cells] for label, cells, _numbers in lines]
    totals: list[dict[str, str]] = []
    if len(lines) > 1:
        numbers = [line[2] for line in lines]
        new, cleared = sum(one[1] for one in numbers), sum(one[2] for one in numbers)
        if block.by == "day":
            totals = [cell(_("本期")), cell(numbers[0][0]), cell(new), cell(cleared), cell(numbers[-1][3])]
        else:
            totals = [cell(_("合计")), *(cell(sum(one[at] for one in numbers)) for at in range(4))]
    return {
        "kind": "table", "title": said(block.title), "chart": None, "rows": rows, "totals": totals,
        "columns": [column(first), *(column(head, "right", 0) for head in heads)],
    }  # fmt: skip


Line = tuple[str, list[dict[str, str]], tuple[int, int, int, int]]


def _by_group(making: Making, name: str | None) -> list[Line]:
    from zhize.domains.cases.models import Case
    from zhize.kernel.measures import dimensions

    scope = making.scope
    since, until = scope.since, scope.until
    counts = {
        "before": Count("pk", filter=of_cases.open_at(since)),
        "fresh": Count("pk", filter=Q(accepted_at__gte=since, accepted_at__lt=until)),
        "cleared": Count("pk", filter=Q(closed_at__gte=since, closed_at__lt=until)),
        "after": Count("pk", filter=of_cases.open_at(until)),
    }
    rows = scope.narrow(of_cases.counted(), at=None).order_by()
    if name is None:
        found = rows.aggregate(**counts)
        return [_line(making, scope, "", tuple(found[key] for key in counts))]
    one = dimensions.get(Case, name)
    groups = list(rows.values_list(one.path).annotate(**counts))
    wanted = [row[0] for row in groups]
    wanted += [key for key in scope.filters.get(name, ()) if key not in wanted]
    labels = one.named(set(wanted))
    numbers = {row[0]: tuple(row[1:]) for row in groups}
    order = list(scope.filters.get(name, ())) or sorted(wanted, key=lambda key: str(labels[key]))
    return [
        _line(making, scope.where(**{name: (key,)}), str(labels[key]), numbers.get(key, (0, 0, 0, 0)))
        for key in order
    ]


def _by_day(making: Making) -> list[Line]:
    scope = making.scope
    before = int(measures.value("case.open", scope.before()).value or 0)
    new, cleared = measures.trends(("case.opened", "case.closed"), scope, "day").values()
    lines: list[Line] = []
    now = clock.now()
    for fresh, gone in zip(new, cleared, strict=True):
        if fresh.scope.since > now and lines:
            break  # days that have not begun have no stock yet
        opened, closed = int(fresh.value or 0), int(gone.value or 0)
        after = before + opened - closed
        lines.append(
            _line(making, fresh.scope, fresh.scope.first_day.isoformat(), (before, opened, closed, after))
        )
        before = after
    return lines


def _line(making: Making, scope: MeasureScope, label: str, numbers: Any) -> Line:
    """The four figures of a line, each with its rows: of the stock before, of the span, of the stock after."""
    eve = scope.between(midnight(scope.first_day - timedelta(days=1), scope.zone), scope.since)
    places = (("case.open", eve), ("case.opened", scope), ("case.closed", scope), ("case.open", scope))
    cells = []
    for number, (code, where) in zip(numbers, places, strict=True):
        cells.append(cell(number, drill(Result(measures.get(code), where, Decimal(number)), making.unit)))
    return label, cells, tuple(numbers)


BLOCKS: dict[str, Callable[[Making, Any], Block]] = {
    "figures": figures,
    "breakdown": breakdown,
    "trend": trend,
    "balance": balance,
}
