"""Talks on record through the API."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhize import rest
from zhize.domains.meetings import selectors, services
from zhize.domains.meetings.api.naming import NamedOut, chosen, named
from zhize.domains.meetings.models import Talk
from zhize.kernel import access
from zhize.rest.operations import Request, created
from zhize.rest.paging import page
from zhize.rest.schema import Id, Line, Page, PageQuery, Prose, Schema, When

router = rest.Router("meetings")


class TalkOut(Schema):
    id: Id
    kind: str
    confidential: bool
    author: NamedOut
    receiver: str
    about: NamedOut | None
    on: date
    text: str
    measures: str
    read_at: When | None
    answer: str
    answered_at: When | None


class TalkIn(Schema):
    """`kind`: reward, dispute, state, causes (upwards) · arrangement, interview, encouragement (`to`) · exchange (`to_unit`)."""

    kind: Line
    text: Prose
    on: date | None = None
    to: Id | None = None
    to_unit: Id | None = None
    about: Id | None = None
    measures: Prose = ""


class TalkAnswerIn(Schema):
    text: Prose


@router.get("/talks", response=Page[TalkOut])
@rest.operation(capability="talk.view")
def list_talks(request: Request, query: rest.Query[PageQuery]) -> Any:
    """Talks on record that the caller may read, newest first"""
    part = page(selectors.talks(request.actor).order_by("-pk"), query)
    return part.answer(_talk(row) for row in part.rows)


@router.post("/talks", response={201: TalkOut})
@rest.operation(capability="talk.record")
def record_talk(request: Request, body: TalkIn) -> Any:
    """Put a talk on record; upward kinds go to the position above the caller's"""
    home = access.unit_of(request.actor)
    known = selectors.colleagues(home)
    row = services.record_talk(
        actor=request.actor,
        to=chosen(known, body.to, "to") if body.to else None,
        about=chosen(known, body.about, "about") if body.about else None,
        to_unit=chosen(selectors.departments(home), body.to_unit, "to_unit") if body.to_unit else None,
        **body.model_dump(exclude={"to", "about", "to_unit"}),
    )
    return created(_talk(row), location=f"/api/v1/talks/{row.pk}")


@router.get("/talks/{talk_id}", response=TalkOut)
@rest.operation(capability="talk.view")
def read_talk(request: Request, talk_id: Id) -> Any:
    """One talk"""
    return _talk(access.fetch(request.actor, Talk, talk_id))


@router.post("/talks/{talk_id}/read", response=TalkOut)
@rest.operation(capability="talk.view")
def talk_was_read(request: Request, talk_id: Id) -> Any:
    """Whoever it was told to says that he has read it; the first reading counts"""
    row = access.fetch(request.actor, Talk, talk_id)
    return _talk(services.read(actor=request.actor, talk=row))


@router.post("/talks/{talk_id}/answer", response=TalkOut)
@rest.operation(capability="talk.view")
def answer_talk(request: Request, talk_id: Id, body: TalkAnswerIn) -> Any:
    """Answer what was told to the caller"""
    row = access.fetch(request.actor, Talk, talk_id)
    return _talk(services.answer(actor=request.actor, talk=row, text=body.text))


def _talk(row: Talk) -> dict[str, Any]:
    same = ("id", "kind", "on", "text", "measures", "read_at", "answer", "answered_at")
    return {
        **{name: getattr(row, name) for name in same},
        "confidential": row.is_confidential,
        "author": named(row.author),
        "receiver": str(row.receiver or ""),
        "about": named(row.about),
    }
