"""What goes in and out of the API of cases."""

from __future__ import annotations

from typing import Any

from zhize.rest.paging import PageQuery
from zhize.rest.schema import Id, Line, PersonRef, Prose, Schema, When


class CaseCustomerIn(Schema):
    """A known customer by `id`, or one to be found or made by name and phone (or mail address)."""

    id: Id | None = None
    name: Line = ""
    phone: Line = ""
    email: Line = ""


class CaseIn(Schema):
    type: Line
    title: Line
    channel: Line = "api"
    description: Prose = ""
    customer: CaseCustomerIn | None = None
    premises: Id | None = None
    unit: Id | None = None
    severity: Line = ""
    subtype: Line = ""
    answers: dict[Line, Any] = {}
    tags: list[Line] = []
    external_ref: Line = ""
    consent: bool | None = None
    object: Line = ""
    """What the matter is about, where the type's routing asks (e.g. the desk itself)."""
    solution: Prose = ""
    """Solved on the spot, with this answer."""


class CaseVerbOut(Schema):
    verb: str
    label: str
    enabled: bool
    reason: str | None
    needs: list[str]


class DueOut(Schema):
    obligation: Id
    title: str
    due_at: When | None
    holder: str | None


class CaseOut(Schema):
    id: Id
    number: str
    type: str
    nature: str
    subtype: str
    title: str
    description: str | None = None
    severity: str
    is_major: bool
    channel: str
    state: str
    category: str
    customer: PersonRef | None
    contact_name: str
    premises: str | None
    unit: Id
    area: str | None
    owner: PersonRef | None
    routing_finding: str
    accepted_at: When
    dispatched_at: When | None
    forwarded_at: When | None
    replied_at: When | None
    answered_at: When | None
    informed_at: When | None
    closed_at: When | None
    next_due_at: When | None
    is_late: bool
    outcome: str
    solution: str | None = None
    satisfaction: int | None
    reopen_count: int
    repeat_of: str | None
    tags: list[str]
    due: list[DueOut] | None = None
    verbs: list[CaseVerbOut] | None = None


class CaseQuery(PageQuery):
    """The filters of the case list; `state` takes categories, several of them comma-separated."""

    q: Line | None = None
    state: Line | None = None
    type: Line | None = None
    nature: Line | None = None
    subtype: Line | None = None
    severity: Line | None = None
    channel: Line | None = None
    owner: Id | None = None
    unit: Id | None = None
    area: Id | None = None
    customer: Id | None = None
    premises: Id | None = None
    accepted_after: Line | None = None
    accepted_before: Line | None = None
    closed_after: Line | None = None
    closed_before: Line | None = None
    tag: Line | None = None
    late: bool | None = None
    major: bool | None = None
    repeat: bool | None = None


class CaseVerbIn(Schema):
    """What a verb may need; which, the case says in `verbs[].needs`."""

    note: Prose = ""
    reason: Line = ""
    until: When | None = None
    solution: Prose = ""
    outcome: Line = ""
    cause: Line = ""
    analysis: Prose = ""
    plan: Prose = ""
    to: Id | None = None
    passed: bool | None = None
    channel: Line = "phone"


class MessageIn(Schema):
    """`kind`: reply (the customer sees it), note or opinion (internal), from_customer (what the customer said)."""

    kind: Line = "reply"
    body: Prose
    channel: Line = "phone"
    result: bool = False


class MessageOut(Schema):
    id: Id
    kind: str


class TimelineOut(Schema):
    at: When
    kind: str
    who: str
    text: str
    verb: str | None
    note: str | None


class FileOut(Schema):
    id: Id
    name: str
    media_type: str
    size: int
    at: When
