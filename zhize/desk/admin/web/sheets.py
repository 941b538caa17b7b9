"""The position sheet on paper: on screen and as PDF, as it stands or on any day, and two versions compared (ORG-15)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.desk.admin.web import wording
from zhize.domains.organisation import capabilities as caps
from zhize.domains.organisation import comparing, services, sheets
from zhize.domains.organisation.selectors import positions as reads
from zhize.kernel import access, documents
from zhize.kernel.db import NotFound
from zhize.kernel.files import names
from zhize.kernel.org.models import Position, SheetVersion
from zhize.lib import clock
from zhize.ui import words

Found = tuple[dict[str, Any] | None, SheetVersion | None]


@ui.page(capability=caps.VIEW, methods=("GET",))
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet in the classic layout, as it stands (`?on=` empty) or as it was in force on a day (ORG-15)."""
    position = access.fetch(request.actor, Position, pk)
    day = _day(request.GET.get("on", ""))
    content, version = _on(position, day)
    content = reads.as_read(position, content) if content else None
    values = {
        "title": f"{_('职位说明书')} {position}",
        "position": position,
        "crumbs": _crumbs(position, _("职位说明书")),
        "content": content,
        "parts": _parts(content, version) if content else [],
        "version": version,
        "day": day,
        "today": clock.today(position.unit.timezone),
    }
    return ui.render(request, "admin/sheet.html", values)


@ui.page(capability=caps.VIEW, methods=("GET",))
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The same on A4."""
    position = access.fetch(request.actor, Position, pk)
    content, version = _on(position, _day(request.GET.get("on", "")))
    if content is None:
        raise NotFound
    paper = _paper(position, reads.as_read(position, content), version)
    response = HttpResponse(documents.pdf("admin/position", paper), content_type="application/pdf")
    response["Content-Disposition"] = names.disposition(
        f"{gettext('职位说明书')} {content['name']}.pdf", inline=True, plain=f"position-{pk}.pdf"
    )
    response["Cache-Control"] = "private, no-store"
    return response


@ui.page(capability=caps.VIEW, methods=("GET",))
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions clause by clause; without numbers what changed last: since the last issue, else with it."""
    position = access.fetch(request.actor, Position, pk)
    versions = reads.versions(position)
    number, to = _number(request.GET.get("from", "")), _number(request.GET.get("to", ""))
    if number is None and versions:
        number = versions[0].number
        if to is None and len(versions) > 1 and versions[0].content == services.content(position):
            number, to = versions[1].number, versions[0].number
    before = reads.version(position, number) if number is not None else None
    after = reads.version(position, to) if to is not None else None
    if (number is not None and before is None) or (to is not None and after is None):
        raise NotFound
    values = {
        "title": f"{_('版本对照')} {position}",
        "position": position,
        "crumbs": _crumbs(position, _("版本对照")),
        "versions": versions,
        "number": number,
        "to": to,
        "comparison": comparing.compare(
            before.content,
            after.content if after is not None else services.content(position),
            words.in_language(wording.COMMA),
        )
        if before is not None
        else None,
        "wide": True,
    }
    return ui.render(request, "admin/compare.html", values)


def _on(position: Position, day: date | None) -> Found:
    """What was in force on the day; without a day the sheet as it stands."""
    if day is None:
        return services.content(position), None
    version = reads.version_on(position, day)
    return (version.content, version) if version is not None else (None, None)


def _crumbs(position: Position, last: Any) -> list[tuple[Any, str]]:
    return [
        (pgettext_lazy("column", "岗位"), reverse("organisation:positions")),
        (str(position), reverse("admin:position", args=[position.pk])),
        (last, ""),
    ]


def _parts(content: dict[str, Any], version: SheetVersion | None) -> list[sheets.Part]:
    control = {key: getattr(version, key, None) for key, _label in sheets.CONTROL}
    return sheets.printed(content, control, words.in_language(wording.COMMA))


def _paper(position: Position, content: dict[str, Any], version: SheetVersion | None) -> dict[str, Any]:
    """What the printed form says: the parts as plain texts, who signs, and which version it is."""
    parts = [
        {
            "title": str(part.title),
            "sections": [
                (title, [(row["number"], row["text"]) for row in rows]) for title, rows in part.sections
            ],
            "rows": [[(str(label), value) for label, value in row] for row in part.rows],
        }
        for part in _parts(content, version)
    ]
    today = clock.today(position.unit.timezone).isoformat()
    state = (
        (gettext("第 %(n)s 版") % {"n": version.number}, version.effective_from.isoformat())
        if version is not None
        else (gettext("未签发"), today)
    )
    signed = version.signed_off_on.isoformat() if version is not None and version.signed_off_on else ""
    signers = (
        (gettext("审核人"), version.reviewer if version else "", ""),
        (gettext("批准人"), version.approver if version else "", signed),
        (gettext("任职人签名"), "", gettext("日期") + "："),
    )
    return {
        "title": gettext("职位说明书"),
        "unit": content["unit"],
        "number": content["code"],
        "meta": [state],
        "parts": parts,
        "signatures": signers,
        "footer": f"{content['name']} · {today}",
    }


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else None
