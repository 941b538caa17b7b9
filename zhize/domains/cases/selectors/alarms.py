"""Alarms as those who were called see them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from zhize.domains.cases.models import AlarmCall
from zhize.kernel.access import Actor
from zhize.kernel.db import NotFound, statements
from zhize.kernel.flow import OPEN, Category


def unanswered(actor: Actor) -> list[AlarmCall]:
    """Calls the actor has not confirmed, of alarms that are still on; false and ended ones call nobody any more."""
    return statements.rows("cases.unanswered", statements.ANYBODY, _unanswered, person=actor.person_id or 0)


def _unanswered(person: Any) -> QuerySet[AlarmCall]:
    rows = AlarmCall.objects.filter(
        person_id=person,
        acknowledged_at=None,
        alarm__ended_at=None,
        alarm__case__category__in=OPEN - {Category.RESOLVED},
    )
    return rows.select_related("alarm__case").defer("alarm__case__description", "alarm__case__answers")


def call_of(actor: Actor, number: str) -> AlarmCall:
    """The actor's own call by the number of its case, whether he may open the case or not. Raises NotFound."""
    rows = AlarmCall.objects.filter(person_id=actor.person_id or 0, alarm__case__number=number)
    found = rows.select_related("alarm__case").first()
    if found is None:
        raise NotFound
    return found
