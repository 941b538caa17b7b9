"""The coverage board 履职看板: what was done, late, missed, excused, by whom and when, and why not. Every figure opens its rows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.duties import selectors, services
from zhize.domains.duties.selectors import board as boards
from zhize.domains.duties.selectors import board_reasons
from zhize.domains.duties.selectors.board import Board, Span
from zhize.domains.duties.selectors.coverage import FACTS, Counters
from zhize.domains.duties.web import board_links
from zhize.domains.duties.web.board_lists import fact
from zhize.kernel.db import Invalid
from zhize.kernel.org.models import Unit
from zhize.lib import clock
from zhize.lib.text import Text
from zhize.ui import words
from zhize.ui.forms import Form

FAILED = ("late", "missed", "overdue")
SO_FAR = ("in_time", *FAILED)
WEEKDAYS = (_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日"))
# What is said of rows that have no such thing.
NOBODY = {
    "position": _("（不属于岗位的任务）"),
    "role": _("（不属于岗位的任务）"),
    "person": _("（岗位共同承担）"),
    "duty": _("（交办任务与工作单）"),
    "unit": _("（无单位）"),
}
BY = {code: label for code, label in boards.BY.items() if code != "role"}
MARKS = {"missed": Text("漏", "M"), "late": Text("迟", "L"), "excused": Text("免", "E")}


class Choice(Form):
    """Which unit, which days, by what."""

    unit = django_forms.TypedChoiceField(label=_("单位"), coerce=int)
    first = django_forms.DateField(label=_("从"))
    last = django_forms.DateField(label=_("到"))
    by = django_forms.ChoiceField(label=_("按"))

    def __init__(self, *args: Any, units: list[Unit], by: dict[str, Text], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [(unit.pk, str(unit)) for unit in units]
        self.fields["by"].choices = [(code, words.in_language(label)) for code, label in by.items()]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", _("结束日期在开始日期之前。"))
        elif first and last and last - first > boards.LONGEST:
            self.add_error("last", _("最多三年。"))
        return given


def whole(text: str) -> int | None:
    """A number of the address; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def asked(request: HttpRequest, by: dict[str, Text], usual: str) -> tuple[Choice, Span, str]:
    """The form as filled by the address, the span and the period's code ("" for days of one's own).

    Raises NotFound for a unit outside the reader's reach.
    """
    units = boards.units(request.actor)
    unit = boards.unit_of(request.actor, whole(request.GET.get("unit", "")), units)
    period = request.GET.get("period", "")
    if period not in boards.PRESETS:
        period = "" if request.GET.get("first") or request.GET.get("last") else usual
    first, last = boards.preset(period or usual, clock.today(unit.timezone))
    given = request.GET.copy()
    given["unit"] = str(unit.pk)
    if period:
        given["first"], given["last"] = first.isoformat(), last.isoformat()
    if given.get("by") not in by:
        given["by"] = next(iter(by))
    form = Choice(given, units=units, by=by)
    if form.is_valid():
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    return form, Span(unit, first, last), period


def refuse_wrong(form: Choice) -> None:
    """What is handed out is of the days asked for. Raises Invalid for days nobody can read."""
    if not form.is_valid():
        raise Invalid({name: [str(text) for text in texts] for name, texts in form.errors.items()})


def asking(request: HttpRequest, form: Choice, span: Span, period: str) -> dict[str, Any]:
    """The ready-made periods and the form above the figures, and how far is planned where the days reach further."""
    return {
        "form": form,
        "span": span,
        "periods": periods(request, period),
        "planned": boards.planned_through(span),
    }


def periods(request: HttpRequest, period: str) -> list[dict[str, Any]]:
    """The chips of the ready-made periods; unit and row choice stay."""
    kept = request.GET.copy()
    made = []
    for code, label in boards.PRESETS.items():
        for gone in ("first", "last"):
            kept.pop(gone, None)
        kept["period"] = code
        made.append({"label": label, "url": f"?{kept.urlencode()}", "current": code == period})
    return made


