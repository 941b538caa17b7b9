"""Who decides, and what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.apps import apps
from django.db import models
from django.db.models import F, Q, QuerySet

from zhize.kernel.access import Actor
from zhize.kernel.approvals.models import Approval, ApprovalStep
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Appointment, AppointmentKind, Person, Position
from zhize.lib import clock


def current_step(approval: Approval) -> ApprovalStep:
    """The step that decides now."""
    return approval.steps.select_related("position__unit").get(round=approval.round, number=approval.current)


def steps(approval: Approval) -> list[ApprovalStep]:
    """All steps of all rounds in order, with the people and positions that signed."""
    return list(approval.steps.select_related("position__unit", "decided_by", "decided_position"))


def deciders(approval: Approval, at: datetime | None = None) -> list[tuple[Person, Position]]:
    """Who may decide the current step now, and in which position.

    The present holders of its position; while none of them is there, the present deputies; while there is nobody, or
    nobody but the requester, the same one position higher. Never the requester (ORG-30). Empty: nobody can.
    """
    position = current_step(approval).position
    return signatories([position, *org.superiors(position)], without=approval.requested_by_id, at=at)


def signatories(
    positions: Iterable[Position], *, without: int | None, at: datetime | None = None
) -> list[tuple[Person, Position]]:
    """Who signs for the first of `positions` that has somebody there beside the person `without`.

    Its present holders; while none of them is there, the present deputies.
    """
    moment = at or clock.now()
    for candidate in positions:
        found = [person for person in _present_holders(candidate, moment) if person.pk != without]
        if found:
            return [(person, candidate) for person in found]
    return []


def waiting_for(actor: Actor) -> QuerySet[Approval]:
    """Approvals whose current step is one of the actor's positions and that are not the actor's own, oldest first."""
    held = [holding.position_id for holding in actor.positions]
    mine = Q(
        steps__position_id__in=held, steps__round=F("round"), steps__number=F("current"), steps__decision=""
    )
    rows = (
        Approval.objects.visible_to(actor)
        .filter(mine, state="pending")
        .exclude(requested_by_id=actor.person_id)
    )
    return rows.select_related("unit", "requested_by").order_by("requested_at", "pk")


def of_subject(row: models.Model) -> QuerySet[Approval]:
    """All approvals that were asked for a row, newest first. The caller has fetched the row through its door."""
    rows = Approval.objects.filter(subject_type=row._meta.label_lower, subject_id=row.pk)
    return rows.select_related("requested_by").order_by("-pk")


def subject_of(approval: Approval) -> models.Model:
    """The row in question."""
    row: models.Model = apps.get_model(approval.subject_type)._base_manager.get(pk=approval.subject_id)
    return row


def _present_holders(position: Position, at: datetime) -> list[Person]:
    there = org.present(org.holders(position, at), at)
    in_force = Appointment.objects.filter(org.in_force(org.local_day(position.unit, at)), position=position)
    principals = set(in_force.exclude(kind=AppointmentKind.DEPUTY).values_list("person_id", flat=True))
    return [person for person in there if person.pk in principals] or there
