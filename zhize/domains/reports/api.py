"""Reports through the API: what there is, its sheet as data, drawing up, issuing, and the printed forms."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhize import rest
from zhize.domains.reports import capabilities as caps
from zhize.domains.reports import selectors, services
from zhize.domains.reports.models import Report
from zhize.domains.reports.web.views import answer
from zhize.rest.operations import Request, created
from zhize.rest.paging import page
from zhize.rest.schema import Id, Line, Page, PageQuery, Prose, Schema, When

router = rest.Router("reports")


class ReportTextOut(Schema):
    zh: str
    en: str


class ReportOut(Schema):
    id: Id
    code: str
    label: ReportTextOut
    unit: int
    period: str
    first_day: date
    last_day: date
    edition: int
    state: str
    category: str
    made_at: When
    issued_at: When | None
    issued_by: str
    digest: str


class ReceiptOut(Schema):
    position: str
    role: str
    sent_at: When
    read_at: When | None
    received_at: When | None


class ReportDetail(ReportOut):
    texts: dict[str, str]
    content: dict[str, Any]
    receipts: list[ReceiptOut]


class ReportFilter(PageQuery):
    code: Line | None = None
    unit: Id | None = None
    state: Line | None = None


class ReportIn(Schema):
    """`day`: any day of the period."""

    code: Line
    unit: Id
    day: date


class ReportTextIn(Schema):
    text: Prose


class ReportVerbIn(Schema):
    note: Prose = ""


@router.get("/reports", response=Page[ReportOut])
@rest.operation(capability=caps.VIEW)
def list_reports(request: Request, query: rest.Query[ReportFilter]) -> Any:
    """Reports the caller may see, newest first"""
    wanted = query.model_dump(exclude={"limit", "cursor"}, exclude_none=True)
    rows = page(selectors.filtered(request.actor, **wanted).order_by("-pk"), query)
    return rows.answer(_out(row) for row in rows.rows)


@router.post("/reports", response={201: ReportDetail})
@rest.operation(capability=caps.MAKE)
def open_report(request: Request, body: ReportIn) -> Any:
    """Begin the report of a period, or get the edition there is"""
    unit = selectors.unit_of(request.actor, body.unit, caps.MAKE)
    row = services.open_draft(actor=request.actor, code=body.code, unit=unit, day=body.day)
    return created(_detail(row), location=f"/api/v1/reports/{row.pk}")


@router.get("/reports/{report_id}", response=ReportDetail)
@rest.operation(capability=caps.VIEW)
def read(request: Request, report_id: Id) -> Any:
    """One report with its sheet: frozen once it is issued, computed now while it is a draft"""
    row = selectors.report(request.actor, report_id)
    if row.is_frozen:
        services.read(actor=request.actor, report=row)
    return _detail(row)


@router.put("/reports/{report_id}/texts/{key}", response=ReportDetail)
@rest.operation(capability=caps.MAKE)
def write(request: Request, report_id: Id, key: Line, body: ReportTextIn) -> Any:
    """Write one of a draft's texts"""
    row = selectors.report(request.actor, report_id, caps.MAKE)
    return _detail(services.write_text(actor=request.actor, report=row, key=key, text=body.text))


@router.post("/reports/{report_id}/verbs/{verb}", response=ReportDetail)
@rest.operation(capability=caps.VIEW)
def do(request: Request, report_id: Id, verb: Line, body: ReportVerbIn) -> Any:
    """Do a verb: issue, accept, approve, file, give_back (answers with the new edition)"""
    row = selectors.report(request.actor, report_id)
    return _detail(services.move(actor=request.actor, report=row, verb=verb, note=body.note))


@router.get("/reports/{report_id}/pdf", response={200: None})
@rest.operation(capability=caps.VIEW)
def pdf(request: Request, report_id: Id) -> Any:
    """The report as PDF"""
    return answer(request, selectors.report(request.actor, report_id), "pdf")


@router.get("/reports/{report_id}/xlsx", response={200: None})
@rest.operation(capability=caps.VIEW)
def xlsx(request: Request, report_id: Id) -> Any:
    """The report as a workbook"""
    return answer(request, selectors.report(request.actor, report_id), "xlsx")


def _out(row: Report) -> dict[str, Any]:
    return {
        "id": row.pk,
        "code": row.code,
        "label": row.label.as_dict(),
        "unit": row.unit_id,
        "period": row.period,
        "first_day": row.first_day,
        "last_day": row.last_day,
        "edition": row.edition,
        "state": row.state,
        "category": row.category,
        "made_at": row.made_at,
        "issued_at": row.issued_at,
        "issued_by": row.issued_label,
        "digest": row.digest,
    }


def _detail(row: Report) -> dict[str, Any]:
    receipts = [
        {
            "position": str(one.position),
            "role": one.role,
            "sent_at": one.sent_at,
            "read_at": one.read_at,
            "received_at": one.received_at,
        }
        for one in selectors.receipts(row)
    ]
    return {**_out(row), "texts": row.texts, "content": selectors.content(row), "receipts": receipts}
