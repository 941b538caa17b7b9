"""The handover log of a shift 交接班日志: begun, written, handed over, taken over or returned (ORG-18)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.services.proving import of_record
from zhize.domains.duties.services.rights import in_unit
from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts import selectors
from zhize.domains.shifts.machine import SHIFT_LOG
from zhize.domains.shifts.models import ShiftLog
from zhize.domains.shifts.services import signing
from zhize.domains.shifts.services.routing import is_owed
from zhize.kernel import access, flow, history
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, Refused, atomic, guarded_update, one_at_a_time
from zhize.kernel.org.models import Person, Unit
from zhize.lib import clock
from zhize.lib.text import Text

RECORD = "shift_log"
WRITTEN = ("name", "incidents", "system_state", "notices", "notes")
# Taking over a shift is a matter of the same hour.
TAKE_WITHIN = {"kind": "elapsed", "minutes": 60}


class StillOpen(DomainError):
    code = "shift_log.still_open"
    message = _("上一班的交接班日志还没有签收。")


@atomic
def begin(*, actor: Actor, unit: Unit, name: str) -> ShiftLog:
    """Begin the log of the running shift of a unit. The shift is the actor's turn of duty there; without one, it begins
    when the last log was taken over. Raises Refused, Invalid, and StillOpen while the unit's last log is unsigned."""
    in_unit(actor, caps.HANDOVER_WRITE, unit)
    if actor.person_id is None:
        raise Refused
    if not name.strip():
        raise Invalid({"name": _("请写班次。")})
    one_at_a_time("shifts.log", unit.pk)
    if ShiftLog.objects.filter(unit=unit, category__in=flow.OPEN).exists():
        raise StillOpen
    log = ShiftLog.objects.create(
        unit=unit,
        name=name.strip()[:40],
        from_at=selectors.shift_began(actor, unit) or clock.now(),
        outgoing_id=actor.person_id,
        **flow.begin(SHIFT_LOG),
    )
    history.record(actor=actor, verb="shiftlog.begun", subject=log, data={"name": log.name}, unit=unit)
    return log


@atomic
def write(*, actor: Actor, log: ShiftLog, **texts: str) -> ShiftLog:
    """Incidents, state of systems, notices, further notes. Raises NotNow once it is handed over."""
    access.require(actor, caps.HANDOVER_WRITE, log)
    if log.state != "draft":
        raise flow.NotNow(_("日志已经交出，退回以后才能补充。"))
    values: dict[str, Any] = {key: value.strip() for key, value in texts.items() if key in WRITTEN}
    if not values.get("name", log.name):
        raise Invalid({"name": _("请写班次。")})
    with history.change(log, actor=actor, verb="shiftlog.written"):
        guarded_update(log, expect={"state": "draft"}, **values)
    return log


@atomic
def hand(
    *, actor: Actor, log: ShiftLog, to: Person, signature: str, proves: Obligation | None = None
) -> ShiftLog:
    """Sign and hand over: what is open now is frozen on the log, and `to` owes the taking over within the hour.

    `proves` is the actor's own obligation of which this log is the record: it is done with it. Raises Refused, NotNow,
    Invalid for a missing signature, for handing over to oneself, or for a duty that something else proves.
    """
    if to.pk == actor.person_id or not to.active:
        raise Invalid({"to": _("请选择接班的同事。")})
    signing.sign(actor=actor, row=log, signature=signature, capability=caps.HANDOVER_WRITE)
    now = clock.now()
    items = selectors.still_open(log)
    obligation = duties.open_obligation(
        actor=actor,
        unit=log.unit,
        title=Text(f"签收{log.name}的交接班日志", f"Take over the shift: {log.name}"),
        kind="triggered",
        holder=to,
        position=selectors.position_of(to, log.unit),
        subject=log,
        target=TAKE_WITHIN,
    )
    flow.perform(
        log,
        "hand",
        actor=actor,
        data={"count": len(items), "to": to.name},
        changes={
            "outgoing_id": actor.person_id,
            "incoming": to,
            "handed_at": now,
            "to_at": now,
            "items": items,
            "obligation": obligation,
        },
        also=(to,),
    )
    if proves is not None:
        duties.fulfil(actor=actor, obligation=proves, evidence=of_record(proves, log, RECORD))
    return log


@atomic
def take(*, actor: Actor, log: ShiftLog, signature: str, note: str = "") -> ShiftLog:
    """Sign as the incoming side, whoever was expected. From now on the open items stand on the new shift's page."""
    signing.sign(actor=actor, row=log, signature=signature, capability=caps.HANDOVER_WRITE)
    flow.perform(
        log,
        "take",
        actor=actor,
        note=note.strip(),
        changes={"incoming_id": actor.person_id, "taken_at": clock.now(), "remark": note.strip()},
    )
    if is_owed(log.obligation):
        duties.fulfil(actor=actor, obligation=log.obligation, subject_fact=log)
    return log


@atomic
def give_back(*, actor: Actor, log: ShiftLog, note: str) -> ShiftLog:
    """Return it to the outgoing side to be completed; needs a remark."""
    owed = log.obligation
    flow.perform(
        log,
        "give_back",
        actor=actor,
        note=note.strip(),
        changes={
            "remark": note.strip(),
            "incoming": None,
            "handed_at": None,
            "to_at": None,
            "items": [],
            "obligation": None,
        },
    )
    if is_owed(owed):
        duties.cancel(actor=actor, obligation=owed, reason=note.strip(), subject_fact=log)
    return log


@atomic
def drop(*, actor: Actor, log: ShiftLog, note: str) -> ShiftLog:
    """A log begun by mistake; needs a reason."""
    flow.perform(log, "drop", actor=actor, note=note.strip())
    return log
