"""The coverage board as a workbook: the same cells as on screen, and every obligation behind them on a second sheet."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors import board as boards
from zhize.domains.duties.selectors.board import Board, Span
from zhize.domains.duties.selectors.coverage import Counters
from zhize.domains.duties.web import board, compliance
from zhize.kernel.documents.sheet import Column, Sheet, Table
from zhize.ui import words

# The figures of a whole row; its cells say done/owed.
TOTALS = ("owed", "delivered", "late", "missed", "overdue", "excused")


@ui.page(capability="obligation.view", methods=("GET",))
def workbook(request: HttpRequest) -> HttpResponse:
    """The board of the unit and days in the address, as far as the reader sees it."""
    form, span, _period = board.asked(request, board.BY, "this_month")
    board.refuse_wrong(form)
    found = boards.board(request.actor, span, form.cleaned_data["by"])
    return compliance.as_workbook(request, found, span, sheet, "duties:board", _("履职看板"))


def sheet(found: Board, span: Span, rows: QuerySet[Obligation]) -> Sheet:
    """The board as a document with each obligation that it counts."""
    lines = [
        _line(compliance.label_of(each.label, each.second, found.by), each.total, each.cells)
        for each in found.lines
    ]
    if found.others:
        rest = compliance.unlisted(found.total, (each.total for each in found.lines))
        cells = [
            compliance.unlisted(total, (each.cells[at] for each in found.lines))
            for at, total in enumerate(found.totals)
        ]
        lines.append(_line(compliance.others_label(found), rest, cells))
    heads = [Column(words.in_language(boards.BY[found.by]), width=3)]
    heads += [Column(words.in_language(compliance.COLUMNS[code][0]), "right") for code in TOTALS]
    heads.append(Column(gettext("履职率"), "right"))
    heads += [Column(board.days_text(*column)) for column in found.columns]
    table = Table(
        tuple(heads),
        tuple(lines),
        _line(gettext("合计"), found.total, found.totals),
        heading=gettext("总表"),
    )
    return compliance.headed(gettext("履职看板"), span, (table, compliance.records(rows)))


def _line(label: str, total: Counters, cells: Any) -> tuple[Any, ...]:
    figures = compliance.figures(total)
    rate = f"{total.rate}%" if total.rate is not None else "—"
    return label, *(figures[code] for code in TOTALS), rate, *(_cell(counts) for counts in cells)


def _cell(counts: Counters) -> str:
    return f"{counts.done}/{counts.owed} {board.marks(counts)}".strip() if counts.all else ""
