"""Proposals: decided by the position the reporting line leads to, carried out as a new version (ORG-10, 24, 25)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Duty, DutyVersion, Obligation, ObligationKind
from zhize.domains.meetings import capabilities as caps
from zhize.domains.meetings import selectors
from zhize.domains.meetings.machine import PROPOSAL
from zhize.domains.meetings.models import STAFF_KINDS, Proposal, ProposalKind, Talk
from zhize.kernel import access, flow, history, numbering
from zhize.kernel.access import Actor
from zhize.kernel.access.models import Grant
from zhize.kernel.db import Invalid, Refused, atomic
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Position, SheetVersion
from zhize.lib import clock
from zhize.lib.text import Text

WITHDRAWN = Text("建议已撤回", "the proposal was withdrawn")
DECIDE_WITHIN = {"kind": "days", "days": 10}
"""The sheets name no time; ten days as for suggestions of customers (TRG-83)."""


@atomic
def file_proposal(
    *,
    actor: Actor,
    kind: str,
    title: str,
    text: str,
    duty: Duty | None = None,
    about: Person | None = None,
    about_position: Position | None = None,
    source: Talk | None = None,
) -> Proposal:
    """Propose something. Whoever has to decide owes the decision within ten days.

    A rule or flow is decided by the nearest superior position that may (`proposal.decide`), what concerns staff by the
    nearest that may decide that (`proposal.decide_staff`). `source` is the talk it was heard in; its author then
    proposes what the other suggested. Raises Refused, Invalid (nobody above may decide).
    """
    access.require(actor, caps.PROPOSAL_FILE)
    position = Position.objects.filter(pk=actor.position_id or 0).select_related("unit").first()
    if actor.person_id is None or position is None:
        raise Refused(code=f"refused.{caps.PROPOSAL_FILE}")
    held = {holding.position_id for holding in actor.positions}
    decider = decider_for(position, kind, but=held) if kind in ProposalKind.values else None
    errors: dict[str, Any] = {}
    if kind not in ProposalKind.values:
        errors["kind"] = _("没有这种建议。")
    elif decider is None:
        errors["kind"] = _("您的上级岗位都没有决定这类建议的权限，请联系管理员。")
    if not title.strip():
        errors["title"] = _("请写建议的题目。")
    if not text.strip():
        errors["text"] = _("请写内容与理由。")
    if kind in STAFF_KINDS - {ProposalKind.HIRE} and about is None:
        errors["about"] = _("请选择建议针对的人。")
    if errors or decider is None:
        raise Invalid(errors)
    row = Proposal(
        **flow.begin(PROPOSAL),
        number=numbering.next_number("proposal", at=clock.now(), unit=position.unit),
        unit=position.unit,
        kind=kind,
        title=title.strip(),
        text=text.strip(),
        author_id=actor.person_id,
        author_position=position,
        suggested_by=_suggester(source, actor),
        source=source,
        duty=duty,
        about=about,
        about_position=about_position,
        filed_at=clock.now(),
        decider=decider,
    )
    row.save()
    told = {"decider": str(decider)}
    history.record(
        actor=actor, verb="proposal.filed", subject=row, data=told, also=[source] if source else []
    )
    duties.open_obligation(
        actor=actor,
        unit=decider.unit,
        title=Text("决定建议 {number}", "Decide proposal {number}").format(number=row.number),
        kind=ObligationKind.TASK,
        position=decider,
        subject=row,
        target=DECIDE_WITHIN,
    )
    return row


def decider_for(position: Position, kind: str, but: Collection[int] = ()) -> Position | None:
    """The nearest position above that may decide this kind; None when nobody above may.

    `but` are positions of the author: nobody decides on his own proposal, so that it would wait there for ever.
    """
    wanted = caps.STAFF_DECIDE if kind in STAFF_KINDS else caps.PROPOSAL_DECIDE
    line = org.superiors(position)
    may = set(
        Grant.objects.filter(position__in=[above.pk for above in line], capability=wanted).values_list(
            "position_id", flat=True
        )
    )
    return next((above for above in line if above.pk in may and above.active and above.pk not in but), None)


def _suggester(source: Talk | None, actor: Actor) -> Person | None:
    """Who said it in the talk: the other one."""
    if source is None:
        return None
    return source.to if source.author_id == actor.person_id else source.author


@atomic
def adopt(*, actor: Actor, proposal: Proposal, decision: str) -> Proposal:
    """The decider agrees; it stays open until the new version is named. Raises NotNow, Invalid."""
    return _decided(actor, proposal, "adopt", decision, ended=False)


@atomic
def decline(*, actor: Actor, proposal: Proposal, decision: str) -> Proposal:
    """The decider does not agree, and says why."""
    return _decided(actor, proposal, "decline", decision, ended=True)


def _decided(actor: Actor, proposal: Proposal, verb: str, decision: str, *, ended: bool) -> Proposal:
    now = clock.now()
    changes: dict[str, Any] = {
        "decision": decision.strip(),
        "decided_at": now,
        "decided_by_id": actor.person_id,
    }
    if ended:
        changes["ended_at"] = now
    said = {"decision": decision.strip()}
    flow.perform(proposal, verb, actor=actor, data=said, changes=changes, secret=_secret(proposal))
    for owed in _owed(proposal):
        duties.fulfil(actor=actor, obligation=owed, subject_fact=proposal)
    return proposal


@atomic
def carry_out(
    *,
    actor: Actor,
    proposal: Proposal,
    outcome: str,
    duty_version: DutyVersion | None = None,
    sheet_version: SheetVersion | None = None,
) -> Proposal:
    """Say what was done, and which version of the duty or the position sheet carries it (made after the decision).

    Raises NotNow, and Invalid for a version of something else or from before.
    """
    if (
        sheet_version is not None
        and not selectors.sheets_since(proposal).filter(pk=sheet_version.pk).exists()
    ):
        raise Invalid({"sheet_version": _("这一版不是采纳之后的修改。")})
    if duty_version is not None and not _follows(proposal, duty_version):
        raise Invalid({"duty_version": _("这一版不是采纳之后的修改。")})
    flow.perform(
        proposal,
        "carry_out",
        actor=actor,
        data={"outcome": outcome.strip()},
        secret=_secret(proposal),
        changes={
            "outcome": outcome.strip(),
            "duty_version": duty_version,
            "sheet_version": sheet_version,
            "ended_at": clock.now(),
        },
        also=tuple(version.duty for version in [duty_version] if version is not None),
    )
    return proposal


def _secret(proposal: Proposal) -> tuple[str, ...]:
    """What the log does not repeat: it may be searched by more people than may see what is said about staff (ORG-10)."""
    return ("decision", "outcome") if proposal.is_about_staff else ()


def _follows(proposal: Proposal, version: DutyVersion) -> bool:
    same = proposal.duty_id is None or version.duty_id == proposal.duty_id
    return same and proposal.decided_at is not None and version.made_at >= proposal.decided_at


@atomic
def withdraw(*, actor: Actor, proposal: Proposal, reason: str) -> Proposal:
    """The author takes it back before it is decided. Needs a reason."""
    flow.perform(proposal, "withdraw", actor=actor, note=reason, changes={"ended_at": clock.now()})
    for owed in _owed(proposal):
        # Not the reason itself: what is owed may be seen by more people than the proposal (ORG-10).
        duties.cancel(actor=actor, obligation=owed, reason=WITHDRAWN, subject_fact=proposal)
    return proposal


def _owed(proposal: Proposal) -> list[Obligation]:
    return list(
        Obligation.objects.filter(
            subject_type=proposal._meta.label_lower, subject_id=proposal.pk, ended_at__isnull=True
        ).select_related("unit", "clock", "duty")
    )