@ui.page(capability="obligation.view", methods=("GET",))
def page(request: HttpRequest) -> HttpResponse:
    """The board of a unit and period, and below it who did not do what and why."""
    form, span, period = asked(request, BY, "this_month")
    said = {"title": _("履职看板"), "wide": True} | asking(request, form, span, period)
    if form.errors:
        return ui.render(request, "duties/board.html", said)
    chosen = form.cleaned_data["by"]
    now = clock.now()
    found = boards.board(request.actor, span, chosen, now)
    rows = boards.rows(request.actor, span)
    failures = board_reasons.failures(request.actor, rows, now)
    excused = board_reasons.excused(request.actor, rows, now)
    unsaid = services.explainable(
        request.actor, [each.row for each in failures + excused if not each.explained]
    )
    values = said | {
        "beside": found.lines and len(found.columns) <= 7,
        "tiles": tiles(found.total, span),
        "board": found,
        "by": boards.BY[chosen],
        "columns": _columns(found, clock.today(span.unit.timezone)),
        "lines": [_line(line, found, span) for line in found.lines],
        "foot": [
            _cell(
                counts,
                words.in_language(Text("合计", "Total")),
                column,
                board_links.address(span.unit, *column, **_counted(counts)),
            )
            for counts, column in zip(found.totals, found.columns, strict=True)
        ],
        "total": _cell(
            found.total, "", (span.first, span.last), board_links.of_span(span, **_owed(found.total))
        ),
        "trend": trend(found, span),
        "failures": [_failure(each, unsaid) for each in failures],
        "unexplained": sum(not each.explained for each in failures),
        "failed": found.total.failed,
        "failed_url": board_links.of_span(span, facts=FAILED),
        "excused": [_failure(each, unsaid) for each in excused],
        "findings": selectors.findings(request.actor).count(),
    }
    return ui.render(request, "duties/board.html", values)


def tiles(total: Counters, span: Span) -> list[dict[str, Any]]:
    """The figures of the period, each with its list."""
    made = [
        {"label": _("应做"), "value": total.owed, "url": board_links.of_span(span, owed=True), "tone": ""}
    ]
    tones = {"missed": "red", "overdue": "red", "late": "amber"}
    numbers = {
        "in_time": total.in_time,
        "late": total.done_late,
        "missed": total.missed,
        "overdue": total.overdue,
    }
    numbers |= {"excused": total.excused, "ahead": total.ahead}
    # Few departments have any: a tile that says 0 would only take room.
    numbers |= {"paused": total.paused} if total.paused else {}
    for code, number in numbers.items():
        url = board_links.of_span(span, facts=[code])
        made.append(
            {"label": FACTS[code], "value": number, "url": url, "tone": tones.get(code, "") if number else ""}
        )
    return made


def trend(board: Board, span: Span) -> dict[str, Any] | None:
    """The rate of every column as a line, with the table behind it; None where there is no line to draw."""
    rated = [
        (first, last, counts)
        for (first, last), counts in zip(board.columns, board.totals, strict=True)
        if counts.rate is not None
    ]
    if len(rated) < 2:
        return None
    points = [
        {
            "head": _short(first) if last - first < timedelta(days=7) else f"{first:%Y-%m}",
            "days": days_text(first, last),
            "in_time": counts.in_time,
            "owed": counts.owed_so_far,
            "rate": counts.rate,
            "url": board_links.address(span.unit, first, last, facts=SO_FAR),
        }
        for first, last, counts in rated
    ]
    option = {
        "xAxis": {"type": "category", "data": [point["head"] for point in points]},
        "yAxis": [{"type": "value", "min": 0, "max": 100, "axisLabel": {"formatter": "{value}%"}}],
        "series": [
            {
                "type": "line",
                "name": gettext("履职率"),
                "data": [
                    {"value": float(counts.rate or 0), "url": point["url"]}
                    for (_first, _last, counts), point in zip(rated, points, strict=True)
                ],
            }
        ],
    }
    return {"option": option, "points": points}


