"""Drawing a report up: opening it for a period, writing its texts, the measures for its causes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zhize.domains.reports import capabilities as caps
from zhize.domains.reports import periods
from zhize.domains.reports.machine import REPORT
from zhize.domains.reports.models import Report
from zhize.domains.reports.pack import ReportSpec
from zhize.domains.reports.periods import Span
from zhize.kernel import access, flow, history, packs
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Refused, atomic, guarded_update
from zhize.kernel.org.models import Unit
from zhize.kernel.packs.models import PackPlacement
from zhize.lib import clock
from zhize.lib.text import Text

LONGEST = 20_000


def told(report: Report, **more: Any) -> dict[str, Any]:
    """What listeners by name (duties, webhooks) may know of a report from its entries."""
    return {
        "report": report.code,
        "label": report.label.as_dict(),
        "period": report.span.text.as_dict(),
        "first": report.first_day.isoformat(),
        "last": report.last_day.isoformat(),
        **more,
    }


@atomic
def open_draft(*, actor: Actor, code: str, unit: Unit, day: date) -> Report:
    """Begin the report of the period that `day` lies in, or return the edition there is.

    Raises Refused, Invalid for a report that has no period or has not begun.
    """
    access.require(actor, caps.MAKE)
    if not Unit.objects.filter(access.units_within(actor, caps.MAKE), active=True, pk=unit.pk).exists():
        raise Refused(code=f"refused.{caps.MAKE}")
    spec: ReportSpec | None = packs.find("reports", code)
    if spec is None or spec.period == "case":
        raise Invalid({"code": _("没有这种报表。")})
    span = periods.of(spec, day)
    if span.first > clock.today(unit.timezone):
        raise Invalid({"day": _("这个期间还没有开始。")})
    known = _current(code, unit, span)
    if known is not None:
        return known
    report = Report(
        code=code,
        release_id=packs.release_of("reports", code),
        unit=unit,
        period=spec.period,
        first_day=span.first,
        last_day=span.last,
        published=spec.published,
        made_at=clock.now(),
        made_by_id=actor.person_id,
        **flow.begin(REPORT),
    )
    try:
        with transaction.atomic():
            report.save()
    except IntegrityError:
        # Somebody else opened the same one at the same moment.
        known = _current(code, unit, span)
        if known is None:
            raise
        return known
    history.record(actor=actor, verb="report.opened", subject=report, data=told(report))
    return report


def _current(code: str, unit: Unit, span: Span) -> Report | None:
    rows = Report.objects.filter(code=code, unit=unit, first_day=span.first).exclude(state="returned")
    return rows.select_related("unit").first()


@atomic
def write_text(*, actor: Actor, report: Report, key: str, text: str) -> Report:
    """Write one of the draft's texts. Raises Refused, NotNow once it is issued, Invalid for a text it does not have."""
    access.require(actor, caps.MAKE, report)
    block = next((one for one in report.spec.blocks if one.block == "text" and one.key == key), None)
    if block is None:
        raise Invalid({"key": _("这份报表没有这段文字。")})
    _draft_only(report)
    said = text.strip().replace("\r\n", "\n")
    if len(said) > LONGEST:
        raise Invalid({"text": _("最多 %(count)d 个字。") % {"count": LONGEST}})
    if report.texts.get(key, "") == said:
        return report
    guarded_update(report, expect={"state": "draft"}, texts={**report.texts, key: said})
    history.record(
        actor=actor,
        verb="report.written",
        subject=report,
        data={"part": Text.of(block.title).as_dict(), "key": key},
    )
    return report


def _draft_only(report: Report) -> None:
    if report.state != "draft":
        raise flow.NotNow(_("已签发的报表不能再修改；退回后会有新的一版。"))


@atomic
def write_cause(*, actor: Actor, report: Report, cause: str, measure: str) -> Report:
    """What is to be done about a cause (REP-46), by the maker, in the draft."""
    access.require(actor, caps.MAKE, report)
    _draft_only(report)
    return _keep_cause(actor, report, cause, "measure", measure)


@atomic
def decide_cause(*, actor: Actor, report: Report, cause: str, decision: str) -> Report:
    """The approver's decision on a measure (REP-46): after issue, before the approval. The frozen figures stay."""
    access.require(actor, caps.APPROVE, report)
    if report.state != "issued" or not actor.holds(report.spec.approver or ""):
        raise flow.NotNow(_("签发以后、审批以前，由审批岗位写明意见。"))
    return _keep_cause(actor, report, cause, "decision", decision)


def _keep_cause(actor: Actor, report: Report, cause: str, part: str, said: str) -> Report:
    if not any(one.block == "causes" for one in report.spec.blocks) or len(cause) > 60:
        raise Invalid({"cause": _("这份报表没有原因分析。")})
    if len(said) > LONGEST:
        raise Invalid({part: _("最多 %(count)d 个字。") % {"count": LONGEST}})
    kept = {**report.causes.get(cause, {}), part: said.strip()}
    guarded_update(report, expect={"state": report.state}, causes={**report.causes, cause: kept})
    history.record(
        actor=actor,
        verb="report.caused",
        subject=report,
        data={"part": cause, "kind": part},
        note=said.strip(),
    )
    return report


def open_due(*, actor: Actor) -> list[Report]:
    """Open the drafts of all reports that are due today in their unit, so that they are there in time (REP-09)."""
    found = []
    for placement in PackPlacement.objects.select_related("unit"):
        unit = placement.unit
        today = clock.today(unit.timezone)
        for spec in packs.listing("reports", release=placement.release_id):
            if spec.period == "case" or spec.due is None:
                continue
            for span in (periods.of(spec, today), periods.of(spec, today).before()):
                due = periods.due_at(spec, span, unit)
                if due is not None and due.astimezone(clock.zone(unit.timezone)).date() == today:
                    found.append(open_draft(actor=actor, code=spec.code, unit=unit, day=span.first))
    return found
