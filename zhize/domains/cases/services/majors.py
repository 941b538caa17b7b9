"""Major complaints 重大投诉: the named positions are told at once and a proposal is demanded (CAS-20, TRG-26)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.models import Case, MajorReport
from zhize.domains.cases.services.writing import write
from zhize.domains.duties import services as duties
from zhize.kernel import access, history, notices
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Unit
from zhize.lib import clock
from zhize.lib.text import Text


@atomic
def make_major(*, actor: Actor, case: Case, reason: str) -> MajorReport:
    """Register the case as major: the named positions are told now and a proposal is demanded (CAS-20).

    Raises Invalid when the type has no major level, the case has ended or is major already.
    """
    access.require(actor, "case.escalate", case)
    rule = case.spec.major
    if rule is None:
        raise Invalid({"": _("这种类型没有重大一级。")})
    if not reason.strip():
        raise Invalid({"reason": _("请写明原因。")})
    if case.is_ended or hasattr(case, "major"):
        raise Invalid({"": _("工单已经结束，或已经是重大。")})
    return register(actor=actor, case=case, reason=reason)


def register(*, actor: Actor, case: Case, reason: str) -> MajorReport:
    """Write the report, tell, start the proposal's clock. The caller decided that it may be done."""
    rule = case.spec.major
    if rule is None:
        raise Invalid({"severity": _("这种类型没有“重大”一级。")})
    now = clock.now()
    told = holders_of(case.unit, rule.tell)
    position = org.position_in(case.unit, rule.proposal_by)
    proposer = org.answerable(position) if position is not None else None
    obligation = duties.open_obligation(
        actor=actor,
        unit=case.unit,
        title=Text(f"重大投诉 {case.number}：提交处理建议", f"Major case {case.number}: propose what to do"),
        holder=proposer,
        position=position or case.owner_position,
        subject=case,
        target=rule.target.as_clock(),
        kind="task",
    )
    report = MajorReport.objects.create(
        case=case,
        reason=reason.strip(),
        reported_at=now,
        reported_by_id=actor.person_id,
        proposer=proposer,
        obligation=obligation,
    )
    report.told.set(told)
    write(case, is_major=True, last_activity_at=now)
    history.record(
        actor=actor,
        verb="case.made_major",
        subject=case,
        note=reason,
        data={"told": [person.name for person in told], "type": case.type_code},
        marks=[report],
    )
    notices.send(
        to=told,
        template="case.major",
        context={"number": case.number, "title": case.title, "reason": reason, "actor": actor.label},
        subject=case,
        actor=actor,
        urgent=True,
    )
    return report


def holders_of(unit: Unit, codes: Iterable[str]) -> list[Person]:
    """Who holds these positions now; a position nobody present holds passes to its superior."""
    found: dict[int, Person] = {}
    for code in codes:
        position = org.position_in(unit, code)
        line = [position, *org.superiors(position)] if position is not None else []
        for step in line:
            holder = org.answerable(step)
            if holder is not None:
                found[holder.pk] = holder
                break
    return list(found.values())


@atomic
def propose(*, actor: Actor, report: MajorReport, proposal: str) -> MajorReport:
    """The demanded proposal; stops its clock."""
    access.require(actor, "case.escalate", report.case)
    if not proposal.strip():
        raise Invalid({"proposal": _("请写处理建议。")})
    if report.decided_at is not None:
        raise Invalid({"proposal": _("已经批示，不能再改建议。")})
    guarded_update(report, expect={"decided_at": None}, proposal=proposal.strip(), proposed_at=clock.now())
    if report.obligation is not None and report.obligation.is_open:
        duties.fulfil(actor=actor, obligation=report.obligation, subject_fact=report.case)
    history.record(
        actor=actor, verb="case.major_proposed", subject=report.case, note=proposal, marks=[report]
    )
    return report


@atomic
def decide(*, actor: Actor, report: MajorReport, decision: str) -> MajorReport:
    """The superior's decision on the proposal."""
    access.require(actor, "case.decide_major", report.case)
    if report.decided_at is not None:
        raise Invalid({"decision": _("已经批示。")})
    if report.proposed_at is None:
        raise Invalid({"decision": _("还没有处理建议。")})
    if not decision.strip():
        raise Invalid({"decision": _("请写批示。")})
    guarded_update(
        report,
        expect={"decided_at": None},
        decision=decision.strip(),
        decided_by_id=actor.person_id,
        decided_at=clock.now(),
    )
    history.record(actor=actor, verb="case.major_decided", subject=report.case, note=decision, marks=[report])
    return report
