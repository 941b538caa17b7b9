"""Leave through the API."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from zhize import rest
from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts import selectors, services
from zhize.domains.shifts.api.naming import one_of, who
from zhize.domains.shifts.filters import LeaveFilter
from zhize.domains.shifts.models import Leave
from zhize.kernel import access
from zhize.kernel.db import Invalid, NotFound
from zhize.rest.operations import Request, created
from zhize.rest.paging import page
from zhize.rest.schema import Id, Line, Page, PageQuery, PersonRef, Prose, Schema, When

router = rest.Router("shifts")


class LeaveOut(Schema):
    """`days` are working days in halves. `decider` is empty while several may decide, with its position while nobody can."""

    id: Id
    state: str
    person: PersonRef
    position: str
    unit: Id
    kind: str
    from_on: date
    from_half: str
    to_on: date
    to_half: str
    days: str
    reason: str
    deputy: PersonRef | None
    decider: PersonRef | None
    decider_position: str | None
    decided_by: PersonRef | None
    decided_at: When | None
    remark: str
    asked_at: When


class LeaveQuery(PageQuery):
    kind: Line | None = None
    state: Line | None = None
    person: Id | None = None
    away_after: Line | None = None
    away_before: Line | None = None


class LeaveIn(Schema):
    """`kind`: annual, personal, sick, compensatory or other. Halves: from the morning (am) or noon (pm), to noon (am) or evening."""

    kind: Line
    from_on: date
    to_on: date
    from_half: Literal["am", "pm"] = "am"
    to_half: Literal["am", "pm"] = "pm"
    reason: Prose
    deputy: Id | None = None


class LeaveVerbIn(Schema):
    """`note` is demanded by refuse; `deputy` belongs to approve and replaces the one proposed."""

    note: Line = ""
    deputy: Id | None = None


@router.get("/leaves", response=Page[LeaveOut])
@rest.operation(capability=caps.LEAVE_VIEW)
def list_leaves(request: Request, query: rest.Query[LeaveQuery]) -> Any:
    """Leave the caller may see, newest first"""
    given: dict[str, Any] = query.model_dump(exclude={"limit", "cursor"}, exclude_none=True)
    found = LeaveFilter(given, queryset=selectors.visible(request.actor), request=request)
    if not found.form.is_valid():
        raise Invalid({name: list(texts) for name, texts in found.form.errors.items()})
    part = page(found.qs.order_by("-pk"), query)
    return part.answer(_leave(row) for row in part.rows)


@router.post("/leaves", response={201: LeaveOut})
@rest.operation(capability=caps.LEAVE_REQUEST)
def ask_leave(request: Request, body: LeaveIn) -> Any:
    """Ask for leave for oneself; days and reporting line say who decides"""
    given = body.model_dump()
    given["deputy"] = one_of(selectors.proposed(request.actor), body.deputy, "deputy")
    row = services.ask(actor=request.actor, **given)
    return created(_shown(request, row), location=f"/api/v1/leaves/{row.pk}")


@router.get("/leaves/{leave_id}", response=LeaveOut)
@rest.operation(capability=caps.LEAVE_VIEW)
def read_leave(request: Request, leave_id: Id) -> Any:
    """One request for leave"""
    return _shown(request, access.fetch(request.actor, Leave, leave_id))


@router.post("/leaves/{leave_id}/verbs/{verb}", response=LeaveOut)
@rest.operation(capability=(caps.LEAVE_DECIDE, caps.LEAVE_REQUEST))
def act_on_leave(request: Request, leave_id: Id, verb: Line, body: LeaveVerbIn) -> Any:
    """Approve, refuse, withdraw, cancel before it begins, or come back early (`back`)"""
    row = access.fetch(request.actor, Leave, leave_id)
    act = _VERBS.get(verb)
    if act is None:
        raise NotFound
    given: dict[str, Any] = {"note": body.note}
    if verb == "approve" and body.deputy is not None:
        given["deputy"] = one_of(selectors.near(row.unit), body.deputy, "deputy")
    return _shown(request, act(actor=request.actor, leave=row, **given))


_VERBS: dict[str, Any] = {
    "approve": services.approve,
    "refuse": services.refuse,
    "withdraw": services.withdraw,
    "cancel": services.cancel,
    "back": services.come_back,
}


def _shown(request: Request, row: Leave) -> dict[str, Any]:
    return _leave(selectors.visible(request.actor).get(pk=row.pk))


def _leave(row: Leave) -> dict[str, Any]:
    same = ("id", "state", "kind", "from_on", "from_half", "to_on", "to_half", "reason", "decided_at", "remark", "asked_at")  # fmt: skip
    return {
        **{name: getattr(row, name) for name in same},
        "person": who(row.person),
        "position": row.position.code,
        "unit": row.unit.pk,
        "days": str(row.days),
        "deputy": who(row.deputy),
        "decider": who(row.decider),
        "decider_position": row.decider_position.code if row.decider_position else None,
        "decided_by": who(row.decided_by),
    }
