"""Blocks about other papers: what is bound into a package, and reports about one case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from zhize.domains.cases import measures as of_cases
from zhize.domains.reports.building.figures import Block, cell, column
from zhize.domains.reports.building.making import Making, said
from zhize.domains.reports.models import Report
from zhize.domains.reports.pack import CaseFactsBlock, ContentsBlock
from zhize.kernel import packs


def contents(making: Making, block: ContentsBlock) -> Block:
    """What is bound into the package: the period's issued reports, and the record sheets of its cases (REP-09)."""
    span = making.span
    found = Report.objects.filter(
        unit=making.unit, code__in=block.reports, last_day__gte=span.first, last_day__lte=span.last
    ).exclude(state="returned")
    by_code: dict[str, list[Report]] = {}
    for report in found.order_by("first_day"):
        by_code.setdefault(report.code, []).append(report)
    rows = []
    for code in block.reports:
        spec = packs.find("reports", code)
        label = said(spec.label) if spec else code
        rows += [
            [
                cell(label, reverse("reports:report", args=[row.pk])),
                cell(row.span.label),
                cell(said(row.state_label)),
                cell(row.digest[:12]),
            ]
            for row in by_code.get(code, ())
        ] or [[cell(label), cell(span.label), cell(_("缺")), cell("")]]
    if block.case_sheets:
        count = of_cases.accepted(making.scope).count()
        query = urlencode(
            {
                "accepted_after": span.first,
                "accepted_before": span.last,
                "under": making.unit.pk,
                "counted": "true",
            }
        )
        rows.append(
            [
                cell(_("顾客投诉（建议）记录表"), f"{reverse('cases:list')}?{query}"),
                cell(span.label),
                cell(_("%(n)d 份") % {"n": count}),
                cell(""),
            ]
        )
    heads = [(_("资料"), 2.0), (_("期间"), 1.0), (_("状态"), 0.0), (_("摘要"), 0.0)]
    return {
        "kind": "table", "title": said(block.title), "chart": None, "rows": rows, "totals": [],
        "columns": [column(label, "left", width) for label, width in heads],
    }  # fmt: skip


def case_facts(making: Making, block: CaseFactsBlock) -> Block:
    """Reports about one case are the papers of the case; nothing is computed for a period."""
    return {
        "kind": "table",
        "title": said(block.title),
        "chart": None,
        "rows": [],
        "totals": [],
        "columns": [column("")],
    }


BLOCKS: dict[str, Callable[[Making, Any], Block]] = {"contents": contents, "case_facts": case_facts}
