"""Telling people what was given to them, what came back, and what waits for their word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import messages
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.services import telling
from zhize.kernel import access, notices
from zhize.kernel.db import atomic
from zhize.kernel.history.models import Entry
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Person
from zhize.lib import clock
from zhize.lib.text import Text


def context(obligation: Obligation, **more: Any) -> dict[str, Any]:
    """What the texts of obligations may show."""
    unit = obligation.unit
    return {
        "title": obligation.name,
        "due": telling.moment(obligation, obligation.due_at),
        "holder": telling.who(obligation.holder, obligation.position),
        "unit": Text(unit.name, unit.name_en or unit.name),
        **more,
    }


@atomic
def inform(entry: Entry) -> None:
    """Tell those whom an entry about an obligation concerns, except whoever did it."""
    obligation = (
        Obligation.objects.select_related(
            "unit", "holder", "position__unit", "acceptor", "acceptor_position__unit"
        )
        .filter(pk=entry.subject_id)
        .first()
    )
    if obligation is None:
        return
    template, people = _who(entry.verb, entry.data, obligation)
    people = [person for person in people if person.pk != entry.person_id]
    if template and people:
        notices.send(
            to=people,
            template=template,
            context=context(obligation, note=entry.note or obligation.detail, actor=entry.actor_label),
            subject=obligation,
            actor=access.system(caps.ESCALATE),
            urgent=obligation.urgent,
        )


def _who(verb: str, data: Mapping[str, Any], obligation: Obligation) -> tuple[str, list[Person]]:
    holders = _there(obligation.holder, obligation.position)
    match verb:
        case "obligation.opened" if data.get("kind") == "task":
            return messages.ASSIGNED, holders
        case "obligation.reassigned":
            return messages.ASSIGNED, holders
        case "obligation.returned":
            return messages.RETURNED, holders
        case "obligation.submitted":
            return messages.SUBMITTED, _there(obligation.acceptor, obligation.acceptor_position)
    return "", []


def _there(person: Person | None, position: Any) -> list[Person]:
    if person is not None:
        return [person]
    return org.present(org.holders(position), clock.now()) if position is not None else []
