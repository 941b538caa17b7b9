"""Work sheets 工作单: asking another department to do its part, with its own limit (CAS-09, CAS-35, TRG-30)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.machine import WORKSHEET
from zhize.domains.cases.models import Case, WorkSheet
from zhize.domains.cases.services.writing import write
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.kernel import access, calendars, flow, history, numbering
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person, Unit
from zhize.lib import clock
from zhize.lib.text import Text


@atomic
def send(
    *, actor: Actor, case: Case, unit: Unit, task: str, due_at: datetime, person: Person | None = None
) -> WorkSheet:
    """Send a work sheet to a department, due at `due_at` (UTC). Its head answers for it unless `person` is named.

    Raises Invalid (no task, a limit in the past, an ended case) or Refused.
    """
    access.require(actor, "worksheet.send", case)
    errors: dict[str, Any] = {}
    if case.is_ended:
        errors[""] = _("工单已经结束。")
    if not task.strip():
        errors["task"] = _("请写明要协办的事项。")
    if due_at <= clock.now():
        errors["due_at"] = _("时限要在现在以后。")
    if errors:
        raise Invalid(errors)
    position, holder = head_of(unit)
    now = clock.now()
    sheet = WorkSheet(
        number=numbering.next_number("worksheet", at=now, unit=unit),
        case=case,
        unit=unit,
        position=position,
        person=person or holder,
        task=task.strip(),
        due_at=due_at,
        sent_at=now,
        sent_by_id=actor.person_id,
        **flow.begin(WORKSHEET),
    )
    sheet.save()
    guarded_update(sheet, obligation=_start_clock(actor, sheet))
    write(case, last_activity_at=now)
    history.record(
        actor=actor,
        verb="worksheet.sent",
        subject=sheet,
        data={"number": sheet.number, "to": str(unit), "due": _local(unit, due_at), "case": case.number},
        also=[case],
    )
    return sheet


def usual_limit(case: Case) -> datetime:
    """What a work sheet's limit is when nobody thinks of another: when the next working day ends, but never later
    than half of the time that is left to answer the customer."""
    now, limit = clock.now(), calendars.next_day_end(case.unit)
    if case.next_due_at is not None and case.next_due_at > now:
        limit = min(limit, now + (case.next_due_at - now) / 2)
    return limit.replace(second=0, microsecond=0)


def head_of(unit: Unit) -> tuple[Any, Person | None]:
    """The position that leads a unit (the one that reports to nobody in it) and who answers for it now."""
    positions = list(unit.positions.filter(active=True).select_related("reports_to", "unit"))
    tops = [row for row in positions if row.reports_to is None or row.reports_to.unit_id != unit.pk]
    for position in tops or positions:
        holder = org.answerable(position)
        if holder is not None:
            return position, holder
    return next(iter(tops or positions), None), None


def _local(unit: Unit, at: datetime) -> str:
    return at.astimezone(clock.zone(unit.timezone)).strftime("%m-%d %H:%M")


def _start_clock(actor: Actor, sheet: WorkSheet) -> Obligation:
    """What the department owes; its clock is the sheet's own (CAS-09)."""
    return duties.open_obligation(
        actor=actor,
        unit=sheet.unit,
        title=Text(f"答复工作单 {sheet.number}", f"Answer work sheet {sheet.number}"),
        holder=sheet.person,
        position=sheet.position,
        subject=sheet,
        target={"kind": "moment", "at": sheet.due_at.isoformat()},
        kind="worksheet",
        also=[sheet.case],
    )


@atomic
def receive(*, actor: Actor, sheet: WorkSheet) -> WorkSheet:
    """The department takes the sheet in hand."""
    flow.perform(
        sheet, "receive", actor=actor, changes={"received_at": clock.now(), "person_id": sheet.person_id or actor.person_id},
        also=(sheet.case,),
    )  # fmt: skip
    return sheet


@atomic
def answer(*, actor: Actor, sheet: WorkSheet, result: str, agreed: str = "") -> WorkSheet:
    """The department answers: what was agreed and done (CAS-35). Stops the sheet's clock."""
    flow.perform(
        sheet,
        "answer",
        actor=actor,
        data={"result": result},
        changes={
            "result": result.strip(),
            "agreed": agreed.strip() or sheet.agreed,
            "answered_at": clock.now(),
            "received_at": sheet.received_at or clock.now(),
        },
        also=(sheet.case,),
    )
    if sheet.obligation is not None and sheet.obligation.is_open:
        duties.fulfil(actor=actor, obligation=sheet.obligation, subject_fact=sheet)
    return sheet


@atomic
def accept(*, actor: Actor, sheet: WorkSheet) -> WorkSheet:
    """The case's side is content with the answer."""
    flow.perform(sheet, "accept", actor=actor, also=(sheet.case,))
    return sheet


@atomic
def give_back(*, actor: Actor, sheet: WorkSheet, note: str, due_at: datetime) -> WorkSheet:
    """Not good enough: another round with a fresh limit."""
    access.require(actor, "worksheet.accept", sheet)
    if due_at <= clock.now():
        raise Invalid({"due_at": _("时限要在现在以后。")})
    if sheet.machine.move("give_back", sheet.state) is None:
        raise flow.NotNow
    sheet.due_at = due_at
    flow.perform(
        sheet,
        "give_back",
        actor=actor,
        note=note,
        changes={
            "round": sheet.round + 1,
            "due_at": due_at,
            "answered_at": None,
            "obligation": _start_clock(actor, sheet),
        },
        also=(sheet.case,),
    )
    return sheet


@atomic
def cancel(*, actor: Actor, sheet: WorkSheet, note: str) -> WorkSheet:
    """Withdraw the sheet; its clock ends without counting."""
    flow.perform(sheet, "cancel", actor=actor, note=note, also=(sheet.case,))
    if sheet.obligation is not None and sheet.obligation.is_open:
        duties.cancel(actor=actor, obligation=sheet.obligation, reason=note, subject_fact=sheet)
    return sheet


@atomic
def urge(*, actor: Actor, sheet: WorkSheet, note: str = "") -> WorkSheet:
    """Chase the department; its holder is told."""
    access.require(actor, "worksheet.send", sheet.case)
    if sheet.is_ended:
        raise Invalid({"": _("工作单已经办结。")})
    guarded_update(sheet, urge_count=sheet.urge_count + 1)
    history.record(actor=actor, verb="worksheet.urged", subject=sheet, note=note, also=[sheet.case])
    return sheet


@atomic
def move_due(*, actor: Actor, sheet: WorkSheet, due_at: datetime, note: str) -> WorkSheet:
    """Agree on another limit, with the reason."""
    access.require(actor, "worksheet.send", sheet.case)
    if sheet.is_ended or sheet.answered_at is not None:
        raise Invalid({"": _("工作单已经答复或办结。")})
    if not note.strip():
        raise Invalid({"note": _("请写明调整原因。")})
    if due_at <= clock.now():
        raise Invalid({"due_at": _("时限要在现在以后。")})
    guarded_update(sheet, due_at=due_at)
    if sheet.obligation is not None and sheet.obligation.is_open:
        duties.move_due(
            actor=actor, obligation=sheet.obligation, due_at=due_at, reason=note, subject_fact=sheet
        )
    history.record(
        actor=actor, verb="worksheet.moved_due", subject=sheet, note=note, data={"due": _local(sheet.unit, due_at)},
        also=[sheet.case],
    )  # fmt: skip
    return sheet
