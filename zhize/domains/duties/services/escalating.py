"""Climbing the ladder: who is told when a threshold of an obligation's clock is reached (DUT-07).

Positions are resolved to people now, not when the obligation was opened: the deputy of somebody on leave is told, an
absent superior is skipped upwards. Nobody to be told is not silence but a finding on record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import ladders, messages, people, subjects, verbs
from zhize.domains.duties.models import Escalation, Obligation
from zhize.domains.duties.services import informing, telling
from zhize.kernel import access, history, notices
from zhize.kernel.access import Actor
from zhize.kernel.db import atomic
from zhize.kernel.history.models import Entry
from zhize.kernel.org.models import Person
from zhize.lib import clock
from zhize.lib.text import Text

NOBODY = Text(
    "岗位及其上级此刻都没有在岗人员", "neither the position nor anybody above it has somebody there now"
)


@atomic
def climb(entry: Entry) -> Escalation | None:
    """Tell the people of the rung that the entry (clock.threshold) names. Once: a second call does nothing.

    A reminder makes no sense once the thing is done; that it was due and not done is told even then.
    """
    obligation = (
        Obligation.objects.select_related("unit", "holder", "position__unit", "duty", "creator")
        .filter(pk=entry.subject_id)
        .first()
    )
    rung = ladders.rung(obligation.ladder, str(entry.data.get("code"))) if obligation is not None else None
    if obligation is None or rung is None:
        return None
    ended = obligation.state != "open" or entry.data.get("clock") != obligation.clock_id
    if ended and (ladders.is_reminder(rung) or obligation.state in {"excused", "cancelled"}):
        return None
    found = people.told(obligation, rung.get("tell") or (), rung.get("positions") or (), _owner(obligation))
    return _tell(obligation, rung, found, int(entry.data.get("round") or 1))


def _owner(obligation: Obligation) -> Person | None:
    subject = subjects.known(obligation.subject_type)
    if subject is None or obligation.subject_id is None:
        return obligation.creator
    row = subject.rows([obligation.subject_id]).get(obligation.subject_id)
    return subject.owner(row) if row is not None else None


def _tell(
    obligation: Obligation, rung: Mapping[str, Any], found: list[Person], number: int
) -> Escalation | None:
    reminder = ladders.is_reminder(rung)
    try:
        with transaction.atomic():
            row = Escalation.objects.create(
                obligation=obligation,
                code=rung["code"],
                round=number,
                label=rung.get("label") or {},
                at=clock.now(),
                nobody=not found,
                finding=NOBODY.as_dict() if not found else {},
            )
    except IntegrityError:
        return None
    row.told.set(found)
    actor = access.system(caps.ESCALATE)
    label = Text.of(rung["label"]) if rung.get("label") else Text("")
    told = telling.data(
        obligation, rung=label, code=rung["code"], told_text=telling.names(found), finding=NOBODY
    )
    verb = verbs.NOBODY if not found else verbs.REMINDED if reminder else verbs.ESCALATED
    history.record(
        actor=actor,
        verb=verb,
        subject=obligation,
        unit=obligation.unit,
        data={**told, "told": [person.pk for person in found]},
        also=telling.rows(obligation),
    )
    if found:
        _notify(obligation, rung, found, actor, label)
    return row


def _notify(
    obligation: Obligation, rung: Mapping[str, Any], found: list[Person], actor: Actor, label: Text
) -> None:
    usual = messages.REMINDER if ladders.is_reminder(rung) else messages.ESCALATION
    letter: dict[str, Any] = {
        "to": found,
        "context": informing.context(obligation, rung=label),
        "subject": obligation,
        "actor": actor,
        "urgent": bool(rung.get("urgent")),
    }
    try:
        with atomic():
            notices.send(template=rung.get("message") or usual, **letter)
    except notices.UnknownTemplate:
        # A pack may drop a text that the ladder of an older obligation still names; telling matters more.
        notices.send(template=usual, **letter)


@atomic
def settle(*, actor: Actor, escalation: Escalation) -> Escalation:
    """Somebody saw that nobody could be told, and took it up: the finding leaves the list."""
    access.require(actor, caps.REASSIGN, escalation.obligation)
    Escalation.objects.filter(pk=escalation.pk, settled_at__isnull=True).update(settled_at=clock.now())
    escalation.refresh_from_db()
    return escalation