def _columns(board: Board, today: date) -> list[dict[str, Any]]:
    days = all(first == last for first, last in board.columns)
    made = []
    for index, (first, last) in enumerate(board.columns):
        if days:
            label = _short(first) if index == 0 or first.day == 1 else str(first.day)
            second: Any = WEEKDAYS[first.weekday()]
        elif last - first < timedelta(days=7):
            label, second = _short(first), f"–{_short(last)}"
        else:
            label, second = f"{first:%Y-%m}", ""
        made.append(
            {
                "label": label,
                "second": second,
                "today": first <= today <= last,
                "full": days_text(first, last),
            }
        )
    return made


def _short(day: date) -> str:
    """A day as a narrow column has room for."""
    return f"{day.month}/{day.day}" if words.is_chinese() else f"{day.day} {day:%b}"


def days_text(first: date, last: date) -> str:
    return (
        words.when(first, "date")
        if first == last
        else f"{words.when(first, 'date')} – {words.when(last, 'date')}"
    )


def _line(line: boards.Line, board: Board, span: Span) -> dict[str, Any]:
    label = line.label or words.in_language(NOBODY[board.by])
    cells = [
        _cell(
            counts,
            label,
            column,
            board_links.address(span.unit, *column, by=board.by, key=line.key, **_counted(counts)),
        )
        if counts.all
        else None
        for counts, column in zip(line.cells, board.columns, strict=True)
    ]
    row = {"by": board.by, "key": line.key}
    url = board_links.of_span(span, **row, **_owed(line.total))
    return {
        "label": label,
        "second": line.second,
        "url": board_links.of_span(span, **row),
        "cells": cells,
        "total": _cell(line.total, label, (span.first, span.last), url),
    }


def _owed(counts: Counters) -> dict[str, Any]:
    """What the figures of a cell count: the owed; where nothing is owed, what was excused."""
    return {"owed": True} if counts.owed else {"facts": ("excused",)}


def _counted(counts: Counters) -> dict[str, Any]:
    """A red or amber cell opens what went wrong in it; the list says so in chips, and one click there shows the rest."""
    return {"facts": FAILED} if counts.failed else _owed(counts)


def fill(counts: Counters) -> str:
    """The one fill of a cell: its worst fact."""
    if not counts.owed:
        return "excused" if counts.excused else "none"
    if counts.missed:
        return "missed"
    if counts.late:
        return "late"
    return "ahead" if counts.not_due else "ok"


def marks(counts: Counters) -> str:
    """A letter and a number for each thing that went wrong, so that the fill is never the only sign."""
    numbers = {"missed": counts.missed, "late": counts.late, "excused": counts.excused}
    return " ".join(f"{words.in_language(MARKS[code])}{number}" for code, number in numbers.items() if number)


def _cell(counts: Counters, label: str, column: tuple[date, date], url: str) -> dict[str, Any]:
    said = [gettext("应做 %(n)d") % {"n": counts.owed}]
    facts = {"in_time": counts.in_time, "late": counts.done_late, "missed": counts.missed}
    facts |= {"overdue": counts.overdue, "excused": counts.excused}
    facts |= {"ahead": counts.ahead, "paused": counts.paused}
    said += [f"{words.in_language(FACTS[code])} {number}" for code, number in facts.items() if number]
    return {
        "owed": counts.all,
        "done": counts.done,
        "text": f"{counts.done}/{counts.owed}",
        "marks": marks(counts),
        "fill": fill(counts),
        "url": url,
        "title": f"{label} {days_text(*column)}: {gettext('、').join(said)}".strip(),
        "rate": counts.rate,
    }


def _failure(each: board_reasons.Failure, explainable: set[int]) -> dict[str, Any]:
    return {
        "row": each.row,
        "subject": each.subject,
        "subject_url": each.subject_url,
        "fact": fact(each.row),
        "reasons": each.reasons,
        "explained": each.explained,
        "may_explain": each.row.pk in explainable,
    }
