"""The states of a report, and who may move it: its maker, its receivers, its approver, whoever files it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.reports import capabilities as caps
from zhize.domains.reports import periods
from zhize.domains.reports.models import Report
from zhize.kernel.access import Actor
from zhize.kernel.flow import Category, Guard, Machine, Move, State, guard
from zhize.lib import clock
from zhize.lib.text import Text

Data = Mapping[str, Any] | None


@guard("report_by_maker")
def by_maker(report: Report, actor: Actor, data: Data) -> Any:
    """A report is issued by the position that the pack names as its maker."""
    return None if actor.holds(report.spec.maker) else _("这份报表由编制岗位签发。")


@guard("report_period_over")
def period_over(report: Report, actor: Actor, data: Data) -> Any:
    """A period is signed for when it is over (from its last day on), unless its report is due before."""
    day = periods.issuable_from(report.spec, report.span, report.unit)
    if clock.today(report.unit.timezone) >= day:
        return None
    return _("%(period)s还没有结束，%(day)s起可以签发。") % {
        "period": report.span.label,
        "day": day.isoformat(),
    }


@guard("report_complete")
def complete(report: Report, actor: Actor, data: Data) -> Any:
    """What must be written is written."""
    for block in report.spec.blocks:
        if block.block == "text" and block.required and not str(report.texts.get(block.key, "")).strip():
            return _("“%(part)s”还没有填写。") % {"part": block.title}
    return None


@guard("report_by_receiver")
def by_receiver(report: Report, actor: Actor, data: Data) -> Any:
    """Accepted by a position it was sent to; one that has an approver is approved instead."""
    spec = report.spec
    if spec.approver is not None:
        return _("这份报表要经审批。")
    if not any(actor.holds(code) for code in spec.receivers):
        return _("这份报表没有发给您的岗位。")
    return None


@guard("report_by_approver")
def by_approver(report: Report, actor: Actor, data: Data) -> Any:
    """Approved by the named position."""
    spec = report.spec
    if spec.approver is None or not actor.holds(spec.approver):
        return _("这份报表不由您的岗位审批。")
    return None


@guard("report_by_filer")
def by_filer(report: Report, actor: Actor, data: Data) -> Any:
    """Filed by the named position, after the approval where there is one (REP-09)."""
    spec = report.spec
    if spec.filed_by is None or not actor.holds(spec.filed_by):
        return _("这份报表不由您的岗位存档。")
    if spec.approver is not None and report.state != "approved":
        return _("审批以后才能存档。")
    return None


@guard("report_returner")
def returner(report: Report, actor: Actor, data: Data) -> Any:
    """Returned by a position it was sent to."""
    spec = report.spec
    if not any(actor.holds(code) for code in (*spec.receivers, spec.approver or "", spec.filed_by or "")):
        return _("这份报表没有发给您的岗位。")
    return None


@guard("report_by_other_hands", separates=True)
def by_other_hands(report: Report, actor: Actor, data: Data) -> Any:
    """Nobody accepts or approves the own report (ORG-30)."""
    own = actor.person_id is not None and actor.person_id == report.issued_by_id
    return _("不能审批或签收自己签发的报表。") if own else None


OUT = frozenset({"issued", "accepted", "approved"})

REPORT = Machine(
    "reports.report",
    states=(
        State("draft", Text("草稿", "Draft"), Category.WORKING),
        State("issued", Text("已签发", "Issued"), Category.RESOLVED),
        State("accepted", Text("已签收", "Accepted"), Category.RESOLVED),
        State("approved", Text("已审批", "Approved"), Category.RESOLVED),
        State("filed", Text("已存档", "Filed"), Category.CLOSED),
        State("returned", Text("已退回", "Returned"), Category.CLOSED),
    ),
    moves=(
        Move(
            "issue", Text("签发", "Issue"), frozenset({"draft"}), "issued", caps.ISSUE,
            (Guard("report_by_maker"), Guard("report_period_over"), Guard("report_complete")), primary=True,
        ),
        Move(
            "accept", Text("签收", "Accept"), frozenset({"issued"}), "accepted", caps.RECEIVE,
            (Guard("report_by_receiver"), Guard("report_by_other_hands")), primary=True,
        ),
        Move(
            "approve", Text("审批同意", "Approve"), frozenset({"issued"}), "approved", caps.APPROVE,
            (Guard("report_by_approver"), Guard("report_by_other_hands")), primary=True,
        ),
        Move(
            "file", Text("存档", "File"), OUT, "filed", caps.FILE, (Guard("report_by_filer"),), primary=True,
        ),
        Move(
            "give_back", Text("退回", "Return"), OUT, "returned", caps.RETURN, (Guard("report_returner"),),
            needs=("note",),
        ),
    ),
)  # fmt: skip
