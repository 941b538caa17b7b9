"""The compliance overview 履职情况总表 (REP-48): owed against delivered, with proofs; on screen, on paper, as workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors import board as boards
from zhize.domains.duties.selectors import board_lists, board_reasons, coverage
from zhize.domains.duties.selectors.board import Board, Span
from zhize.domains.duties.selectors.board_reasons import Reason
from zhize.domains.duties.selectors.coverage import FACTS, Counters
from zhize.domains.duties.web import board_links
from zhize.domains.duties.web.board import FAILED, NOBODY, asked, asking, refuse_wrong
from zhize.kernel import documents
from zhize.kernel.documents.sheet import Column, Sheet, Signatures, Table
from zhize.lib import clock
from zhize.lib.text import Text
from zhize.ui import export, words
from zhize.ui.services import record_export

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BY = {code: boards.BY[code] for code in ("role", "position", "person", "duty", "unit")}
# The columns of figures in order, each with the facts behind it.
DELIVERED = ("in_time", "late")
COLUMNS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "owed": (_("应做"), tuple(code for code in FACTS if code != "excused")),
    "delivered": (_("已交付"), DELIVERED),
    "in_time": (FACTS["in_time"], ("in_time",)),
    "late": (FACTS["late"], ("late",)),
    "missed": (FACTS["missed"], ("missed",)),
    "overdue": (FACTS["overdue"], ("overdue",)),
    "ahead": (FACTS["ahead"], ("ahead",)),
    "paused": (FACTS["paused"], ("paused",)),
    "excused": (FACTS["excused"], ("excused",)),
}

# Of these the board says why.
WITH_REASONS = frozenset({"late", "missed", "overdue", "excused"})
SAID = Text("{label}：{text}", "{label}: {text}")


def figures(counts: Counters) -> dict[str, int]:
    """The figures of a line by column."""
    return {
        "owed": counts.owed,
        "delivered": counts.done,
        "in_time": counts.in_time,
        "late": counts.done_late,
        "missed": counts.missed,
        "overdue": counts.overdue,
        "ahead": counts.ahead,
        "paused": counts.paused,
        "excused": counts.excused,
    }


def computed(request: HttpRequest) -> tuple[Any, Span, str, Board]:
    """The form, the days, the period's code, the overview. Raises NotFound for a unit outside the reach."""
    form, span, period = asked(request, BY, "this_month")
    return form, span, period, boards.overview(request.actor, span, form.cleaned_data.get("by") or "role")


@ui.page(capability="obligation.view", methods=("GET",))
def page(request: HttpRequest) -> HttpResponse:
    """On screen: every figure opens its rows."""
    form, span, period, found = computed(request)
    said = {"title": _("履职情况总表"), "wide": True} | asking(request, form, span, period)
    if form.errors:
        return ui.render(request, "duties/compliance.html", said)
    values = said | {
        "by": BY[found.by],
        "heads": [label for label, _facts in COLUMNS.values()],
        "lines": [
            {
                "label": line.label or words.in_language(NOBODY[found.by]),
                "second": line.second,
                "cells": _cells(line.total, span, by=found.by, key=line.key),
                "rate": line.total.rate,
                "evidence": line.evidence,
                "url": board_links.of_span(span, by=found.by, key=line.key),
            }
            for line in found.lines
        ],
        "foot": _cells(found.total, span),
        "total": found.total,
        "evidence": found.evidence,
        "others": found.others,
        "failed_url": board_links.of_span(span, facts=FAILED),
        "now": clock.now(),
    }
    return ui.render(request, "duties/compliance.html", values)


def _cells(counts: Counters, span: Span, **where: Any) -> list[dict[str, Any]]:
    return [
        {
            "value": number,
            "url": board_links.of_span(span, facts=COLUMNS[code][1], **where) if number else "",
            "bad": bool(number) and code in {"missed", "overdue"},
        }
        for code, number in figures(counts).items()
    ]


@ui.page(capability="obligation.view", methods=("GET",))
def workbook(request: HttpRequest) -> HttpResponse:
    """The workbook: the overview, and every obligation that it counts on a second sheet."""
    form, span, _period, found = computed(request)
    refuse_wrong(form)
    return as_workbook(request, found, span, sheet, "duties:compliance", _("履职情况总表"))


def as_workbook(
    request: HttpRequest, found: Board, span: Span, write: Callable[..., Sheet], page: str, title: Any
) -> HttpResponse:
    """The workbook of a board or overview, written by `write(found, span, rows)` with every obligation it counts.

    The audit log says who took it. Raises TooLong.
    """
    count = found.total.all
    if count > export.LIMIT:
        raise export.TooLong
    rows = board_lists.with_proofs(boards.rows(request.actor, span))
    made = documents.sheet_xlsx(write(found, span, rows), zone=span.unit.timezone).getvalue()
    _note(request, count, "xlsx", page, title)
    return _file(made, XLSX, span, "xlsx", page)


@ui.page(capability="obligation.view", methods=("GET",))
def paper(request: HttpRequest) -> HttpResponse:
    """The paper to sign: the overview without the single obligations."""
    form, span, _period, found = computed(request)
    refuse_wrong(form)
    made = documents.sheet_pdf(sheet(found, span))
    _note(request, len(found.lines), "pdf", "duties:compliance", _("履职情况总表"))
    return _file(made, "application/pdf", span, "pdf", "duties:compliance")


