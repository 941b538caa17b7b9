"""Meetings through the API."""

from __future__ import annotations

from typing import Any

from zhize import rest
from zhize.domains.duties import selectors as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.meetings import selectors, services
from zhize.domains.meetings.api.naming import NamedOut, chosen, named, narrowed
from zhize.domains.meetings.models import Decision, Meeting
from zhize.kernel import access
from zhize.kernel.db import NotFound
from zhize.rest.operations import Request, created
from zhize.rest.paging import page
from zhize.rest.schema import Id, Line, Page, PageQuery, Prose, Schema, When

router = rest.Router("meetings")


class DecisionOut(Schema):
    """`task` is the obligation that closing the minutes made of it."""

    id: Id
    text: str
    owner: NamedOut | None
    due_at: When | None
    task: Id | None
    task_state: str | None


class CameOut(Schema):
    person: NamedOut
    presence: str


class MeetingOut(Schema):
    id: Id
    number: str
    kind: str
    title: str
    state: str
    unit: NamedOut
    starts_at: When
    place: str
    chair: NamedOut
    keeper: NamedOut
    agenda: str
    minutes: str
    people: list[CameOut]
    decisions: list[DecisionOut]
    carried_over: list[DecisionOut]


class MeetingRow(Schema):
    id: Id
    number: str
    kind: str
    title: str
    state: str
    starts_at: When
    chair: NamedOut
    open_actions: int


class MeetingQuery(PageQuery):
    kind: Line | None = None
    state: Line | None = None


class MeetingIn(Schema):
    """`kind`: station, service, topic, desk, weekly, centre, team or other. People by id."""

    unit: Id
    kind: Line
    title: Line
    starts_at: When
    chair: Id
    keeper: Id | None = None
    people: list[Id] = []
    place: Line = ""
    agenda: Prose = ""


class ChangeIn(Schema):
    """What is left out stays."""

    title: Line | None = None
    starts_at: When | None = None
    place: Line | None = None
    agenda: Prose | None = None
    chair: Id | None = None
    keeper: Id | None = None


class CameIn(Schema):
    """`presence`: present, leave or absent."""

    person: Id
    presence: Line


class PresenceIn(Schema):
    """Who came; somebody who was not asked is added."""

    people: list[CameIn]


class CancelIn(Schema):
    reason: Line


class MinutesIn(Schema):
    minutes: Prose


class DecisionIn(Schema):
    text: Prose
    owner: Id | None = None
    due_at: When | None = None


class CloseIn(Schema):
    """`proves`: the caller's own obligation of which these minutes are the record."""

    proves: Id | None = None


@router.get("/meetings", response=Page[MeetingRow])
@rest.operation(capability="meeting.view")
def list_meetings(request: Request, query: rest.Query[MeetingQuery]) -> Any:
    """Meetings the caller may see, newest first"""
    part = page(narrowed(selectors.meetings(request.actor), query), query)
    return part.answer(_meeting_row(row) for row in part.rows)


@router.post("/meetings", response={201: MeetingOut})
@rest.operation(capability="meeting.hold")
def call_meeting(request: Request, body: MeetingIn) -> Any:
    """Call a meeting of a unit; whoever is asked to come is told"""
    given = body.model_dump(exclude={"unit", "chair", "keeper", "people"})
    unit = chosen(selectors.units_to_meet(request.actor), body.unit, "unit")
    known = selectors.colleagues(unit)
    row = services.call(
        actor=request.actor,
        unit=unit,
        chair=chosen(known, body.chair, "chair"),
        keeper=chosen(known, body.keeper, "keeper") if body.keeper else None,
        people=[chosen(known, pk, "people") for pk in dict.fromkeys(body.people)],
        **given,
    )
    return created(_meeting(row), location=f"/api/v1/meetings/{row.pk}")


@router.get("/meetings/{meeting_id}", response=MeetingOut)
@rest.operation(capability="meeting.view")
def read_meeting(request: Request, meeting_id: Id) -> Any:
    """One meeting with its decisions, and what is still open from earlier ones of its kind"""
    return _meeting(access.fetch(request.actor, Meeting, meeting_id))


@router.patch("/meetings/{meeting_id}", response=MeetingOut)
@rest.operation(capability="meeting.hold")
def change_meeting(request: Request, meeting_id: Id, body: ChangeIn) -> Any:
    """Another time, place, agenda, chair or keeper; whoever was asked to come is told"""
    row = access.fetch(request.actor, Meeting, meeting_id, "meeting.hold")
    given = body.model_dump(exclude_none=True)
    known = selectors.colleagues(row.unit)
    for name in ("chair", "keeper"):
        if name in given:
            given[name] = chosen(known, given[name], name)
    return _meeting(services.change(actor=request.actor, meeting=row, **given))


