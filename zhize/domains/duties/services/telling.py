"""What every entry about an obligation says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models

from zhize.domains.duties.models import Obligation
from zhize.kernel.org.models import Person, Position
from zhize.lib import clock
from zhize.lib.businesstime import duration_text, moment_text
from zhize.lib.text import Text

NO_LIMIT = Text("不限时", "no limit")


def data(obligation: Obligation, **more: Any) -> dict[str, Any]:
    """Title, holder and due time for the entry's sentence, and ids for listeners."""
    return {
        "title": obligation.name,
        "kind": obligation.kind,
        "duty": obligation.duty.code if obligation.duty is not None else "",
        "reference": obligation.reference,
        "holder": obligation.holder_id,
        "holder_text": who(obligation.holder, obligation.position),
        "due": obligation.due_at,
        "due_text": moment(obligation, obligation.due_at),
        **more,
    }


def who(person: Person | None, position: Position | None) -> Text:
    """The person, else the position, in both languages."""
    if person is not None:
        return Text(person.name, person.name_en or person.name)
    if position is not None:
        return Text(position.name, position.name_en or position.name)
    return Text("（无人）", "nobody")


def moment(obligation: Obligation, at: datetime | None) -> Text:
    """A moment on the wall clock of the obligation's unit."""
    if at is None:
        return NO_LIMIT
    return moment_text(at.astimezone(clock.zone(obligation.unit.timezone)))


def lateness(obligation: Obligation, at: datetime) -> Text:
    """In time, or late by so much."""
    if obligation.due_at is None or at <= obligation.due_at:
        return Text("按时", "in time")
    behind: timedelta = at - obligation.due_at
    return Text("超时 {d}", "late by {d}").format(d=duration_text(behind))


def rows(obligation: Obligation, *known: models.Model | None) -> list[models.Model]:
    """The subject and the row it is about, where they still exist: the entry stands in their timelines.

    `known`: rows the caller has in hand, which are not read again.
    """
    here = {(row._meta.label_lower, row.pk): row for row in known if row is not None}
    wanted = {
        (obligation.subject_type, obligation.subject_id),
        (obligation.about_type, obligation.about_id),
    }
    found = []
    for label, pk in sorted(wanted, key=str):
        if label and pk is not None:
            row = here.get((label, pk)) or apps.get_model(label)._base_manager.filter(pk=pk).first()
            if row is not None:
                found.append(row)
    return found


def names(people: Iterable[Person]) -> Text:
    listed = list(people)
    return Text("、".join(row.name for row in listed), ", ".join(row.name_en or row.name for row in listed))
