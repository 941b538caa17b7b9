"""Shift logs through the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize import rest
from zhize.domains.duties import selectors as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts import selectors
from zhize.domains.shifts.api.naming import one_of, who
from zhize.domains.shifts.models import ShiftLog
from zhize.domains.shifts.services import logs as services
from zhize.kernel import access
from zhize.kernel.db import Invalid
from zhize.kernel.org.models import Unit
from zhize.rest.operations import Request, created
from zhize.rest.paging import page
from zhize.rest.schema import Id, Line, Page, PageQuery, PersonRef, Prose, Schema, When

router = rest.Router("shift-logs")


class TitleOut(Schema):
    zh: str
    en: str


class ItemOut(Schema):
    """An open case or something owed: `label` is cases.case or duties.obligation."""

    label: str
    id: Id
    number: str
    title: TitleOut
    who: str
    due: str | None


class LogOut(Schema):
    """`items` are live until the log is handed over, then as they stood; `hidden`: how many the caller may not see."""

    id: Id
    state: str
    unit: Id
    name: str
    from_at: When
    outgoing: PersonRef
    incoming: PersonRef | None
    handed_at: When | None
    taken_at: When | None
    incidents: str
    system_state: str
    notices: str
    notes: str
    remark: str
    items: list[ItemOut] | None = None
    hidden: int | None = None


class LogQuery(PageQuery):
    unit: Id | None = None
    state: Line | None = None


class BeginIn(Schema):
    unit: Id
    name: Line


class WriteIn(Schema):
    """What is left out stays."""

    name: Line | None = None
    incidents: Prose | None = None
    system_state: Prose | None = None
    notices: Prose | None = None
    notes: Prose | None = None


class HandIn(Schema):
    """`signature`: the picture drawn, as a PNG data address. `proves`: the caller's own duty of which this log is the record."""

    to: Id
    signature: str
    proves: Id | None = None


class TakeIn(Schema):
    signature: str
    note: Line = ""


class NoteIn(Schema):
    note: Line


@router.get("/shift-logs", response=Page[LogOut])
@rest.operation(capability=caps.HANDOVER_VIEW)
def list_shift_logs(request: Request, query: rest.Query[LogQuery]) -> Any:
    """Handover logs the caller may see, newest first"""
    given = query.model_dump(include={"unit", "state"}, exclude_none=True)
    part = page(selectors.logs(request.actor).filter(**given).order_by("-pk"), query)
    return part.answer(_log(row) for row in part.rows)


@router.post("/shift-logs", response={201: LogOut})
@rest.operation(capability=caps.HANDOVER_WRITE)
def begin_shift_log(request: Request, body: BeginIn) -> Any:
    """Begin the log of the running shift of a unit; the last one must be signed"""
    unit = access.fetch(request.actor, Unit, body.unit)
    row = services.begin(actor=request.actor, unit=unit, name=body.name)
    return created(_shown(request, row), location=f"/api/v1/shift-logs/{row.pk}")


@router.get("/shift-logs/{log_id}", response=LogOut)
@rest.operation(capability=caps.HANDOVER_VIEW)
def read_shift_log(request: Request, log_id: Id) -> Any:
    """One log with its open cases and what is due"""
    return _shown(request, access.fetch(request.actor, ShiftLog, log_id))


@router.patch("/shift-logs/{log_id}", response=LogOut)
@rest.operation(capability=caps.HANDOVER_WRITE)
def write_shift_log(request: Request, log_id: Id, body: WriteIn) -> Any:
    """Incidents, state of systems, notices, notes"""
    row = access.fetch(request.actor, ShiftLog, log_id, caps.HANDOVER_WRITE)
    return _shown(request, services.write(actor=request.actor, log=row, **body.model_dump(exclude_none=True)))


@router.post("/shift-logs/{log_id}/verbs/hand", response=LogOut)
@rest.operation(capability=caps.HANDOVER_WRITE)
def hand_shift_log(request: Request, log_id: Id, body: HandIn) -> Any:
    """Sign and hand over to a colleague"""
    row = access.fetch(request.actor, ShiftLog, log_id, caps.HANDOVER_WRITE)
    to = one_of(selectors.near(row.unit), body.to, "to")
    assert to is not None  # noqa: S101 - `to` is demanded
    proves = _owed(request, body.proves) if body.proves is not None else None
    done = services.hand(actor=request.actor, log=row, to=to, signature=body.signature, proves=proves)
    return _shown(request, done)


def _owed(request: Request, pk: int) -> Obligation:
    found = duties.provable(request.actor, services.RECORD).filter(pk=pk).first()
    if found is None:
        raise Invalid({"proves": _("这件事不是您的，或者不是凭交接班日志办结的。")})
    return found


@router.post("/shift-logs/{log_id}/verbs/take", response=LogOut)
@rest.operation(capability=caps.HANDOVER_WRITE)
def take_shift_log(request: Request, log_id: Id, body: TakeIn) -> Any:
    """Sign as the incoming side"""
    row = access.fetch(request.actor, ShiftLog, log_id, caps.HANDOVER_WRITE)
    return _shown(request, services.take(actor=request.actor, log=row, **body.model_dump()))


@router.post("/shift-logs/{log_id}/verbs/give_back", response=LogOut)
@rest.operation(capability=caps.HANDOVER_WRITE)
def return_shift_log(request: Request, log_id: Id, body: NoteIn) -> Any:
    """Return it to be completed"""
    row = access.fetch(request.actor, ShiftLog, log_id, caps.HANDOVER_WRITE)
    return _shown(request, services.give_back(actor=request.actor, log=row, note=body.note))


@router.post("/shift-logs/{log_id}/verbs/drop", response=LogOut)
@rest.operation(capability=caps.HANDOVER_WRITE)
def drop_shift_log(request: Request, log_id: Id, body: NoteIn) -> Any:
    """A log begun by mistake"""
    row = access.fetch(request.actor, ShiftLog, log_id, caps.HANDOVER_WRITE)
    return _shown(request, services.drop(actor=request.actor, log=row, note=body.note))


def _shown(request: Request, row: ShiftLog) -> dict[str, Any]:
    log = selectors.logs(request.actor).get(pk=row.pk)
    items = selectors.items_for(request.actor, log)
    return {**_log(log), "items": items.rows, "hidden": items.hidden}


def _log(row: ShiftLog) -> dict[str, Any]:
    same = ("id", "state", "name", "from_at", "handed_at", "taken_at", "incidents", "system_state", "notices",
            "notes", "remark")  # fmt: skip
    return {
        **{name: getattr(row, name) for name in same},
        "unit": row.unit_id,
        "outgoing": who(row.outgoing),
        "incoming": who(row.incoming),
    }