@router.post("/meetings/{meeting_id}/presence", response=MeetingOut)
@rest.operation(capability="meeting.hold")
def mark_presence(request: Request, meeting_id: Id, body: PresenceIn) -> Any:
    """Who came, was on leave or absent"""
    row = access.fetch(request.actor, Meeting, meeting_id, "meeting.hold")
    asked = set(row.attendances.values_list("person", flat=True))
    known = selectors.colleagues(row.unit)
    presence = {
        one.person if one.person in asked else chosen(known, one.person, "people").pk: one.presence
        for one in body.people
    }
    return _meeting(services.mark(actor=request.actor, meeting=row, presence=presence))


@router.post("/meetings/{meeting_id}/cancel", response=MeetingOut)
@rest.operation(capability="meeting.hold")
def cancel_meeting(request: Request, meeting_id: Id, body: CancelIn) -> Any:
    """The meeting does not take place; whoever was asked to come is told"""
    row = access.fetch(request.actor, Meeting, meeting_id, "meeting.hold")
    return _meeting(services.cancel(actor=request.actor, meeting=row, reason=body.reason))


@router.post("/meetings/{meeting_id}/minutes", response=MeetingOut)
@rest.operation(capability="meeting.hold")
def write_minutes(request: Request, meeting_id: Id, body: MinutesIn) -> Any:
    """Write the minutes, until they are closed"""
    row = access.fetch(request.actor, Meeting, meeting_id, "meeting.hold")
    return _meeting(services.write(actor=request.actor, meeting=row, minutes=body.minutes))


@router.post("/meetings/{meeting_id}/decisions", response={201: MeetingOut})
@rest.operation(capability="meeting.hold")
def add_decision(request: Request, meeting_id: Id, body: DecisionIn) -> Any:
    """Write down a decision; with owner and due moment it becomes a task when the minutes are closed"""
    row = access.fetch(request.actor, Meeting, meeting_id, "meeting.hold")
    owner = chosen(selectors.colleagues(row.unit), body.owner, "owner") if body.owner else None
    services.decide(actor=request.actor, meeting=row, text=body.text, owner=owner, due_at=body.due_at)
    return created(_meeting(row), location=f"/api/v1/meetings/{row.pk}")


@router.post("/meetings/{meeting_id}/decisions/{decision_id}/strike", response=MeetingOut)
@rest.operation(capability="meeting.hold")
def strike_decision(request: Request, meeting_id: Id, decision_id: Id) -> Any:
    """Take a decision out again before the minutes are closed"""
    row = access.fetch(request.actor, Meeting, meeting_id, "meeting.hold")
    decision = row.decisions.select_related("meeting").filter(pk=decision_id).first()
    if decision is None:
        raise NotFound
    services.strike(actor=request.actor, decision=decision)
    return _meeting(row)


@router.post("/meetings/{meeting_id}/close", response=MeetingOut)
@rest.operation(capability="meeting.hold")
def close_meeting(request: Request, meeting_id: Id, body: CloseIn) -> Any:
    """Close the minutes: every action becomes its owner's task"""
    row = access.fetch(request.actor, Meeting, meeting_id, "meeting.hold")
    proves: Obligation | None = None
    if body.proves:
        proves = chosen(duties.provable(request.actor, services.RECORD), body.proves, "proves")
    return _meeting(services.close(actor=request.actor, meeting=row, proves=proves))


def _decision(row: Decision) -> dict[str, Any]:
    task = row.obligation
    return {
        "id": row.pk,
        "text": row.text,
        "owner": named(row.owner),
        "due_at": row.due_at,
        "task": task.pk if task else None,
        "task_state": task.state if task else None,
    }


def _meeting_row(row: Any) -> dict[str, Any]:
    same = ("id", "number", "kind", "title", "state", "starts_at", "open_actions")
    return {**{name: getattr(row, name) for name in same}, "chair": named(row.chair)}


def _meeting(meeting: Meeting) -> dict[str, Any]:
    row = selectors.with_people(meeting)
    same = ("id", "number", "kind", "title", "state", "starts_at", "place", "agenda", "minutes")
    return {
        **{name: getattr(row, name) for name in same},
        "unit": named(row.unit),
        "chair": named(row.chair),
        "keeper": named(row.keeper),
        "people": [{"person": named(one.person), "presence": one.presence} for one in row.attendances.all()],
        "decisions": [_decision(one) for one in row.decisions.all()],
        "carried_over": [_decision(one) for one in selectors.carried_over(row)[:50]],
    }
