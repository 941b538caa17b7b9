"""Who sees meetings, talks and proposals. What is confidential is confidential whatever a grant reaches (ORG-23)."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import Q

from zhize.domains.meetings import capabilities as caps
from zhize.domains.meetings.models import (
    CONFIDENTIAL,
    STAFF_KINDS,
    Attendance,
    Decision,
    Meeting,
    Proposal,
    Talk,
)
from zhize.kernel.access import Actor, Policy, policy


def _held(actor: Actor) -> list[int]:
    return [holding.position_id for holding in actor.positions]


@policy
class MeetingPolicy(Policy[Meeting]):
    """Meetings of the unit, and those one was asked to."""

    model = Meeting
    view = caps.VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("chair", "keeper", "attendances__person")


@policy
class AttendancePolicy(Policy[Attendance]):
    model = Attendance
    view = caps.VIEW
    unit = "meeting__unit"
    people: ClassVar[tuple[str, ...]] = ("person",)


@policy
class DecisionPolicy(Policy[Decision]):
    model = Decision
    view = caps.VIEW
    unit = "meeting__unit"
    people: ClassVar[tuple[str, ...]] = ("owner", "meeting__chair", "meeting__keeper")


@policy
class TalkPolicy(Policy[Talk]):
    """One's own talks, those told to a position one holds; the unit's unless they are confidential."""

    model = Talk
    view = caps.TALK_VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("author", "to")

    def also(self, actor: Actor, capability: str) -> Q:
        return Q(to_position__in=_held(actor))

    def restrict(self, actor: Actor, capability: str) -> Q:
        concerned = Q(author=actor.person_id) | Q(to=actor.person_id) if actor.person_id else Q(pk__in=[])
        return ~Q(kind__in=CONFIDENTIAL) | concerned | Q(to_position__in=_held(actor))


@policy
class ProposalPolicy(Policy[Proposal]):
    """One's own proposals, those one decides; the unit's unless they are about staff."""

    model = Proposal
    view = caps.PROPOSAL_VIEW
    unit = "unit"
    people: ClassVar[tuple[str, ...]] = ("author", "suggested_by")

    def also(self, actor: Actor, capability: str) -> Q:
        return Q(decider__in=_held(actor))

    def restrict(self, actor: Actor, capability: str) -> Q:
        concerned = Q(author=actor.person_id) if actor.person_id else Q(pk__in=[])
        return ~Q(kind__in=STAFF_KINDS) | concerned | Q(decider__in=_held(actor))
