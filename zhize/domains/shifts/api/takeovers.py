"""Handover lists of positions through the API."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhize import rest
from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts import selectors
from zhize.domains.shifts.api.naming import one_of, who
from zhize.domains.shifts.models import Takeover
from zhize.domains.shifts.services import takeovers as services
from zhize.kernel import access
from zhize.kernel.org.models import Person, Position
from zhize.rest.operations import Request, created
from zhize.rest.paging import page
from zhize.rest.schema import Id, Line, Page, PageQuery, PersonRef, Schema, When

router = rest.Router("takeovers")


class TakeoverLineOut(Schema):
    """One obligation with who takes it, when it was moved and when he signed."""

    id: Id
    obligation: Id
    title: str
    matter: str
    state: str
    due_at: When | None
    taker: PersonRef | None
    moved_at: When | None
    signed_at: When | None


class TakeoverOut(Schema):
    id: Id
    state: str
    unit: Id
    position: str | None
    giver: PersonRef
    reason: str
    on: date
    given_at: When | None
    ended_at: When | None
    lines: list[TakeoverLineOut] | None = None


class TakeoverQuery(PageQuery):
    state: Line | None = None
    giver: Id | None = None


class MakeIn(Schema):
    giver: Id
    position: Id
    reason: Line
    on: date | None = None
    to: Id | None = None


class TakerIn(Schema):
    line: Id
    taker: Id | None


class TakersIn(Schema):
    lines: list[TakerIn]


class SignIn(Schema):
    """`signature`: the picture drawn, as a PNG data address."""

    signature: str


class WhyIn(Schema):
    note: Line


@router.get("/takeovers", response=Page[TakeoverOut])
@rest.operation(capability=caps.TAKEOVER_VIEW)
def list_takeovers(request: Request, query: rest.Query[TakeoverQuery]) -> Any:
    """Handover lists the caller may see, newest first"""
    given = query.model_dump(include={"state", "giver"}, exclude_none=True)
    part = page(selectors.takeovers(request.actor).filter(**given).order_by("-pk"), query)
    return part.answer(_takeover(row) for row in part.rows)


@router.post("/takeovers", response={201: TakeoverOut})
@rest.operation(capability=caps.TAKEOVER_MAKE)
def make_takeover(request: Request, body: MakeIn) -> Any:
    """List what somebody still owes in a position"""
    giver = access.fetch(request.actor, Person, body.giver)
    position = access.fetch(request.actor, Position, body.position)
    to = access.fetch(request.actor, Person, body.to) if body.to else None
    row = services.make_list(
        actor=request.actor, giver=giver, position=position, reason=body.reason, on=body.on, to=to
    )
    return created(_shown(request, row), location=f"/api/v1/takeovers/{row.pk}")


@router.get("/takeovers/{takeover_id}", response=TakeoverOut)
@rest.operation(capability=caps.TAKEOVER_VIEW)
def read_takeover(request: Request, takeover_id: Id) -> Any:
    """One list with its rows"""
    return _shown(request, access.fetch(request.actor, Takeover, takeover_id))


@router.post("/takeovers/{takeover_id}/takers", response=TakeoverOut)
@rest.operation(capability=caps.TAKEOVER_MAKE)
def name_takers(request: Request, takeover_id: Id, body: TakersIn) -> Any:
    """Say who takes which row"""
    row = access.fetch(request.actor, Takeover, takeover_id, caps.TAKEOVER_MAKE)
    near = selectors.near(row.unit)
    takers = {each.line: one_of(near, each.taker, "lines") for each in body.lines}
    return _shown(request, services.name_takers(actor=request.actor, takeover=row, takers=takers))


@router.post("/takeovers/{takeover_id}/verbs/give", response=TakeoverOut)
@rest.operation(capability=caps.TAKEOVER_SIGN)
def give_takeover(request: Request, takeover_id: Id, body: SignIn) -> Any:
    """Sign as the one who leaves"""
    row = access.fetch(request.actor, Takeover, takeover_id, caps.TAKEOVER_SIGN)
    return _shown(request, services.give(actor=request.actor, takeover=row, signature=body.signature))


@router.post("/takeovers/{takeover_id}/verbs/take", response=TakeoverOut)
@rest.operation(capability=caps.TAKEOVER_SIGN)
def take_takeover(request: Request, takeover_id: Id, body: SignIn) -> Any:
    """Sign for one's rows: one owes them from now on, or from the list's day on"""
    row = access.fetch(request.actor, Takeover, takeover_id, caps.TAKEOVER_SIGN)
    return _shown(request, services.take(actor=request.actor, takeover=row, signature=body.signature))


@router.post("/takeovers/{takeover_id}/verbs/move", response=TakeoverOut)
@rest.operation(capability=caps.TAKEOVER_FORCE)
def move_takeover(request: Request, takeover_id: Id, body: WhyIn) -> Any:
    """Move every row that has a taker at once; the signatures are still awaited"""
    row = access.fetch(request.actor, Takeover, takeover_id, caps.TAKEOVER_FORCE)
    return _shown(request, services.move_now(actor=request.actor, takeover=row, note=body.note))


@router.post("/takeovers/{takeover_id}/verbs/waive", response=TakeoverOut)
@rest.operation(capability=caps.TAKEOVER_FORCE)
def waive_takeover(request: Request, takeover_id: Id, body: WhyIn) -> Any:
    """Close a list that somebody cannot sign any more"""
    row = access.fetch(request.actor, Takeover, takeover_id, caps.TAKEOVER_FORCE)
    return _shown(request, services.waive(actor=request.actor, takeover=row, note=body.note))


def _shown(request: Request, row: Takeover) -> dict[str, Any]:
    found = selectors.takeovers(request.actor).get(pk=row.pk)
    lines = [
        {
            "id": line.pk,
            "obligation": line.obligation_id,
            "title": line.obligation.name.zh,
            "matter": line.matter.zh,
            "state": line.obligation.state,
            "due_at": line.obligation.due_at,
            "taker": who(line.taker),
            "moved_at": line.moved_at,
            "signed_at": line.signed_at,
        }
        for line in selectors.lines_for(request.actor, found)
    ]
    return {**_takeover(found), "lines": lines}


def _takeover(row: Takeover) -> dict[str, Any]:
    same = ("id", "state", "reason", "on", "given_at", "ended_at")
    return {
        **{name: getattr(row, name) for name in same},
        "unit": row.unit_id,
        "position": row.position.code if row.position else None,
        "giver": who(row.giver),
    }
