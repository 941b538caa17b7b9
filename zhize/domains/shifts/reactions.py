"""Telling people about leave."""

from __future__ import annotations

from typing import Any

from zhize.domains.shifts import authority, messages, subjects, wording  # noqa: F401 - registers the subject
from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts.models import Leave
from zhize.kernel import access, history, notices
from zhize.kernel.history.models import Entry
from zhize.kernel.org.models import Person
from zhize.lib.text import Text


def _leave(entry: Entry) -> Leave:
    return Leave.objects.select_related("person", "deputy", "unit", "position__unit").get(pk=entry.subject_id)


def _send(entry: Entry, leave: Leave, to: list[Person], template: str) -> None:
    kind, days = wording.kind(leave), wording.days(leave)
    context: dict[str, Any] = {
        "who": wording.name(leave.person, None),
        "what": Text(f"{kind.zh} {days} 天", f"{kind.en}, {days} days"),
        "span": wording.span(leave),
        "reason": leave.reason,
        "note": entry.note,
        "actor": entry.actor_label,
        "deputy": wording.name(leave.deputy, None),
    }
    listed = [person for person in to if person.pk != entry.person_id]
    if listed:
        notices.send(
            to=listed, template=template, context=context, subject=leave, actor=access.system(caps.FOLLOW)
        )


@history.after("leave.asked", "leave.routed")
def tell_the_deciders(entry: Entry) -> None:
    """Whoever is to decide hears of it."""
    leave = _leave(entry)
    if leave.state == "asked":
        _send(entry, leave, [person for person, _position in authority.deciders(leave)], messages.ASKED)


@history.after("leave.approve", "leave.refuse")
def tell_who_asked(entry: Entry) -> None:
    """The requester hears the decision, the deputy what falls to him."""
    leave = _leave(entry)
    approved = entry.verb == "leave.approve"
    _send(entry, leave, [leave.person], messages.APPROVED if approved else messages.REFUSED)
    if approved and leave.deputy is not None:
        _send(entry, leave, [leave.deputy], messages.STAND_IN)


@history.after("leave.cancel", "leave.back")
def tell_the_deputy(entry: Entry) -> None:
    """Nobody stands in for somebody who is there."""
    leave = _leave(entry)
    if leave.deputy is not None:
        _send(entry, leave, [leave.deputy], messages.CALLED_OFF)
