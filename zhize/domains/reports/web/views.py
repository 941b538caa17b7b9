"""The catalogue of reports at the left, the sheet as it will print at the right."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.reports import building, periods, selectors, services
from zhize.domains.reports import capabilities as caps
from zhize.domains.reports.models import Report
from zhize.domains.reports.pack import ReportSpec
from zhize.domains.reports.periods import Span
from zhize.domains.reports.services.issuing import footer
from zhize.kernel import access, documents, files, flow, history
from zhize.kernel.files import names
from zhize.kernel.org.models import Unit
from zhize.lib import clock

LISTED = {"print": building.FROZEN, "pdf": building.FROZEN, "xlsx": building.BOOKED}
# More columns than this need the width of a landscape sheet on the screen.
MANY_COLUMNS = 6
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def number(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 12 else None


def _month(request: HttpRequest, unit: Unit) -> date:
    asked = parse_date(f"{request.GET.get('month', '')}-01") if request.GET.get("month") else None
    return (asked or clock.today(unit.timezone)).replace(day=1)


def _catalogue(
    request: HttpRequest, unit: Unit, month: date, *, chosen: tuple[str, date] | None
) -> dict[str, Any]:
    """What the left side shows; one entry for each report, its periods of the month below."""
    mine = request.GET.get("mine") == "1"
    lines = selectors.catalogue(request.actor, unit, month, mine=mine)
    shown = []
    for line in lines:
        slots = [
            {
                "slot": slot,
                "url": _slot_url(slot, unit, month, mine),
                "chosen": chosen == (slot.spec.code, slot.span.first),
            }
            for slot in line.slots
        ]
        shown.append(
            {
                "spec": line.spec,
                "slots": slots,
                "open": any(one["chosen"] for one in slots),
                "many": len(slots) > 7,
            }
        )
    return {
        "lines": shown,
        "units": selectors.units(request.actor),
        "unit": unit,
        "month": month,
        "mine": mine,
        "earlier": (month - timedelta(days=1)).strftime("%Y-%m"),
        "later": (month + timedelta(days=32)).strftime("%Y-%m"),
        "unread": selectors.unread_papers(request.actor, unit) if request.actor.may("paper.view") else [],
    }


def _slot_url(slot: selectors.Slot, unit: Unit, month: date, mine: bool) -> str:
    keep = f"unit={unit.pk}&month={month:%Y-%m}" + ("&mine=1" if mine else "")
    if slot.report is not None:
        return f"{reverse('reports:report', args=[slot.report.pk])}?{keep}"
    return f"{reverse('reports:index')}?code={slot.spec.code}&day={slot.span.first}&{keep}"


def _received_only(request: HttpRequest) -> HttpResponse:
    """Those who only receive reports have no unit to compute: what was sent to them, latest first."""
    rows = list(selectors.reports(request.actor).exclude(state="draft")[:100])
    return ui.render(
        request, "reports/received.html", {"title": pgettext_lazy("navigation", "报表"), "rows": rows}
    )


@ui.page(capability=caps.VIEW, methods=("GET",))
def index(request: HttpRequest) -> HttpResponse:
    """The reports of a unit and month; of a chosen period the report, or what it would say now."""
    if not selectors.units(request.actor):
        return _received_only(request)
    unit = selectors.unit_of(request.actor, number(request.GET.get("unit", "")))
    month = _month(request, unit)
    code, day = request.GET.get("code", ""), parse_date(request.GET.get("day", "") or "")
    values: dict[str, Any] = {"title": pgettext_lazy("navigation", "报表"), "wide": True}
    if code:
        spec = selectors.spec_of(code)
        span = periods.of(spec, day or clock.today(unit.timezone))
        known = selectors.current(request.actor, code, unit, span.first)
        if known is not None:
            return ui.redirect(request, reverse("reports:report", args=[known.pk]))
        wanted = request.GET.get("form", "")
        values |= _preview(request, spec, unit, span, LISTED.get(wanted, building.SHOWN))
        if values["content"] and wanted in LISTED:
            return _preview_as(request, values, wanted)
        values |= _catalogue(request, unit, month, chosen=(code, span.first))
    else:
        values |= _catalogue(request, unit, month, chosen=None)
    return ui.render(request, "reports/index.html", values)


def dressed(content: dict[str, Any]) -> dict[str, Any]:
    """The sheet with what only a screen needs: an id for each chart, how each cell stands, whether the sheet is wide."""
    for index, block in enumerate(content["blocks"]):
        block["chart_id"] = f"chart-{index}"
        columns = block.get("columns", ())
        rows = [row["cells"] if isinstance(row, dict) else row for row in block.get("rows", ())]
        for row in (*rows, block.get("totals", ())):
            for one, column in zip(row, columns, strict=False):
                one["right"] = column["align"] == "right"
                one["whole"] = column.get("whole", False)
    content["wide"] = content["landscape"] or any(
        len(block.get("columns", ())) > MANY_COLUMNS for block in content["blocks"]
    )
    return content


def _preview(
    request: HttpRequest, spec: ReportSpec, unit: Unit, span: Span, listed: int = building.SHOWN
) -> dict[str, Any]:
    begun = span.first <= clock.today(unit.timezone)
    may = access.allowed(request.actor, caps.MAKE) and unit in selectors.units(request.actor, caps.MAKE)
    return {
        "title": spec.label,
        "spec": spec,
        "span": span,
        "content": dressed(selectors.preview(spec, unit, span, listed)) if begun else None,
        "due_at": periods.due_at(spec, span, unit),
        "may_open": may and begun,
    }


def _preview_as(request: HttpRequest, values: dict[str, Any], form: str) -> HttpResponse:
    """What a period says so far, on paper or as a file, before anybody begins to compile it; marked as such."""
    span, footer = values["span"], _("预览，还没有编制和签发")
    if form == "print":
        title = f"{ui.words.in_language(values['title'])} {span.label}"
        return ui.render(request, "reports/print.html", {**values, "title": title, "footer": footer})
    sheet = building.as_sheet(values["content"], footer=footer)
    return _file(
        sheet,
        f"{ui.words.in_language(values['title'])} {span.label}",
        form,
        _plain(values["spec"].code, span),
    )


@ui.page(capability=caps.VIEW, methods=("GET",))
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report with its state, verbs, receivers, editions and history. Opening it is reading it."""
    row = selectors.report(request.actor, pk)
    if row.is_frozen:
        services.read(actor=request.actor, report=row)
    values = {
        **_sheet(request, row),
        "editions": selectors.editions(row),
        "entries": history.timeline(row)[:20],
    }
    if row.unit in selectors.units(request.actor):
        values |= _catalogue(request, row.unit, _month_of(request, row), chosen=(row.code, row.first_day))
    return ui.render(request, "reports/index.html" if "lines" in values else "reports/alone.html", values)


