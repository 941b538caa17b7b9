"""The position page 岗位说明书: every sentence beside what carries it out, holders, line, rights, versions, print."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.desk.admin.web import wording
from zhize.domains.duties import selectors as duties
from zhize.domains.duties.selectors.coverage import Counters
from zhize.domains.organisation import capabilities as caps
from zhize.domains.organisation import requirements, services, sheets
from zhize.domains.organisation.selectors import positions as reads
from zhize.kernel import access, history
from zhize.kernel.access.capabilities import UnknownCapability
from zhize.kernel.access.models import Grant, Scope
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Position, SheetVersion
from zhize.lib import clock
from zhize.ui import words


@ui.page(capability=caps.VIEW, methods=("GET",))
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One position with its sheet and the live coverage of its sentences this month."""
    actor = request.actor
    position = access.fetch(actor, Position, pk)
    rows = duties.clause_coverage(position)
    total = _total(rows)
    holders = reads.holders(position)
    values = {
        "title": str(position),
        "position": position,
        "crumbs": [(pgettext_lazy("column", "岗位"), reverse("organisation:positions")), (str(position), "")],
        "holders": holders,
        "former": reads.former(position),
        "sections": _sections(rows),
        "open_clauses": [row.clause for row in rows if row.state == "open"],
        "only_open": bool(request.GET.get("open")),
        "counts": {
            state: sum(row.state == state for row in rows) for state in ("linked", "standing", "open")
        },
        "total": total,
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
        "may_grant": _may_grant(actor, position),
        "acts": _acts(actor, position),
        "entries": history.timeline(position)[:15],
        "wide": True,
    }
    return ui.render(request, "admin/position.html", values)


def _sections(rows: list[Any]) -> list[tuple[str, list[Any]]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.clause.section, []).append(row)
    return list(found.items())


def _total(rows: list[Any]) -> Counters:
    """The month over all duties of the sheet, each counted once however many sentences it carries out."""
    seen = {beside.duty.pk: beside.month for row in rows for beside in row.duties}
    names = [field.name for field in fields(Counters)]
    return Counters(**{name: sum(getattr(month, name) for month in seen.values()) for name in names})


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
    acts = [ui.Act(_("打印"), reverse("admin:sheet", args=[position.pk]), icon="printer", key="p")]
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
                confirm=_("撤销以后不能再任命。确定吗？"),
                danger=True,
            )
        )
    return acts  # fmt: skip


def _url(route: str, position: Position) -> str:
    return reverse(f"organisation:{route}", args=[position.pk])


@ui.page(capability=caps.VIEW, methods=("GET",))
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet in the classic layout, as it stands (`?on=` empty) or as it was in force on a day (ORG-15)."""
    position = access.fetch(request.actor, Position, pk)
    day = _day(request.GET.get("on", ""))
    version = reads.version_on(position, day) if day is not None else None
    content = version.content if version is not None else services.content(position) if day is None else None
    values = {
        "title": f"{_('职位说明书')} {position}",
        "position": position,
        "crumbs": [(pgettext_lazy("column", "岗位"), reverse("organisation:positions")), (str(position), reverse("admin:position", args=[pk])), (_("职位说明书"), "")],
        "content": content,
        "parts": _parts(content, version) if content else [],
        "version": version,
        "day": day,
        "today": clock.today(position.unit.timezone),
    }  # fmt: skip
    return ui.render(request, "admin/sheet.html", values)


def _parts(content: dict[str, Any], version: SheetVersion | None) -> list[sheets.Part]:
    control = {key: getattr(version, key, None) for key, _label in sheets.CONTROL}
    return sheets.printed(content, control, words.in_language(wording.COMMA))


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None
