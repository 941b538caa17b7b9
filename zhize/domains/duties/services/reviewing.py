"""Duties to look at again because the sentence they carry out has changed (DUT-18).

A link keeps the wording it was made for. While that is not the sentence's wording any more, or the sentence was taken
out, the duty waits for somebody to say that it is still right, or to change it.
"""

from __future__ import annotations

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import verbs
from zhize.domains.duties.models import Duty, DutyClause
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import NotFound, atomic, guarded_update
from zhize.kernel.org.models import Clause


@atomic
def confirm_clause(*, actor: Actor, duty: Duty, clause: Clause, note: str = "") -> DutyClause:
    """The duty is still right for the sentence as it reads now. Raises Refused; NotFound when it does not carry it out."""
    access.require(actor, caps.DUTY_EDIT, duty)
    link = _link(duty, clause)
    guarded_update(link, seen=clause.text)
    _record(actor, verbs.DUTY_CONFIRMED, duty, clause, note)
    return link


@atomic
def release_clause(*, actor: Actor, duty: Duty, clause: Clause, note: str = "") -> None:
    """The duty stays, without a sentence that was taken out of the sheet. Raises Refused, NotFound."""
    access.require(actor, caps.DUTY_EDIT, duty)
    _link(duty, clause).delete()
    _record(actor, verbs.DUTY_RELEASED, duty, clause, note)


def changed(duty_id: int) -> None:
    """The duty was changed: it is taken to suit its sentences as they read now."""
    links = list(DutyClause.objects.filter(duty_id=duty_id, clause__active=True).select_related("clause"))
    for link in links:
        link.seen = link.clause.text
    DutyClause.objects.bulk_update(links, ["seen"])


def _link(duty: Duty, clause: Clause) -> DutyClause:
    found = DutyClause.objects.filter(duty=duty, clause=clause).first()
    if found is None:
        raise NotFound
    return found


def _record(actor: Actor, verb: str, duty: Duty, clause: Clause, note: str) -> None:
    told = {"title": duty.current.name if duty.current else duty.code, "number": clause.number}
    history.record(actor=actor, verb=verb, subject=duty, data=told, note=note.strip(), also=[clause.position])
