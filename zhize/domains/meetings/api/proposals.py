"""Proposals through the API."""

from __future__ import annotations

from typing import Any

from zhize import rest
from zhize.domains.duties.models import Duty
from zhize.domains.meetings import selectors, services
from zhize.domains.meetings.api.naming import NamedOut, chosen, named, narrowed
from zhize.domains.meetings.models import Proposal, Talk
from zhize.kernel import access
from zhize.kernel.org.models import Person, Position
from zhize.rest.operations import Request, created
from zhize.rest.paging import page
from zhize.rest.schema import Id, Line, Page, PageQuery, Prose, Schema, When

router = rest.Router("meetings")


class ProposalOut(Schema):
    id: Id
    number: str
    kind: str
    title: str
    text: str
    state: str
    author: NamedOut
    decider: NamedOut
    filed_at: When
    decision: str
    decided_at: When | None
    duty: Id | None
    duty_version: int | None
    sheet_version: int | None
    outcome: str


class ProposalQuery(PageQuery):
    kind: Line | None = None
    state: Line | None = None


class ProposalIn(Schema):
    """`kind`: rule, appoint, promote, demote, dismiss, pay, hire or other."""

    kind: Line
    title: Line
    text: Prose
    duty: Id | None = None
    about: Id | None = None
    about_position: Id | None = None
    source: Id | None = None


class DecideIn(Schema):
    decision: Prose


class CarryOutIn(Schema):
    outcome: Prose
    duty_version: Id | None = None
    sheet_version: Id | None = None


class WithdrawIn(Schema):
    reason: Line


@router.get("/proposals", response=Page[ProposalOut])
@rest.operation(capability="proposal.view")
def list_proposals(request: Request, query: rest.Query[ProposalQuery]) -> Any:
    """Proposals the caller may see, newest first"""
    part = page(narrowed(selectors.proposals(request.actor), query), query)
    return part.answer(_proposal(row) for row in part.rows)


@router.post("/proposals", response={201: ProposalOut})
@rest.operation(capability="proposal.file")
def file_proposal(request: Request, body: ProposalIn) -> Any:
    """File a proposal; the nearest superior position that may decide its kind owes the decision"""
    home, actor = access.unit_of(request.actor), request.actor
    duty: Duty | None = chosen(selectors.duties_to_change(actor), body.duty, "duty") if body.duty else None
    about: Person | None = chosen(selectors.colleagues(home), body.about, "about") if body.about else None
    position: Position | None = (
        chosen(selectors.positions_near(home), body.about_position, "about_position")
        if body.about_position
        else None
    )
    row = services.file_proposal(
        actor=actor,
        duty=duty,
        about=about,
        about_position=position,
        source=access.fetch(actor, Talk, body.source) if body.source else None,
        **body.model_dump(include={"kind", "title", "text"}),
    )
    return created(_proposal(row), location=f"/api/v1/proposals/{row.pk}")


@router.get("/proposals/{proposal_id}", response=ProposalOut)
@rest.operation(capability="proposal.view")
def read_proposal(request: Request, proposal_id: Id) -> Any:
    """One proposal with its decision"""
    return _proposal(access.fetch(request.actor, Proposal, proposal_id))


@router.post("/proposals/{proposal_id}/adopt", response=ProposalOut)
@rest.operation(capability="proposal.view")
def adopt_proposal(request: Request, proposal_id: Id, body: DecideIn) -> Any:
    """The decider agrees"""
    row = access.fetch(request.actor, Proposal, proposal_id)
    return _proposal(services.adopt(actor=request.actor, proposal=row, decision=body.decision))


@router.post("/proposals/{proposal_id}/decline", response=ProposalOut)
@rest.operation(capability="proposal.view")
def decline_proposal(request: Request, proposal_id: Id, body: DecideIn) -> Any:
    """The decider does not agree, and says why"""
    row = access.fetch(request.actor, Proposal, proposal_id)
    return _proposal(services.decline(actor=request.actor, proposal=row, decision=body.decision))


@router.post("/proposals/{proposal_id}/carry-out", response=ProposalOut)
@rest.operation(capability="proposal.view")
def carry_out_proposal(request: Request, proposal_id: Id, body: CarryOutIn) -> Any:
    """Say what was done, and which version of the duty or position sheet carries it"""
    row = access.fetch(request.actor, Proposal, proposal_id)
    version = None
    if body.duty_version:
        version = chosen(selectors.versions_since(row), body.duty_version, "duty_version")
    sheet = None
    if body.sheet_version:
        sheet = chosen(selectors.sheets_since(row), body.sheet_version, "sheet_version")
    done = services.carry_out(
        actor=request.actor, proposal=row, outcome=body.outcome, duty_version=version, sheet_version=sheet
    )
    return _proposal(done)


@router.post("/proposals/{proposal_id}/withdraw", response=ProposalOut)
@rest.operation(capability="proposal.file")
def withdraw_proposal(request: Request, proposal_id: Id, body: WithdrawIn) -> Any:
    """The author takes it back before it is decided"""
    row = access.fetch(request.actor, Proposal, proposal_id, "proposal.file")
    return _proposal(services.withdraw(actor=request.actor, proposal=row, reason=body.reason))


def _proposal(row: Proposal) -> dict[str, Any]:
    same = ("id", "number", "kind", "title", "text", "state", "filed_at", "decision", "decided_at", "outcome")
    return {
        **{name: getattr(row, name) for name in same},
        "author": named(row.author),
        "decider": named(row.decider),
        "duty": row.duty_id,
        "duty_version": row.duty_version.number if row.duty_version else None,
        "sheet_version": row.sheet_version.number if row.sheet_version else None,
    }
