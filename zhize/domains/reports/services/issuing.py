"""Issuing a report: its figures are frozen, signed, printed, filed with it, and sent to those who receive it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.reports import building, messages, periods, selectors
from zhize.domains.reports import capabilities as caps
from zhize.domains.reports.models import ReceiptRole, Report, ReportReceipt
from zhize.domains.reports.services.drafting import told
from zhize.kernel import access, documents, files, flow, notices
from zhize.kernel.access import Actor
from zhize.kernel.db import atomic
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position
from zhize.lib import clock


@atomic
def issue(*, actor: Actor, report: Report) -> Report:
    """Freeze the figures, sign them with their digest, keep PDF and workbook, meet the duty, tell the receivers.

    Raises Refused, NotNow (not a draft, not the maker, a required text is missing).
    """
    access.require(actor, caps.ISSUE, report)
    move = report.machine.move("issue", report.state)
    if move is None:
        raise flow.NotNow
    reason = flow.services.objection(report, move, actor, {})
    if reason is not None:
        raise flow.NotNow(reason)
    now = clock.now()
    making = building.Making(
        report.spec,
        report.unit,
        report.span,
        report.texts,
        report.causes,
        {"maker": (actor.label, _day(report, now))},
        listed=building.FROZEN,
    )
    content = selectors.both(making)
    digest = seal(report, content)
    obligation = duty_of(report)
    flow.perform(
        report,
        "issue",
        actor=actor,
        data=told(report, digest=digest[:12]),
        changes={
            "content": content,
            "digest": digest,
            "issued_at": now,
            "issued_by_id": actor.person_id,
            "issued_label": actor.label[:120],
            "obligation_id": obligation.pk if obligation is not None else None,
        },
    )
    _send(report, now)
    keep_papers(actor, report, kind="issued")
    if obligation is not None:
        duties.fulfil(
            actor=actor.vouched("obligation.fulfil"),
            obligation=obligation,
            evidence=duties.Proof("report", row=report),
        )
    _tell(actor, report)
    return report


def seal(report: Report, content: dict[str, Any]) -> str:
    """SHA-256 of what is frozen: anybody can compute it again."""
    whole = [
        report.code,
        report.unit_id,
        report.first_day.isoformat(),
        report.last_day.isoformat(),
        report.edition,
        content,
    ]
    return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _day(report: Report, moment: datetime) -> str:
    return moment.astimezone(clock.zone(report.unit.timezone)).date().isoformat()


def keep_papers(actor: Actor, report: Report, *, kind: str) -> None:
    """Attach PDF and workbook of the frozen sheet to the report, in the installation's language."""
    with translation.override(settings.LANGUAGE_CODE):
        sheet = building.as_sheet(selectors.content(report), footer=footer(report))
        name = f"{report.label.in_language(settings.LANGUAGE_CODE)} {report.span.label}"
        made = (("pdf", documents.sheet_pdf(sheet)), ("xlsx", documents.sheet_xlsx(sheet).getvalue()))
    for suffix, data in made:
        blob = files.store(actor=actor, content=data, name=f"{name}.{suffix}")
        files.attach(
            actor=actor,
            blob=blob,
            subject=report,
            name=f"{name}.{suffix}",
            kind=f"{kind}.{suffix}",
            capability=caps.VIEW,
        )


def footer(report: Report) -> str:
    """Who issued it, when, and the digest; or that it is a draft."""
    if report.issued_at is None:
        return _("草稿，未签发")
    return _("签发：%(who)s %(when)s　第 %(edition)d 版　摘要 %(digest)s") % {
        "who": report.issued_label,
        "when": report.issued_at.astimezone(clock.zone(report.unit.timezone)).strftime("%Y-%m-%d %H:%M"),
        "edition": report.edition,
        "digest": report.digest[:16],
    }


def duty_of(report: Report) -> Obligation | None:
    """The open obligation that this report proves: of the unit, naming the report, due when this period's report is.

    The period before may still be owed, so of several the one nearest to the report's own due time is meant.
    """
    span = report.span
    since = datetime.combine(span.first, datetime.min.time(), clock.zone(report.unit.timezone))
    due = periods.due_at(report.spec, span, report.unit)
    until = max(
        filter(None, (due, datetime.combine(span.last, datetime.min.time(), since.tzinfo)))
    ) + timedelta(days=7)
    rows = Obligation.objects.filter(
        evidence_spec__kind="report",
        evidence_spec__report=report.code,
        unit__path__startswith=report.unit.path or "",
        state="open",
        opened_at__lte=clock.now(),
        due_at__gte=since,
        due_at__lt=until,
    )
    wanted = due or until
    return min(
        rows.order_by("due_at", "pk"), key=lambda row: abs((row.due_at or until) - wanted), default=None
    )


def _send(report: Report, now: datetime) -> None:
    spec = report.spec
    wanted = [(code, ReceiptRole.RECEIVER) for code in spec.receivers]
    wanted += [
        (code, role)
        for code, role in ((spec.approver, ReceiptRole.APPROVER), (spec.filed_by, ReceiptRole.FILER))
        if code
    ]
    rows = []
    for code, role in wanted:
        position = org.position_in(report.unit, code)
        if position is not None:
            rows.append(ReportReceipt(report=report, position=position, role=role, sent_at=now))
    ReportReceipt.objects.bulk_create(rows)


def people_of(positions: Iterable[Position]) -> list[Person]:
    """Everybody who holds one of the positions, each once."""
    found = {person.pk: person for position in positions for person in org.holders(position)}
    return list(found.values())


def told_people(report: Report, role: str) -> list[Person]:
    """Those it was sent to in this role."""
    return people_of(
        row.position for row in report.receipts.filter(role=role).select_related("position__unit")
    )


def _tell(actor: Actor, report: Report) -> None:
    for role, template in (
        (ReceiptRole.RECEIVER, messages.ISSUED),
        (ReceiptRole.APPROVER, messages.TO_APPROVE),
    ):
        tell(actor, report, told_people(report, role), template)


def tell(actor: Actor, report: Report, people: list[Person], template: Any, note: str = "") -> None:
    """A notice about the report to these people, except whoever acts."""
    to = [person for person in people if person.pk != actor.person_id]
    if to:
        context = {
            "label": report.label,
            "period": report.span.label,
            "unit": str(report.unit),
            "actor": actor.label,
            "note": note,
        }
        notices.send(to=to, template=template, context=context, subject=report, actor=actor)
