"""Reads of reports: the catalogue of a unit and month, one report with its sheet, who may have what computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.models import PaperKind, PaperReceiver
from zhize.domains.duties.models import Obligation
from zhize.domains.reports import building, periods
from zhize.domains.reports import capabilities as caps
from zhize.domains.reports.models import Report, ReportReceipt
from zhize.domains.reports.pack import ReportSpec
from zhize.domains.reports.periods import Span
from zhize.kernel import access, packs
from zhize.kernel.access import Actor
from zhize.kernel.db import NotFound
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Unit
from zhize.kernel.packs.models import PackPlacement
from zhize.lib import clock

# After how many days a receiver who has not read an investigation report is shown (REP-11, default).
UNREAD_DAYS = 3
LANGUAGES = ("zh-hans", "en")

MISSING = {
    "later": (_("未到期"), "new"),
    "due": (_("应编制"), "waiting"),
    "overdue": (_("已逾期"), "void"),
}


def units(actor: Actor, capability: str = caps.STATISTICS) -> list[Unit]:
    """The units an actor may have figures of: those with a pack and those above them, as far as the grants reach."""
    paths = PackPlacement.objects.values_list("unit__path", flat=True)
    known = {int(part) for path in paths for part in (path or "").split("/") if part}
    return list(
        Unit.objects.filter(access.units_within(actor, capability), active=True, pk__in=known).order_by(
            "path"
        )
    )


def any_unit(actor: Actor) -> bool:
    """Whether there are figures for the actor at all: the grant of a department's head may reach only a unit that takes
    nothing in."""
    return bool(units(actor))


def unit_of(actor: Actor, pk: int | None, capability: str = caps.STATISTICS) -> Unit:
    """The chosen unit, or the actor's nearest. Raises NotFound for one outside the reach (ORG-31)."""
    found = units(actor, capability)
    if not found:
        raise NotFound
    if pk is None:
        home = actor.home_unit_id
        return next((unit for unit in found if unit.pk == home), found[-1] if home is None else found[0])
    chosen = next((unit for unit in found if unit.pk == pk), None)
    if chosen is None:
        raise NotFound
    return chosen


def specs() -> list[ReportSpec]:
    """The reports in force that have a period."""
    return [spec for spec in packs.listing("reports") if spec.period != "case"]


def spec_of(code: str) -> ReportSpec:
    """The report with this code. Raises NotFound."""
    spec: ReportSpec | None = packs.find("reports", code)
    if spec is None or spec.period == "case":
        raise NotFound
    return spec


def span_owed(row: Obligation) -> tuple[Span, date]:
    """Which period the report is about that an obligation asks for, and from which day it can be signed.

    The slot counts: holidays and agreements move when it is due, not what it is about.
    """
    spec, unit = spec_of(str(row.evidence_spec.get("report"))), row.unit
    moment = row.slot or row.due_at or row.opened_at
    span = periods.due_nearest(spec, moment.astimezone(clock.zone(unit.timezone)).date(), unit)
    return span, periods.issuable_from(spec, span, unit)


def concerns(spec: ReportSpec, actor: Actor) -> bool:
    """Whether the actor makes, receives, approves or files it (我的报表)."""
    return any(
        actor.holds(code) for code in (spec.maker, spec.approver or "", spec.filed_by or "", *spec.receivers)
    )


@dataclass(frozen=True)
class Slot:
    """One report of one period: made or not, with its state in words."""

    spec: ReportSpec
    span: Span
    report: Report | None
    due_at: datetime | None
    label: Any
    category: str
    begun: bool = True

    @property
    def is_due(self) -> bool:
        return self.report is None and self.category != "new"


@dataclass(frozen=True)
class Line:
    """One report of the catalogue with its periods of the month."""

    spec: ReportSpec
    slots: tuple[Slot, ...]
    mine: bool


def catalogue(actor: Actor, unit: Unit, month: date, *, mine: bool = False) -> list[Line]:
    """Every report of the unit whose period ends in the month, with its state. One query for the reports."""
    span = periods.containing("month", month)
    made = {
        (row.code, row.first_day): row
        for row in reports(actor)
        .filter(unit=unit, last_day__gte=span.first, last_day__lte=span.last)
        .exclude(state="returned")
    }
    lines = []
    for spec in specs():
        if mine and not concerns(spec, actor):
            continue
        slots = tuple(
            slot(spec, one, unit, made.get((spec.code, one.first))) for one in periods.in_month(spec, month)
        )
        lines.append(Line(spec, slots, concerns(spec, actor)))
    return lines


