"""The position page 岗位说明书: every sentence beside what carries it out, holders, line, rights, versions, print."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.desk.admin.web import clauses
from zhize.domains.duties import capabilities as duty_caps
from zhize.domains.duties import selectors as duties
from zhize.domains.duties.selectors import board
from zhize.domains.organisation import capabilities as caps
from zhize.domains.organisation import requirements, sheets
from zhize.domains.organisation.selectors import positions as reads
from zhize.domains.organisation.selectors import reading
from zhize.kernel import access, history
from zhize.kernel.access.capabilities import UnknownCapability
from zhize.kernel.access.models import Grant, Scope
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Position


@ui.page(capability=caps.VIEW, methods=("GET",))
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One position with its sheet and the live coverage of its sentences this month."""
    actor = request.actor
    position = access.fetch(actor, Position, pk)
    rows = duties.clause_coverage(actor, position)
    total = board.month_of_position(actor, position)
    holders = reads.holders(position)
    show = request.GET.get("show", "")
    counts = {state: sum(row.state == state for row in rows) for state in clauses.STATES}
    asked = reading.of_position(position)
    values = {
        "title": str(position),
        "position": position,
        "crumbs": [(pgettext_lazy("column", "岗位"), reverse("organisation:positions")), (str(position), "")],
        "holders": holders,
        "former": reads.former(position),
        "sections": clauses.sections(position, rows, show),
        "chips": clauses.chips(position, counts, show),
        "show": show,
        "counts": counts,
        "total": total,
        "month_urls": _month_urls(position) if total is not None else {},
        "reviews": len(duties.reviews(position)) if actor.may(duty_caps.DUTY_VIEW) else 0,
        "asked": asked,
        "progress": reading.progress(reading.readers(asked)) if asked is not None else None,
        "line": org.superiors(position),
        "reports": reads.reports(position),
        "indirect": reads.indirect_reports(position),
        "includes": list(position.includes.select_related("unit")),
        "facts": _facts(position),
        "demands": _demands(position),
        "powers": _powers(position, rows),
        "versions": reads.versions(position),
        "grants": _grants(position),
        "may_sheet": position.active and access.allowed(actor, caps.SHEET, position),
        "may_duty": actor.may(duty_caps.DUTY_EDIT),
        "may_grant": _may_grant(actor, position),
        "acts": _acts(actor, position),
        "entries": history.timeline(position)[:15],
        "wide": True,
    }
    return ui.render(request, "admin/position.html", values)


def _month_urls(position: Position) -> dict[str, str]:
    """From each figure of the month to the obligations it counts."""
    return {
        "all": clauses.month_url(position, owed=True),
        "late": clauses.month_url(position, facts=("late", "overdue")),
        "missed": clauses.month_url(position, facts=("missed",)),
    }


def _facts(position: Position) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = [
        (_("职位代码"), position.code),
        (_("所属单位"), position.unit),
        (_("职系"), position.family),
        (_("职等职级"), position.grade),
        (pgettext_lazy("position", "编制"), position.headcount),
    ]
    found += [
        (label, position.sheet[key])
        for key, label in (*sheets.SHORT, *sheets.LONG)
        if position.sheet.get(key) and key != "authority"
    ]
    return found


def _demands(position: Position) -> list[tuple[Any, Any]]:
    """What the position asks of its holder, as filled in (ORG-06)."""
    asked = position.sheet.get("requirements") or {}
    ratings = dict(requirements.RATINGS)
    rated = [
        (label, ratings[asked["abilities"][key]])
        for key, label in requirements.ABILITIES
        if asked.get("abilities", {}).get(key)
    ]
    return [(label, asked[key]) for key, label in requirements.FIELDS if asked.get(key)] + rated


def _powers(position: Position, rows: list[Any]) -> list[tuple[str, list[Any]]]:
    """Its rights of decision with their kinds (ORG-10): the clauses under that heading, and the lines of the sheet."""
    content = {"sheet": position.sheet}
    clauses = [row.clause for row in rows if sheets.part_of(content, row.clause.section) == "authority"]
    lines = [(f"{one.number} {one.text}".strip(), requirements.kinds_of(one.text)) for one in clauses]
    lines += [
        (one["text"], one["kinds"]) for one in requirements.powers(position.sheet.get("authority") or "")
    ]
    return [(text, [requirements.POWERS[kind] for kind in kinds]) for text, kinds in lines]


def _grants(position: Position) -> list[tuple[Any, list[tuple[Grant, Any]]]]:
    """The rights of the position by how far they reach, widest first, with their names."""
    found: dict[str, list[tuple[Grant, Any]]] = {scope: [] for scope in reversed(Scope.values)}
    for row in reads.grants(position):
        try:
            label: Any = access.known(row.capability).text
        except UnknownCapability:
            label = row.capability
        found[row.scope].append((row, label))
    return [(Scope(scope).label, rows) for scope, rows in found.items() if rows]


def _may_grant(actor: Any, position: Position) -> bool:
    own = any(holding.position_id == position.pk for holding in actor.positions)
    return not own and bool(access.allowed(actor, caps.GRANT, position))


def _acts(actor: Any, position: Position) -> list[ui.Act]:
    acts = [
        ui.Act(_("打印"), reverse("admin:sheet", args=[position.pk]), icon="printer", key="p"),
        ui.Act(
            pgettext_lazy("file", "PDF"), reverse("admin:sheet_pdf", args=[position.pk]), icon="file-text"
        ),
    ]
    if not position.active:
        return acts
    if access.allowed(actor, caps.APPOINT, position):
        acts.insert(
            0,
            ui.Act(
                _("任命"),
                reverse("organisation:appoint") + f"?position={position.pk}",
                icon="user-plus",
                drawer=True,
                primary=True,
                key="a",
            ),
        )
    if access.allowed(actor, caps.SHEET, position):
        acts.append(ui.Act(_("修改"), _url("edit_position", position), icon="edit", key="e"))
        acts.append(ui.Act(_("签发新版本"), _url("issue_sheet", position), icon="rubber-stamp", drawer=True))
    if access.allowed(actor, caps.EDIT, position):
        acts.append(
            ui.Act(
                _("撤销岗位"),
                _url("close_position", position),
                icon="archive",
                method="post",
                confirm=_("撤销这个岗位？以后不能再任命。"),
                danger=True,
            )
        )
    return acts  # fmt: skip


def _url(route: str, position: Position) -> str:
    return reverse(f"organisation:{route}", args=[position.pk])
