"""What receivers do with an issued report: read, sign for, accept, approve, file, return."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import services as duties
from zhize.domains.reports import capabilities as caps
from zhize.domains.reports import messages
from zhize.domains.reports.machine import REPORT
from zhize.domains.reports.models import ReceiptRole, Report
from zhize.domains.reports.services import issuing
from zhize.domains.reports.services.drafting import told
from zhize.kernel import access, flow, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update
from zhize.lib import clock


@atomic
def read(*, actor: Actor, report: Report) -> Report:
    """Somebody of a receiving position opened it: the first reading is kept with its time. Nothing for others."""
    access.require(actor, caps.VIEW, report)
    held = [holding.position_id for holding in actor.positions]
    for row in report.receipts.filter(position_id__in=held, read_at__isnull=True):
        guarded_update(row, expect={"read_at": None}, read_at=clock.now(), read_by_id=actor.person_id)
        history.record(actor=actor, verb="report.read", subject=report, marks=[row])
    return report


@atomic
def receive(*, actor: Actor, report: Report) -> Report:
    """Sign for the report in the own position. Raises Invalid when it was not sent there or was signed for already."""
    access.require(actor, caps.RECEIVE, report)
    held = [holding.position_id for holding in actor.positions]
    rows = list(report.receipts.filter(position_id__in=held, received_at__isnull=True))
    if not rows:
        raise Invalid({"": _("没有等您签收的份数。")})
    _sign(actor, report, rows)
    return report


def _sign(actor: Actor, report: Report, rows: list) -> None:  # type: ignore[type-arg]
    now = clock.now()
    for row in rows:
        read_at, read_by = row.read_at or now, row.read_by_id or actor.person_id
        guarded_update(
            row,
            expect={"received_at": None},
            received_at=now,
            received_by_id=actor.person_id,
            read_at=read_at,
            read_by_id=read_by,
        )
    history.record(actor=actor, verb="report.received", subject=report, marks=rows)


def _sign_own(actor: Actor, report: Report) -> None:
    held = [holding.position_id for holding in actor.positions]
    rows = list(report.receipts.filter(position_id__in=held, received_at__isnull=True))
    if rows:
        _sign(actor, report, rows)


@atomic
def accept(*, actor: Actor, report: Report, note: str = "") -> Report:
    """The receiver takes the report: it counts as accepted, and so does the duty it proves."""
    flow.perform(report, "accept", actor=actor, note=note, data=told(report))
    _sign_own(actor, report)
    _settle(actor, report, note)
    return report


@atomic
def approve(*, actor: Actor, report: Report, note: str = "") -> Report:
    """The approver agrees; decisions on causes are printed with it; whoever files it is told (REP-09)."""
    flow.perform(report, "approve", actor=actor, note=note, data=told(report), changes={"remark": note})
    _sign_own(actor, report)
    issuing.keep_papers(actor, report, kind="approved")
    _settle(actor, report, note)
    issuing.tell(actor, report, issuing.told_people(report, ReceiptRole.FILER), messages.TO_FILE)
    return report


@atomic
def file(*, actor: Actor, report: Report, note: str = "") -> Report:
    """Filed for good (REP-09: 品质部存档)."""
    flow.perform(report, "file", actor=actor, note=note, data=told(report), changes={"ended_at": clock.now()})
    _sign_own(actor, report)
    return report


@atomic
def give_back(*, actor: Actor, report: Report, note: str) -> Report:
    """Return the report with a remark. It stays as it was issued; a new edition is opened with its texts.

    Answers with the new edition. The duty it proved is open again.
    """
    flow.perform(
        report,
        "give_back",
        actor=actor,
        note=note,
        data=told(report),
        changes={"ended_at": clock.now(), "remark": note.strip()},
    )
    again = Report(
        code=report.code,
        release_id=report.release_id,
        unit_id=report.unit_id,
        period=report.period,
        first_day=report.first_day,
        last_day=report.last_day,
        edition=report.edition + 1,
        published=report.published,
        texts=report.texts,
        causes=report.causes,
        made_at=clock.now(),
        made_by_id=report.made_by_id,
        **flow.begin(REPORT),
    )
    again.save()
    history.record(
        actor=actor,
        verb="report.reopened",
        subject=again,
        data=told(again, edition=again.edition),
        also=[report],
    )
    if report.obligation is not None and report.obligation.state == "submitted":
        duties.give_back(actor=actor.vouched("obligation.accept"), obligation=report.obligation, reason=note)
    if report.issued_by is not None:
        issuing.tell(actor, again, [report.issued_by], messages.RETURNED, note)
    return again


def _settle(actor: Actor, report: Report, note: str) -> None:
    """The duty that was handed in with the report is accepted with it."""
    owed = report.obligation
    if owed is not None and owed.state == "submitted":
        duties.accept(actor=actor.vouched("obligation.accept"), obligation=owed, note=note)


def move(*, actor: Actor, report: Report, verb: str, note: str = "") -> Report:
    """Make a move by its verb. Raises NotNow for one that is not declared."""
    if verb == "issue":
        return issuing.issue(actor=actor, report=report)
    moves = {"accept": accept, "approve": approve, "file": file, "give_back": give_back}
    if verb not in moves:
        raise flow.NotNow
    return moves[verb](actor=actor, report=report, note=note)
