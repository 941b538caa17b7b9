"""The 《工作信息记录表》 of the front desk (CHN-08)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.models import Case
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels.kinds import WorkKind
from zhize.domains.channels.models import WorkEntry
from zhize.domains.customers.models import Customer
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update
from zhize.kernel.org.models import Person, Unit
from zhize.lib import clock, phones


@atomic
def record_work(
    *,
    actor: Actor,
    kind: str,
    content: str,
    who: str = "",
    phone: str = "",
    customer: Customer | None = None,
    to_handle: bool = False,
    informed: Person | None = None,
    unit: Unit | None = None,
    at: datetime | None = None,
    case: Case | None = None,
) -> WorkEntry:
    """Add a line. What is to be handled must name who was informed."""
    home = unit or access.unit_of(actor)
    errors: dict[str, Any] = {}
    if home is None:
        errors["unit"] = [_("请选择部门。")]
    if kind not in WorkKind.values:
        errors["kind"] = [_("请选择类别。")]
    if not content.strip():
        errors["content"] = [_("请填写内容。")]
    if to_handle and informed is None:
        errors["informed"] = [_("需要处理的事项，请选择通知到谁。")]
    if errors or home is None:
        raise Invalid(errors)
    now = clock.now()
    entry = WorkEntry(
        unit=home,
        at=at or now,
        kind=kind,
        who=who.strip()[:60],
        phone=phones.normalise(phone) or phone.strip()[:40],
        customer=customer,
        content=content.strip(),
        to_handle=to_handle,
        informed=informed,
        informed_at=now if informed else None,
        recorded_by_id=actor.person_id,
        case=case,
    )
    entry.save()
    access.require(actor, caps.WORKLOG_RECORD, entry)
    also = [row for row in (customer, case) if row is not None]
    history.record(
        actor=actor, verb="worklog.recorded", subject=entry, data={"to_handle": to_handle}, also=also
    )
    if informed is not None:
        data = {"to": informed.name, "to_id": informed.pk}
        history.record(actor=actor, verb="worklog.informed", subject=entry, data=data)
    return entry


@atomic
def inform(*, actor: Actor, entry: WorkEntry, person: Person) -> WorkEntry:
    """Tell (another) person about an open entry."""
    access.require(actor, caps.WORKLOG_RECORD, entry)
    guarded_update(entry, informed=person, informed_at=clock.now())
    history.record(
        actor=actor, verb="worklog.informed", subject=entry, data={"to": person.name, "to_id": person.pk}
    )
    return entry


@atomic
def close_work(*, actor: Actor, entry: WorkEntry, result: str) -> WorkEntry:
    """Write the tracked result; an entry that was to be handled cannot end without it."""
    access.require(actor, caps.WORKLOG_RECORD, entry)
    if entry.closed_at is not None:
        raise Invalid({"": [_("这条记录已经办结。")]})
    if entry.to_handle and not result.strip():
        raise Invalid({"result": [_("请填写跟踪结果。")]})
    guarded_update(
        entry,
        expect={"closed_at": None},
        result=result.strip(),
        closed_at=clock.now(),
        closed_by_id=actor.person_id,
    )
    history.record(actor=actor, verb="worklog.closed", subject=entry, note=result)
    return entry