def _month_of(request: HttpRequest, row: Report) -> date:
    return _month(request, row.unit) if request.GET.get("month") else row.last_day.replace(day=1)


def _sheet(request: HttpRequest, row: Report, listed: int = building.SHOWN) -> dict[str, Any]:
    actor = request.actor
    receipts = selectors.receipts(row)
    held = {holding.position_id for holding in actor.positions}
    offers = [
        offer
        for offer in flow.offers(row, actor)
        if offer.enabled or (offer.verb in {"issue"} and actor.may(caps.ISSUE))
    ]
    content = dressed(selectors.content(row, listed))
    may_write = row.state == "draft" and access.allowed(actor, caps.MAKE, row)
    return {
        "title": f"{ui.words.in_language(row.label)} {row.span.label}",
        "report": row,
        "spec": row.spec,
        "span": row.span,
        "unit": row.unit,
        "content": content,
        "missing": [block for block in content["blocks"] if block.get("required") and not block["text"]]
        if may_write
        else [],
        "due_at": periods.due_at(row.spec, row.span, row.unit),
        "offers": offers,
        "base": f"{reverse('reports:report', args=[row.pk])}verbs/",
        "may_write": may_write,
        "may_decide": row.state == "issued"
        and actor.holds(row.spec.approver or "")
        and access.allowed(actor, caps.APPROVE, row),
        "may_receive": row.state in {"issued", "accepted", "approved"}
        and actor.may(caps.RECEIVE)
        and any(one.position_id in held and one.received_at is None for one in receipts),
        "receipts": receipts,
        "files": [(one, files.url(one)) for one in files.for_subject(row)],
        "footer": footer(row),
        "wide": True,
    }


@ui.page(capability=caps.VIEW, methods=("GET",))
def print_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet alone, for the browser's printing."""
    row = selectors.report(request.actor, pk)
    return ui.render(request, "reports/print.html", _sheet(request, row, LISTED["print"]))


@ui.page(capability=caps.VIEW, methods=("GET",))
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The PDF: of an issued report what was frozen (the latest print), of a draft what it says now."""
    return answer(request, selectors.report(request.actor, pk), "pdf")


@ui.page(capability=caps.VIEW, methods=("GET",))
def xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The workbook, likewise."""
    return answer(request, selectors.report(request.actor, pk), "xlsx")


def answer(request: HttpRequest, row: Report, form: str) -> Any:
    """A report as PDF or workbook."""
    plain = _plain(row.code, row.span)
    kept = [one for one in files.for_subject(row) if one.kind.endswith(f".{form}") and one.blob is not None]
    latest = max(kept, key=lambda one: one.pk, default=None)
    if row.is_frozen and latest is not None and latest.blob is not None:
        return files.serving.respond(
            request, latest.blob, name=latest.name, inline=form == "pdf", plain=f"{plain}.{form}"
        )
    sheet = building.as_sheet(selectors.content(row, LISTED[form]), footer=footer(row))
    return _file(sheet, f"{ui.words.in_language(row.label)} {row.span.label}", form, plain)


def _plain(code: str, span: Span) -> str:
    """The file's name for programs that know ASCII only."""
    return f"{code}-{span.code}"


def _file(sheet: documents.Sheet, name: str, form: str, plain: str) -> HttpResponse:
    data = documents.sheet_pdf(sheet) if form == "pdf" else documents.sheet_xlsx(sheet).getvalue()
    response = HttpResponse(data, content_type="application/pdf" if form == "pdf" else XLSX)
    response["Content-Disposition"] = names.disposition(
        f"{name}.{form}", inline=form == "pdf", plain=f"{plain}.{form}"
    )
    response["Cache-Control"] = "private, no-store"
    return response