def _note(request: HttpRequest, rows: int, kind: str, page: str, title: Any) -> None:
    record_export(
        actor=request.actor, user=request.user, page=page, title=words.in_language(title),
        query=request.GET.urlencode(), rows=rows, kind=kind,
    )  # fmt: skip


def _file(content: bytes, kind: str, span: Span, ending: str, page: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    name = f"{page.removeprefix('duties:')}-{span.first}-{span.last}.{ending}"
    response["Content-Disposition"] = f'{"inline" if ending == "pdf" else "attachment"}; filename="{name}"'
    return response


def sheet(found: Board, span: Span, rows: QuerySet[Obligation] | None = None) -> Sheet:
    """The overview as a document; with `rows` also each of them."""

    def line(label: str, counts: Counters, evidence: int) -> tuple[Any, ...]:
        rate = f"{counts.rate}%" if counts.rate is not None else "—"
        return label, rate, *figures(counts).values(), evidence

    heads = [Column(words.in_language(BY[found.by]), width=3), Column(gettext("履职率"), "right")]
    heads += [Column(words.in_language(label), "right") for label, _facts in COLUMNS.values()]
    heads.append(Column(gettext("凭证"), "right"))
    listed = [
        line(label_of(each.label, each.second, found.by), each.total, each.evidence) for each in found.lines
    ]
    if found.others:
        rest = unlisted(found.total, [each.total for each in found.lines])
        evidence = found.evidence - sum(each.evidence for each in found.lines)
        listed.append(line(others_label(found), rest, evidence))
    table = Table(
        tuple(heads),
        tuple(listed),
        line(gettext("合计"), found.total, found.evidence),
        heading=gettext("总表") if rows is not None else "",
    )
    blocks: list[Any] = [table]
    if rows is not None:
        blocks.append(records(rows))
    blocks.append(Signatures(((gettext("编制"), "", ""), (gettext("审核"), "", ""))))
    return headed(gettext("履职情况总表"), span, blocks)


def headed(title: str, span: Span, blocks: Sequence[Any]) -> Sheet:
    """A document about a span: unit, days, the moment it was made, what the rate means."""
    planned = boards.planned_through(span)
    return Sheet(
        title=title,
        unit=str(span.unit),
        meta=(
            (gettext("期间"), f"{span.first} – {span.last}"),
            (gettext("截至"), words.when(clock.now(), "full")),
            *([(gettext("定期职责已排到"), str(planned))] if planned else []),
        ),
        blocks=tuple(blocks),
        footer=gettext(
            "履职率 = 按时 ÷ 到目前为止应做（不含免办、撤销、暂停中和未到期的）。只统计查看人有权查看的待办。"
        ),
        landscape=True,
    )


def label_of(label: str, second: str, by: str) -> str:
    name = label or words.in_language(NOBODY[by])
    both = Text("{name}（{second}）", "{name} ({second})").format(name=name, second=second)
    return words.in_language(both) if second else name


def others_label(found: Board) -> str:
    return gettext("其余 %(n)d 行") % {"n": found.others}


def unlisted(total: Counters, shown: Iterable[Counters]) -> Counters:
    """What is not listed by itself, so that the lines still add up to the total."""
    listed = sum(shown, coverage.NOTHING)
    return Counters(
        **{one.name: getattr(total, one.name) - getattr(listed, one.name) for one in fields(Counters)}
    )


def records(rows: QuerySet[Obligation]) -> Table:
    """Every obligation, and of those that failed or were let off what the board says about why (DUT-15)."""
    now = clock.now()
    heads = (
        Column(gettext("事项")),
        Column(gettext("依据")),
        Column(gettext("办理人")),
        Column(gettext("岗位")),
        Column(gettext("单位")),
        Column(gettext("到期")),
        Column(gettext("办结时间")),
        Column(gettext("结果")),
        Column(gettext("凭证"), "right"),
        Column(gettext("原因"), width=3),
        Column(gettext("原因填报人")),
        Column(gettext("已提醒或上报")),
    )
    listed = [(row, coverage.fact_of(row, now)) for row in rows.order_by("due_at", "pk")]
    known = board_reasons.reasons([row for row, fact in listed if fact in WITH_REASONS])
    texts, values = [], []
    for row, code in listed:
        fact = words.in_language(coverage.FACTS.get(code, Text("", "")))
        plain = (
            words.in_language(row.name),
            row.reference,
            str(row.doer or ""),
            str(row.position or ""),
            str(row.unit),
        )
        due, done = (words.local(at) if at else None for at in (row.due_at, row.done_at))
        rest = (fact, getattr(row, "proofs", 0), *_why(known.get(row.pk, ())))
        texts.append((*plain, words.when(due, "full"), words.when(done, "full"), *rest))
        values.append((*plain, due, done, *rest))
    return Table(heads, tuple(texts), heading=gettext("明细"), values=tuple(values))


def _why(reasons: Sequence[Reason]) -> tuple[str, str, str]:
    """Why, who gave that as the reason, who was told; each empty where nobody said."""
    given = [reason for reason in reasons if reason.kind in {"said", "away"}]
    told = [
        words.in_language(reason.label) if reason.kind == "nobody" else reason.text
        for reason in reasons
        if reason.kind in {"told", "nobody"}
    ]
    said = [words.in_language(SAID.format(label=each.label, text=each.text)) for each in given]
    who = dict.fromkeys(reason.by for reason in given if reason.by)
    return "\n".join(said), gettext("、").join(who), "\n".join(told)
