"""What cases are found by."""

from __future__ import annotations

from zhize.domains.cases.models import Case, WorkSheet
from zhize.kernel import search
from zhize.kernel.search import Document


def case_document(case: Case) -> Document:
    """Number, matter, customer and place; phones only by their digits."""
    return Document(
        title=f"{case.number} {case.title}",
        summary=" · ".join(part for part in (case.who, str(case.premises or "")) if part),
        body=f"{case.description}\n{case.solution}",
        keys=tuple(key for key in (case.number, case.contact_phone, case.external_ref) if key),
        unit_id=case.unit_id,
        at=case.accepted_at,
    )


def worksheet_document(sheet: WorkSheet) -> Document:
    """Number, task, department and answer. The same whatever language the page was in that sent it."""
    return Document(
        title=f"{sheet.number} {sheet.task[:60]}",
        summary=sheet.unit.name,
        body=f"{sheet.task}\n{sheet.result}",
        keys=(sheet.number,),
        unit_id=sheet.unit_id,
        at=sheet.sent_at,
    )


search.provide(
    Case,
    zh="工单",
    en="Cases",
    document=case_document,
    rows=lambda: Case.objects.select_related("customer", "premises"),
)
search.provide(
    WorkSheet,
    zh="工作单",
    en="Work sheets",
    document=worksheet_document,
    rows=lambda: WorkSheet.objects.select_related("unit"),
)
