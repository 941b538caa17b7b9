"""Sheets as files to look at and to print."""

from __future__ import annotations

from django.http import HttpResponse

from zhize.kernel import documents
from zhize.kernel.files import names


def as_pdf(sheet: documents.Sheet, *, plain: str) -> HttpResponse:
    """The sheet as a PDF under its title; `plain` is the name for programs that know ASCII only."""
    response = HttpResponse(documents.sheet_pdf(sheet), content_type="application/pdf")
    response["Content-Disposition"] = names.disposition(
        f"{sheet.title}.pdf", inline=True, plain=f"{plain}.pdf"
    )
    response["Cache-Control"] = "private, no-store"
    return response