def slot(spec: ReportSpec, span: Span, unit: Unit, report: Report | None) -> Slot:
    """The state of one report of one period: that of the report, else whether it is due."""
    due = periods.due_at(spec, span, unit)
    if report is not None:
        return Slot(spec, span, report, due, report.state_label, report.category)
    now = clock.now()
    today = now.astimezone(clock.zone(unit.timezone)).date()
    ready = (
        due.astimezone(clock.zone(unit.timezone)).date() <= today if due is not None else span.last < today
    )
    state = "later" if not ready else "overdue" if due is not None and due < now else "due"
    return Slot(spec, span, None, due, *MISSING[state], begun=span.first <= today)


def reports(actor: Actor) -> QuerySet[Report]:
    """Reports the actor may see, without their frozen contents."""
    return (
        Report.objects.visible_to(actor)
        .select_related("unit", "issued_by", "made_by")
        .defer("content", "release__spec")
    )


def filtered(
    actor: Actor, *, code: str | None = None, unit: int | None = None, state: str | None = None
) -> QuerySet[Report]:
    """The same, narrowed."""
    wanted = {
        name: value
        for name, value in (("code", code), ("unit_id", unit), ("state", state))
        if value is not None
    }
    return reports(actor).filter(**wanted)


def report(actor: Actor, pk: int, capability: str | None = None) -> Report:
    """The door to one report. Raises NotFound, Refused."""
    return access.fetch(actor, Report, pk, capability)


def current(actor: Actor, code: str, unit: Unit, first: date) -> Report | None:
    """The edition in force of a report and period, if the actor may see it."""
    return reports(actor).filter(code=code, unit=unit, first_day=first).exclude(state="returned").first()


def editions(row: Report) -> list[Report]:
    """All editions of the same report and period, latest first."""
    found = Report.objects.filter(code=row.code, unit_id=row.unit_id, first_day=row.first_day)
    return list(found.select_related("issued_by").defer("content").order_by("-edition"))


def receipts(row: Report) -> list[ReportReceipt]:
    """Who it was sent to, with read and signed times."""
    return list(row.receipts.select_related("position", "read_by", "received_by"))


def making(row: Report, listed: int = building.SHOWN) -> building.Making:
    """What has to be computed for a draft."""
    return building.Making(row.spec, row.unit, row.span, row.texts, row.causes, listed=listed)


def content(row: Report, listed: int = building.SHOWN) -> dict[str, Any]:
    """The sheet: frozen in the reader's language, with decisions that came after; computed now while it is a draft.

    A draft's lists have so many rows at most; a frozen one stays as it was issued.
    """
    if row.content is None:
        return building.build(making(row, listed))
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    frozen: dict[str, Any] = row.content[language]
    for block in frozen["blocks"]:
        if block["kind"] == "causes":
            for line in block["rows"]:
                line["decision"] = row.causes.get(line["key"], {}).get("decision", line["decision"])
    return frozen


def preview(spec: ReportSpec, unit: Unit, span: Span, listed: int = building.SHOWN) -> dict[str, Any]:
    """The sheet of a period for which nothing was opened yet."""
    return building.build(building.Making(spec, unit, span, listed=listed))


def both(make: building.Making) -> dict[str, Any]:
    """The sheet in every language, as it is frozen."""
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = building.build(make)
    return found


def unread_papers(actor: Actor, unit: Unit) -> list[PaperReceiver]:
    """Investigation reports that a department has not read three days after it was sent (REP-11)."""
    limit = clock.now() - timedelta(days=UNREAD_DAYS)
    rows = PaperReceiver.objects.visible_to(actor).filter(
        paper__kind=PaperKind.INVESTIGATION,
        paper__case__unit_id__in=org.subtree_ids(unit),
        sent_at__lt=limit,
        read_at__isnull=True,
    )
    return list(rows.select_related("paper__case", "unit").order_by("sent_at")[:50])


def causes_of(row: Report) -> Mapping[str, Any]:
    """The measures and decisions written so far, by cause."""
    return dict(row.causes)
